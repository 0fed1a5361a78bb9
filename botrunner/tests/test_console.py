"""Tests of the console's pages, filled with the invented world."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from memories.access import Scope
from memories.actions import MemoryDraft, remember
from memories.index.base import Query
from memories.index.local import LocalIndex
from memories.models import Memory, Place, PlaceDecision, ReplyTrace
from memories.queries import shared_facts_of
from profiles.models import Profile
from whisper.models import OutboxEntry, PeriodicJob
from whisper.tests.reading import give_reason

LISTS = [
    "profiles_profile",
    "profiles_emotionrecord",
    "profiles_consent",
    "memories_message",
    "memories_memory",
    "memories_replytrace",
    "memories_placedecision",
    "whisper_outboxentry",
    "whisper_importrun",
    "whisper_erasure",
    "auth_user",
]


@pytest.fixture
def admin(demo_world, client, db):
    client.force_login(User.objects.create_superuser("admin", password="a long password"))
    give_reason(client)
    return client


def page(client, name, query=""):
    response = client.get(reverse(f"admin:{name}_changelist") + query)
    assert response.status_code == 200
    return response


@pytest.mark.heavy
@pytest.mark.parametrize("name", LISTS)
def test_each_list_opens_without_a_query_a_row(admin, name):
    page(admin, name)  # Caches of content types and sessions are filled.
    with CaptureQueriesContext(connection) as queries:
        page(admin, name)
    assert len(queries) <= 10


def test_a_snowflake_is_found_exactly(admin):
    profile = Profile.objects.order_by("pk")[1]
    found = page(admin, "profiles_profile", f"?q={profile.person_id}").context["cl"].queryset
    assert [one.pk for one in found] == [profile.pk]


def test_a_name_finds_its_messages(admin):
    found = page(admin, "memories_message", "?q=Ann").context["cl"].queryset
    assert all("Ann" in f"{one.author_name} {one.text}" for one in found)
    assert "Ann" in {one.author_name for one in found}


@pytest.mark.parametrize(
    "query", ["?q=99999999999999999999999", "?q=²", "?q=' OR 1=1", "?q=" + "9" * 5000]
)
def test_odd_searches_find_nothing_and_harm_nothing(admin, query):
    assert not page(admin, "profiles_profile", query).context["cl"].queryset.exists()


def test_a_search_with_a_nul_harms_nothing(admin):
    page(admin, "memories_message", "?q=%00")


def test_a_corrected_memory_is_embedded_anew(admin):
    memory = Memory.objects.filter(kind=Memory.Kind.CONVERSATION)[0]
    OutboxEntry.objects.all().delete()
    url = reverse("admin:memories_memory_change", args=[memory.pk])
    admin.post(url, {"text": "I never said that", "reason": "She said so."})
    memory.refresh_from_db()
    assert memory.text == "I never said that"
    assert memory.embedding is None
    assert OutboxEntry.objects.filter(topic="memories.embed").count() == 1


def test_what_the_companion_wrote_cannot_be_changed(admin):
    trace = ReplyTrace.objects.all()[0]
    response = admin.post(reverse("admin:memories_replytrace_change", args=[trace.pk]), {})
    assert response.status_code == 403


def test_a_trace_shows_the_prompt_as_text(admin):
    trace = ReplyTrace.objects.all()[0]
    trace.prompt = [{"role": "system", "content": "<b>be kind</b>"}]
    trace.save()
    shown = admin.get(reverse("admin:memories_replytrace_change", args=[trace.pk]))
    assert "&lt;b&gt;be kind&lt;/b&gt;" in shown.content.decode()


def test_who_is_no_member_of_staff_stays_outside(client, db):
    client.force_login(User.objects.create_user("ben", password="a long password"))
    assert client.get(reverse("admin:index")).status_code == 302


def test_a_hidden_fact_is_approved_in_the_console(admin):
    fact = remember(
        MemoryDraft(
            person_id=None,
            kind=Memory.Kind.SHARED_FACT,
            text="The club meets on Mondays",
            place=Place.PUBLIC_CHANNEL,
            said_at=timezone.now(),
            guild_id=900,
            hidden=True,
        )
    )
    there = Scope(1, Place.PUBLIC_CHANNEL, 910, 900)
    index = LocalIndex()
    assert index.search(Query("club"), there) == []
    chosen = {"action": "approve_memories", "_selected_action": [str(fact.pk)]}
    reasoned = {"confirmed": "yes", "reason": "It is so."}
    admin.post(reverse("admin:memories_memory_changelist"), chosen | reasoned)
    assert [found.entry.text for found in index.search(Query("club"), there)] == [fact.text]
    assert shared_facts_of(there) == [fact]


def test_a_memory_is_pinned_and_unpinned_in_the_console_after_a_reason(admin):
    drafted = MemoryDraft(
        person_id=7,
        kind=Memory.Kind.USER_FACT,
        text="Their cat is called Miso.",
        place=Place.DIRECT,
        said_at=timezone.now(),
    )
    chosen = {"action": "pin_memories", "_selected_action": [str(remember(drafted).pk)]}
    url = reverse("admin:memories_memory_changelist")
    admin.post(url, chosen)
    assert not Memory.objects.filter(pinned=True).exists()
    admin.post(url, {**chosen, "confirmed": "1", "reason": "They asked."})
    assert Memory.objects.filter(pinned=True).exists()
    chosen["action"] = "unpin_memories"
    admin.post(url, chosen)
    assert Memory.objects.filter(pinned=True).exists()
    admin.post(url, {**chosen, "confirmed": "1", "reason": "They asked."})
    assert not Memory.objects.filter(pinned=True).exists()


def test_the_console_shows_what_was_decided_about_places(admin):
    decision = PlaceDecision(
        person_id=7, from_place="direct", to_place="public_channel", allowed=False, level="strict"
    )
    decision.reason = "direct_to_public"
    decision.save()
    shown = page(admin, "memories_placedecision", "?q=7").content.decode()
    assert "From direct messages to public channels" in shown


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("name", "trail"),
    [
        ("memories_placedecision", ["What was told where"]),
        ("memories_replytrace", ["Replies"]),
        ("profiles_emotionrecord", ["Moods"]),
        ("auth_user", ["Accounts"]),
        ("profiles_profile", ["People", "As a table"]),
        ("memories_memory", ["Memories", "As a table"]),
    ],
)
def test_a_list_is_called_what_the_navigation_calls_it(admin, name, trail):
    assert trail_of(page(admin, name)) == trail


@pytest.mark.heavy
def test_a_row_stands_below_its_list(admin):
    job = PeriodicJob.objects.create(name="cooling", due_at=timezone.now())
    row = admin.get(reverse("admin:whisper_periodicjob_change", args=[job.pk]))
    assert trail_of(row) == ["Periodic jobs", "Cooling"]


def trail_of(response):
    _, _, heading = body(response).partition('class="trail">')
    return re.findall("<bdi>(.*?)</bdi>", heading.partition("</h1>")[0])


def body(response):
    return " ".join(response.content.decode().split())


@pytest.mark.heavy
def test_a_mood_in_a_list_has_a_mark_and_words_in_small_letters(admin):
    shown = body(page(admin, "profiles_emotionrecord"))
    assert 'class="mark mood-neutral"' in shown
    assert "uppercase" not in shown.partition('id="result_list"')[2]
