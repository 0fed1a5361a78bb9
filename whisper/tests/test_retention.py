"""Tests of how long what is held is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session
from django.utils import timezone

import whisper.periodic
from memories.actions import Said, remember, store_message, store_trace
from memories.models import ImportedRow, Memory, Message, Place, PlaceDecision, ReplyTrace
from memories.tests.factories import ANN, draft
from profiles.actions import decide_consent, meet
from profiles.models import EmotionRecord, Profile
from whisper import retention
from whisper.environment import Environment, environment
from whisper.models import ActionEntry, ImportRun, OutboxEntry
from whisper.periodic import STEADY, jobs, registered
from whisper.tests.test_periodic import Clock, StopAfterOneLook

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()
OLD, YOUNG = NOW - timedelta(days=10), NOW - timedelta(days=1)
SETTINGS = sorted({one.setting for one in retention.limits() if one.setting})


def leave(at, number):
    """Let Ann leave a row of each kind at a time."""
    said = Said(
        platform="discord",
        platform_id=number,
        person_id=ANN,
        author_name="Ann",
        text=f"line {number}",
        sent_at=at,
        channel_id=7,
        guild_id=None,
        place=Place.DIRECT,
        keep=True,
    )
    message, _ = store_message(said)
    remember(draft(f"line {number}", said_at=at, sources=(message.pk,)))
    trace = store_trace(message.pk, person_id=ANN, prompt=[], model="x")
    ReplyTrace.objects.filter(pk=trace.pk).update(created_at=at)
    PlaceDecision.objects.create(person_id=ANN, allowed=True, decided_at=at)
    EmotionRecord.objects.create(
        profile=Profile.objects.get(),
        emotion="happy",
        intensity=0.5,
        confidence=0.5,
        felt_at=at,
        # Not one of the messages, with which it would go.
        source_message_id=10**12 + number,
    )
    run = ImportRun.objects.create(kind="memories", source="x", finished_at=at)
    ImportedRow.objects.create(run=run, store="x", key=f"{number}", document="text")
    OutboxEntry.objects.create(topic="x", failed_at=at)
    ActionEntry.objects.create(action="x", actor_kind="companion", at=at)
    Session.objects.create(session_key=f"{number}", expire_date=at + timedelta(days=5))


@pytest.fixture(autouse=True)
def _left(monkeypatch):
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Ann", at=NOW)
    ActionEntry.objects.all().delete()
    leave(OLD, 1)
    leave(YOUNG, 2)
    for setting in SETTINGS:
        monkeypatch.setattr(environment, setting, 0)


def left():
    """Return how many rows there are of each kind."""
    return {
        "message_retention_days": Message.objects.count() + Memory.objects.count(),
        "trace_retention_days": ReplyTrace.objects.count() + PlaceDecision.objects.count(),
        "mood_retention_days": EmotionRecord.objects.count(),
        "import_retention_days": ImportedRow.objects.exclude(document="").count(),
        "failed_work_retention_days": OutboxEntry.objects.filter(topic="x").count(),
        "action_log_retention_days": ActionEntry.objects.filter(action="x").count(),
    }


def run():
    return async_to_sync(retention.delete_old)(asyncio.Event())


@pytest.mark.parametrize("setting", SETTINGS)
def test_what_is_older_than_a_setting_goes_and_nothing_else(monkeypatch, setting):
    before = left()
    monkeypatch.setattr(environment, setting, 5)
    run()
    after = left()
    assert after[setting] == before[setting] // 2
    others = {name: count for name, count in after.items() if name != setting}
    if setting == "message_retention_days":
        # A trace says why a message was answered as it was.
        others["trace_retention_days"] += 1
    assert others == {name: count for name, count in before.items() if name != setting}


def test_a_run_is_logged_once_with_how_much_it_was(monkeypatch):
    monkeypatch.setattr(environment, "mood_retention_days", 5)
    # A row at a time.
    monkeypatch.setattr("profiles.actions.ageing.AT_ONCE", 1)
    leave(OLD, 3)
    ActionEntry.objects.all().delete()
    run()
    logged = ActionEntry.objects.order_by("reason").values_list("reason", "count", "person_id")
    assert list(logged) == [("moods", 2, None), ("sessions of the console that are over", 2, None)]
    assert {(one.actor_kind, one.action) for one in ActionEntry.objects.all()} == {
        ("companion", "retention.delete")
    }
    run()
    assert ActionEntry.objects.count() == 2


def test_the_companion_and_not_its_author_deletes_an_old_message(monkeypatch):
    monkeypatch.setattr(environment, "message_retention_days", 5)
    ActionEntry.objects.all().delete()
    run()
    assert {entry.actor_kind for entry in ActionEntry.objects.all()} == {"companion"}


def test_sessions_that_are_over_always_go():
    assert run() == "sessions of the console that are over: 1"
    assert Session.objects.count() == 1


def test_people_are_told_what_is_deleted_after_how_long(monkeypatch):
    monkeypatch.setattr(environment, "mood_retention_days", 365)
    assert retention.in_words() == "I delete moods after 365 days."


def test_by_default_traces_moods_and_logs_are_deleted_some_time():
    defaults = Environment(_env_file=None)
    assert {name for name in SETTINGS if not getattr(defaults, name)} == {"message_retention_days"}
    assert "retention" in jobs()


async def unstopped(work, stop):
    """Do all that a job has to do, whoever wants it to stop."""
    return await work(asyncio.Event())


def test_an_hour_with_a_wrong_clock_destroys_nothing(monkeypatch):
    clock = Clock()
    for place in (timezone, whisper.periodic):
        monkeypatch.setattr(place, "now", clock)
    for setting in SETTINGS:
        monkeypatch.setattr(environment, setting, 5)
    by_age = [
        replace(one, after_start=timedelta(0), work=partial(unstopped, one.work))
        for one in jobs().values()
        if one.by_age
    ]
    before = left()
    with registered(*by_age):
        for ahead in (-STEADY, timedelta(days=300), timedelta(days=300, hours=1)):
            clock.at = NOW + ahead
            async_to_sync(whisper.periodic.run)(StopAfterOneLook())
        assert left() == before
        for ahead in (timedelta(0), STEADY):
            assert left() == before
            clock.at = NOW + ahead
            async_to_sync(whisper.periodic.run)(StopAfterOneLook())
    assert left() == {name: count // 2 for name, count in before.items()}
