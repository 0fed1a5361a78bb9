"""Tests of the console's page of search."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse

from memories.models import Memory
from memories.tests.factories import ANN, BEN, said
from whisper.models import ActionEntry
from whisper.tests.reading import give_reason

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("local")]
ASKED = {"text": "", "mode": "words"}


@pytest.fixture
def ask(client):
    """Return the page as an admin gets it."""
    client.force_login(User.objects.create_superuser("admin"))
    give_reason(client)

    def asked(**values):
        return client.post(reverse("admin:memories_memory_search"), ASKED | values)

    return asked


def texts(response):
    return [hit.entry.text for hit, _ in response.context["rows"]]


def test_everybodys_memories_are_found_or_one_persons(ask):
    said("the quiz of Ann")
    said("the quiz of Ben", BEN)
    assert sorted(texts(ask(text="quiz"))) == ["the quiz of Ann", "the quiz of Ben"]
    assert texts(ask(text="quiz", person=BEN)) == ["the quiz of Ben"]


def test_what_was_looked_for_is_marked_and_nothing_of_a_memory_is_markup(ask):
    said("The <script>alert(1)</script> cats & <b>dogs</b>")
    page = ask(text="cat script").content.decode()
    marked = "The &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; "
    assert f"{marked}<mark>cats</mark> &amp; &lt;b&gt;dogs&lt;/b&gt;" in page


@pytest.mark.heavy
def test_filters_narrow_what_is_found(ask):
    said("Miso is a cat.", kind=Memory.Kind.USER_FACT, category="pet", origin="fact:1")
    said("Miso sleeps.")
    for filters in ({"kind": "user_fact"}, {"category": "pet"}, {"source": "fact"}):
        assert texts(ask(**filters)) == ["Miso is a cat."]
    assert texts(ask(until="2025-03-01")) == []
    assert len(texts(ask(since="2025-03-01", as_of="2025-03-01"))) == 2


@pytest.mark.heavy
def test_pages_follow_each_other(ask):
    for number in range(30):
        said(f"the piano, {number} times")
    first = ask(text="piano")
    second = ask(text="piano", cursor=first.context["page"].next_cursor)
    assert len({*texts(first), *texts(second)}) == 30
    assert b"Next page" in first.content
    assert b"Next page" not in second.content


@pytest.mark.heavy
def test_what_makes_no_sense_is_told(ask):
    assert b"another search" in ask(text="piano", cursor="forged").content
    assert b"must be before the end" in ask(since="2025-02-01", until="2025-01-01").content
    assert b"one word" in ask(source="fact:*").content
    assert b"Ensure this value" in ask(text="a" * 100_000, person=-1).content
    for day in ("9999-12-31", "0001-01-01"):
        assert ask(as_of=day, since="0001-01-01").status_code == 200


def test_the_log_tells_who_looked_at_whose_memories_but_not_for_what(ask):
    ask(text="secret", person=ANN, kind="summary")
    entry = ActionEntry.objects.get(action="memory.search")
    assert (entry.actor_kind, entry.actor_id) == ("admin", User.objects.get().pk)
    assert entry.person_id == ANN
    assert entry.reason == "by text, mode, person, kind"


def test_who_may_not_see_memories_may_not_search_them(client):
    account = User.objects.create_user("staff", is_staff=True)
    account.user_permissions.add(Permission.objects.get(codename="view_profile"))
    client.force_login(account)
    said("secret")
    response = client.post(reverse("admin:memories_memory_search"), ASKED | {"text": "secret"})
    assert response.status_code == 403
    assert not ActionEntry.objects.filter(action="memory.search").exists()
