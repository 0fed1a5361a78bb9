"""Tests of the pages of big tables: each begins where the one before ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from memories.models import Memory, Message, Place
from memories.tests.factories import ANN, BEN
from profiles.models import Profile
from whisper.console import marked
from whisper.tests.reading import give_reason

ROWS = 120
MOST_QUERIES = 15
MEMORIES = reverse("admin:memories_memory_changelist")
MESSAGES = reverse("admin:memories_message_changelist")
PEOPLE = reverse("admin:profiles_profile_changelist")


@pytest.fixture
def reader(admin_client):
    give_reason(admin_client)
    return admin_client


@pytest.fixture
def memories(db):
    """Remember much, three lines at a time; the oldest is said in a channel."""
    now = timezone.now()
    rows = []
    for number in range(ROWS):
        at = now - timedelta(hours=number // 3)
        place = Place.PUBLIC_CHANNEL if number == ROWS - 1 else Place.DIRECT
        common = {"kind": "conversation", "place": place, "said_at": at, "valid_from": at}
        rows.append(Memory(person_id=BEN if number % 2 else ANN, text=f"line {number}", **common))
    return Memory.objects.bulk_create(rows)


def pages(client, address):
    """Return the rows of each page, by its link to the next, and how much each asked."""
    rows, queries = [], []
    while address:
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address)
        assert response.status_code == 200
        shown = response.context_data["cl"]
        rows.append([row.pk for row in shown.result_list])
        queries.append([one["sql"] for one in asked])
        following = shown.next_page
        assert not following or "data-later" in response.content.decode()
        address = following and address.partition("?")[0] + following
    return rows, queries


def test_each_row_is_on_one_page_and_no_page_skips_those_before(reader, memories):
    found, queries = pages(reader, MEMORIES)
    assert [len(page) for page in found] == [50, 50, 20]
    assert {key for page in found for key in page} == {row.pk for row in memories}
    for asked in queries:
        assert len([sql for sql in asked if 'ORDER BY "memories_memory"."said_at"' in sql]) == 1
        assert not [sql for sql in asked if "OFFSET" in sql or "LIMIT 10001" in sql]
        assert len(asked) <= MOST_QUERIES


def test_pages_are_the_same_if_something_is_said_meanwhile(reader, memories):
    first = reader.get(MEMORIES).context_data["cl"]
    now = timezone.now()
    Memory.objects.create(
        person_id=ANN, kind="conversation", place="direct", said_at=now, valid_from=now
    )
    second = reader.get(MEMORIES + first.next_page).context_data["cl"]
    assert not {row.pk for row in first.result_list} & {row.pk for row in second.result_list}


def test_what_seldom_fits_is_looked_for_a_part_at_a_time(reader, memories, monkeypatch):
    monkeypatch.setattr(marked, "LOOKED_THROUGH", 50)
    address = f"{MEMORIES}?place__exact={Place.PUBLIC_CHANNEL}"
    response = reader.get(address)
    assert response.context_data["cl"].page.back_to == memories[50].said_at
    assert "older ones may fit as well" in response.content.decode()
    found, _ = pages(reader, address)
    assert found == [[], [], [memories[-1].pk]]


def test_of_a_person_everything_is_looked_through(reader, memories, monkeypatch):
    monkeypatch.setattr(marked, "LOOKED_THROUGH", 10)
    for address in (f"{MEMORIES}?person_id={ANN}", f"{MEMORIES}?q={ANN}"):
        found, _ = pages(reader, address)
        assert [len(page) for page in found] == [50, 10]


def test_an_id_is_looked_for_by_an_index_and_else_a_part_at_a_time(reader, memories, monkeypatch):
    monkeypatch.setattr(marked, "LOOKED_THROUGH", 50)
    Memory.objects.filter(pk=memories[-1].pk).update(channel_id=77)
    with CaptureQueriesContext(connection) as asked:
        reader.get(MEMORIES, {"q": str(ANN)})
    assert not [one for one in asked if " OR " in one["sql"] and "guild_id" in one["sql"]]
    found, _ = pages(reader, f"{MEMORIES}?q=77")
    assert found == [[], [], [memories[-1].pk]]


def test_words_are_found_on_later_pages_too(reader, monkeypatch):
    monkeypatch.setattr(marked, "LOOKED_THROUGH", 10)
    now = timezone.now()
    for number in range(30):
        Message.objects.create(
            platform="discord",
            platform_id=number,
            channel_id=1,
            place=Place.DIRECT,
            text="tea" if number == 0 else "coffee",
            sent_at=now + timedelta(minutes=number),
        )
    sought = reader.post(MESSAGES, {"sought": "tea"})
    found, _ = pages(reader, sought.url)
    assert [len(page) for page in found] == [0, 0, 1]


def test_people_who_were_never_seen_come_last(reader):
    now = timezone.now()
    for number in range(60):
        Profile.objects.create(person_id=number, last_interaction=None if number % 10 else now)
    found, _ = pages(reader, PEOPLE)
    assert [len(page) for page in found] == [6, 50, 4]
    assert len({key for page in found for key in page}) == 60


@pytest.mark.parametrize(
    "mark", ["2", "x", "9" * 5_000, "2026-01-01T00:00:00+00:00_x", "untimed_x"]
)
def test_an_address_without_a_mark_opens_a_page(reader, memories, mark):
    for address in (MEMORIES, PEOPLE):
        assert reader.get(address, {"p": mark}).status_code == 200


def test_all_that_fit_can_be_chosen_without_being_counted(reader, memories):
    page = reader.get(MEMORIES).content.decode()
    assert "Select all matching memories" in page
    assert "10001" not in page
