"""Lines of old sessions roll into summaries from which they stay reachable."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from memories import jobs, summaries
from memories.access import Scope
from memories.actions import (
    MemoryDraft,
    Said,
    delete_message,
    edit_message,
    erase_person,
    remember,
    store_message,
)
from memories.models import Memory, Message, Place
from memories.queries import lines_of_summaries
from memories.recall import recall
from profiles.actions import decide_consent
from whisper import outbox
from whisper.environment import environment
from whisper.personal_data.registry import export_person

pytestmark = pytest.mark.django_db(transaction=True)

ANN, CHANNEL = 101, 7
LONG_AGO = timezone.now() - timedelta(days=400)
LATELY = timezone.now() - timedelta(days=30)
OLD = ["My sister Lena taught me how to sail on the lake.", "We saw a heron by the jetty."]


@pytest.fixture(autouse=True)
def consent():
    decide_consent(ANN, granted=True, source="test")


def say(text, at, number):
    message, _ = store_message(
        Said(
            platform="terminal",
            platform_id=number,
            person_id=ANN,
            author_name="Ann",
            text=text,
            sent_at=at,
            channel_id=CHANNEL,
            guild_id=None,
            place=Place.DIRECT,
            keep=True,
        )
    )
    remember(
        MemoryDraft(
            person_id=ANN,
            kind=Memory.Kind.CONVERSATION,
            text=text,
            place=Place.DIRECT,
            channel_id=CHANNEL,
            said_at=at,
            sources=[message.pk],
        )
    )
    return message


def session(at, texts, first):
    return [say(text, at + timedelta(minutes=n), first + n) for n, text in enumerate(texts)]


def roll_up():
    return async_to_sync(jobs.roll_up_old_lines)(asyncio.Event())


def work():
    async def until_done():
        while await outbox.drain():
            pass

    async_to_sync(until_done)()


def kinds():
    return sorted(Memory.objects.values_list("kind", flat=True))


def summary():
    return Memory.objects.get(kind=Memory.Kind.SUMMARY)


def test_old_lines_roll_into_a_summary_with_its_span_and_newer_ones_stay():
    old = session(LONG_AGO, OLD, 1)
    session(LATELY, ["I planted tomatoes on the balcony."], 50)
    assert roll_up() == "2 lines of 1 sessions rolled up"
    assert kinds() == ["conversation", "summary"]
    found = summary()
    assert (found.valid_from, found.said_at) == (old[0].sent_at, old[-1].sent_at)
    assert set(found.sources.all()) == set(old)
    assert all(text in found.text for text in OLD)


def test_what_was_rolled_up_is_recalled_by_its_summary():
    session(LONG_AGO, OLD, 1)
    roll_up()
    work()
    (best, *_) = async_to_sync(recall)("who taught me to sail?", Scope.direct(ANN))
    assert (best.entry.kind, "Lena" in best.entry.text) == ("summary", True)


def test_a_session_is_rolled_up_once():
    session(LONG_AGO, OLD, 1)
    roll_up()
    assert roll_up() == "0 lines of 0 sessions rolled up"
    assert kinds() == ["summary"]


def test_with_zero_days_all_lines_stay(monkeypatch):
    monkeypatch.setattr(environment, "roll_up_days", 0)
    session(LONG_AGO, OLD, 1)
    roll_up()
    assert kinds() == ["conversation", "conversation"]


def test_a_summary_by_a_model_stays_as_it_was_written():
    async def brief(messages):
        return "They talked about sailing."

    old = session(LONG_AGO, OLD, 1)
    summaries.SUMMARISER.use(brief)
    try:
        roll_up()
        assert summary().text == "They talked about sailing."
    finally:
        summaries.SUMMARISER.use(None)
    assert set(summary().sources.all()) == set(old)


def test_a_deleted_message_leaves_the_summary():
    old = session(LONG_AGO, OLD, 1)
    roll_up()
    delete_message(old[1].platform, old[1].platform_id, deleted_at=timezone.now())
    work()
    assert "heron" not in summary().text
    assert OLD[0] in summary().text


@pytest.mark.heavy
def test_an_edited_message_is_edited_in_the_summary():
    old = session(LONG_AGO, OLD, 1)
    roll_up()
    edit_message(
        old[1].platform,
        old[1].platform_id,
        text="We saw a kingfisher by the jetty.",
        edited_at=timezone.now(),
    )
    work()
    assert "heron" not in summary().text
    assert "kingfisher" in summary().text


def test_erasure_takes_summaries_and_messages():
    session(LONG_AGO, OLD, 1)
    roll_up()
    erase_person(ANN)
    assert not Memory.objects.exists()
    assert not Message.objects.exclude(text="").exists()


def test_people_who_no_longer_agree_are_left_alone():
    session(LONG_AGO, OLD, 1)
    decide_consent(ANN, granted=False, source="test")
    roll_up()
    assert not Memory.objects.filter(kind=Memory.Kind.SUMMARY).exists()


def test_the_export_holds_the_summary_with_its_span_and_the_messages():
    old = session(LONG_AGO, OLD, 1)
    roll_up()
    exported = async_to_sync(export_person)(ANN)
    (kept,) = exported["memories"]
    assert kept["text"] == summary().text
    assert str(old[0].sent_at.year) in str(kept["valid_from"])
    assert {row["text"] for row in exported["messages"]} == set(OLD)


def test_the_assistant_quotes_what_was_rolled_up():
    session(LONG_AGO, [*OLD, *(f"Day {n} was long and full of small work." for n in range(9))], 1)
    roll_up()
    work()
    entries = async_to_sync(recall)("what bird did we see?", Scope.direct(ANN))
    lines = lines_of_summaries([one.entry for one in entries])
    assert OLD[1] in [message.text for message in lines]
