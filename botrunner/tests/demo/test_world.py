"""Tests of the invented world that the console is shown with."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner.console.tasks.queries import certificate_of
from botrunner.conversation.queries import active_channels
from memories.models import (
    ForgottenMemory,
    Memory,
    Message,
    Place,
    PlaceDecision,
    PlaceName,
    RemovedPlace,
    ReplyTrace,
)
from memories.queries import servers_talked_in, with_texts
from profiles.models import Consent, EmotionRecord, Profile, Relationship
from whisper.models import ActionEntry, Erasure, ImportRun, Task

MODELS = (
    Profile,
    Message,
    Memory,
    EmotionRecord,
    ReplyTrace,
    ActionEntry,
    ImportRun,
    Consent,
    Task,
)


@pytest.fixture(autouse=True)
def _world(demo_world, db):
    pass


@pytest.mark.heavy
@pytest.mark.long
def test_a_second_run_adds_nothing(demo_world):
    before = [model.objects.count() for model in MODELS]
    assert all(before)
    demo_world()
    assert [model.objects.count() for model in MODELS] == before


def test_people_said_all_that_can_be_said_to_being_remembered():
    assert {one.standing for one in Consent.objects.all()} == set(Consent.Status)
    assert set(Consent.objects.values_list("level", flat=True)) == set(Consent.Level.values)
    assert Erasure.objects.exists()


@pytest.mark.heavy
def test_there_are_people_of_each_level():
    found = set(Profile.objects.values_list("relationship_level", flat=True))
    assert found == set(Relationship.values)


def lengths(ids):
    return {len(str(one)) for one in ids}


def test_ids_are_as_long_as_those_of_discord():
    for model, field in ((Profile, "person_id"), (Message, "platform_id")):
        assert lengths(model.objects.values_list(field, flat=True)) == {19}
    said = Message.objects.exclude(guild_id=None)
    for field in ("guild_id", "channel_id"):
        assert lengths(said.values_list(field, flat=True)) == {18, 19}


def test_who_declined_or_was_not_asked_yet_has_said_nothing_that_is_kept():
    agree = {
        one.person_id
        for one in Consent.objects.all()
        if one.standing in ("granted", "noticed", "expired")
    }
    assert set(Message.objects.values_list("person_id", flat=True)) <= agree


def test_some_messages_were_addressed_and_answered_and_others_were_not():
    said = Message.objects.filter(from_companion=False)
    answered = said.filter(reply_state=Message.Reply.COMPLETE)
    assert (
        answered.count()
        == ReplyTrace.objects.count()
        == Message.objects.filter(from_companion=True).count()
    )
    assert said.filter(reply_state=Message.Reply.NONE).exists()


def test_a_trace_has_a_prompt_with_what_was_recalled_and_where_it_was_left_out():
    recalled = [one for trace in ReplyTrace.objects.all() for one in trace.recalled]
    assert {one["in_prompt"] for one in recalled} == {True, False}
    kept = {str(pk) for pk in Memory.objects.values_list("pk", flat=True)}
    assert {one["id"] for one in recalled} <= kept
    assert all(trace.prompt[0]["role"] == "system" for trace in ReplyTrace.objects.all())


def test_a_trace_tells_what_just_missed_as_well():
    traces = ReplyTrace.objects.exclude(missed=[])
    assert any(with_texts(trace.missed) for trace in traces)
    for trace in traces:
        recalled, missed = ({one["id"] for one in some} for some in (trace.recalled, trace.missed))
        assert not recalled & missed
        scores = [one["score"] for one in (*trace.recalled, *trace.missed)]
        assert scores == sorted(scores, reverse=True)


def test_nothing_is_recalled_before_it_was_said():
    said_at = {str(pk): at for pk, at in Memory.objects.values_list("pk", "said_at")}
    assert all(
        said_at[one["id"]] < trace.created_at
        for trace in ReplyTrace.objects.all()
        for one in (*trace.recalled, *trace.missed)
    )


def test_facts_that_changed_are_told_as_past():
    changed = Memory.objects.filter(ending=Memory.Ending.REPLACED)
    assert changed.exists()
    assert all("until" in fact.text and fact.superseded_by for fact in changed)


def test_memories_wait_for_an_admin_and_an_old_channel_to_be_erased():
    waiting = Memory.objects.filter(hidden=True, person_id=None)
    assert waiting.filter(place=Place.IMPORT).exists()
    assert waiting.exclude(place=Place.IMPORT).exists()
    assert RemovedPlace.objects.exists()


def test_decisions_allow_some_memories_elsewhere_and_hold_others_back():
    assert set(PlaceDecision.objects.values_list("allowed", flat=True)) == {True, False}


def test_each_place_of_a_server_has_a_name():
    named = set(PlaceName.objects.values_list("place_id", flat=True))
    places = Message.objects.exclude(guild_id=None).values_list("guild_id", "channel_id")
    assert {one for pair in places for one in pair} <= named


def test_a_real_bot_looks_for_none_of_it_in_discord():
    assert servers_talked_in() == set()
    assert active_channels(timezone.now() - timedelta(days=400), limit=100) == {}


def test_nothing_is_said_in_the_future():
    assert not Message.objects.filter(sent_at__gt=timezone.now()).exists()


def test_jobs_show_a_certificate_and_one_that_failed():
    erasure = Task.objects.get(kind=Task.ERASE)
    assert erasure.state == Task.State.DONE
    assert erasure.person_id is None
    certificate = certificate_of(erasure)
    assert certificate is not None
    assert certificate.person_id == Erasure.objects.get().person_id
    assert Task.objects.get(kind="export").state == Task.State.FAILED


def test_some_memories_were_forgotten_by_hand_and_can_be_brought_back():
    batches = ForgottenMemory.objects.values_list("batch", flat=True)
    assert len(batches) > len(set(batches)) > 1
