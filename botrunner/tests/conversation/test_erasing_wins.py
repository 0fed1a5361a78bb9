"""Erasing wins: over a message in hand, over the worker, and over whoever writes at that moment."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation.actions import store_all
from botrunner.conversation.base import Incoming
from botrunner.conversation.respond import respond, respond_to_turn
from botrunner.history import conversation_cache
from botrunner.tests.fakes import ANN, FakeModel, FakeSurface, said
from memories import index
from memories.actions import SUMMARY
from memories.facts import EXTRACTOR
from memories.facts.statements import Statement
from memories.models import Memory, Message, PlaceDecision, ReplyTrace
from memories.summaries import SUMMARISER
from memories.tests.test_personal_data import KEPT, traces_of
from profiles.actions import decide_consent
from profiles.models import EmotionRecord, Profile, RelationshipChange
from whisper import outbox
from whisper.analysers import use_defaults
from whisper.database.access import in_database
from whisper.models import OutboxEntry
from whisper.personal_data import registry
from whisper.personal_data.erasures import erased_at
from whisper.tests.database.postgres_server import PostgresServer, record_on
from whisper.tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]

CAT = "My cat is called Miso and I am so happy about it"
DERIVED = (Profile, EmotionRecord, RelationshipChange, Memory, ReplyTrace, PlaceDecision)


@pytest.fixture(autouse=True)
def _fresh_process():
    history.reset()
    index.reset()
    yield
    use_defaults()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.process)])
def engine(request, monkeypatch, settings, tmp_path):
    """Let the database lie on each engine in turn."""
    settings.DATA_DIR = tmp_path
    on_postgresql = "postgres" in os.environ.get("DATABASE_URL", "")
    if request.param == "sqlite":
        if on_postgresql:
            pytest.skip("the database of this run is not SQLite")
        yield
        return
    with PostgresServer() as server, record_on(server, monkeypatch):
        yield


async def held_of_ann():
    """Return the tables that hold anything of Ann but her no."""
    return await in_database(traces_of, ANN, "Miso") - KEPT


async def talk(stop, channel, heard):
    """Say something again and again, in a channel of its own."""
    while not stop.is_set():
        message = said(CAT, channel_id=channel)
        await respond(message, FakeSurface(), model=FakeModel("Miso!"))
        heard.append(message)


async def work(stop):
    while not stop.is_set():
        await outbox.drain()
        await asyncio.sleep(0)


def test_nothing_is_left_of_who_is_erased_while_all_are_writing(engine):
    async def scenario():
        stop = asyncio.Event()
        heard: list[Incoming] = []
        tasks = [asyncio.create_task(talk(stop, channel, heard)) for channel in (1, 2, 3)]
        tasks += [asyncio.create_task(work(stop)) for _ in range(2)]
        facts_known = Memory.objects.filter(person_id=ANN, kind=Memory.Kind.USER_FACT)
        await until(lambda: in_database(facts_known.exists))
        await registry.erase_person(ANN)
        more = len(heard) + 6

        async def went_on():
            return len(heard) >= more

        await until(went_on)
        stop.set()
        await asyncio.gather(*tasks)
        while await outbox.drain():
            pass
        assert await held_of_ann() == set()
        at = await in_database(erased_at, ANN)
        assert at is not None
        for channel in (1, 2, 3):
            cached = await conversation_cache().recent(channel, 100) or []
            assert [one for one in cached if one.sent_at <= at and one.concerns(ANN)] == []

    asyncio.run(scenario())


async def test_a_message_in_hand_leaves_nothing():
    gate = asyncio.Event()
    model = FakeModel("Miso!", gate=gate)
    answering = asyncio.create_task(respond(said(CAT), FakeSurface(), model=model))
    await model.was_asked.wait()
    await registry.erase_person(ANN)
    gate.set()
    await answering
    assert await held_of_ann() == set()
    assert await conversation_cache().recent(5001, 10) == []


async def test_a_message_in_hand_leaves_nothing_though_the_person_agrees_at_once():
    gate = asyncio.Event()
    model = FakeModel("Miso!", gate=gate)
    answering = asyncio.create_task(respond(said(CAT), FakeSurface(), model=model))
    await model.was_asked.wait()
    await registry.erase_person(ANN)
    await in_database(decide_consent, ANN, granted=True, source="test")
    gate.set()
    await answering
    while await outbox.drain():
        pass
    # That she agreed again is all.
    assert await held_of_ann() == {"whisper.ActionEntry"}


class ErasingExtractor:
    """Finds a fact, while whose it is has themselves erased."""

    async def statements(self, said, known):
        await registry.erase_person(ANN)
        return [Statement("cat", "name", "Miso", name="Miso")]


async def test_the_worker_keeps_no_fact_that_it_found_meanwhile():
    EXTRACTOR.use(ErasingExtractor())
    await respond(said(CAT), FakeSurface(), model=FakeModel())
    while await outbox.drain():
        pass
    assert await held_of_ann() == set()


async def test_the_worker_keeps_no_summary_that_it_wrote_meanwhile():
    async def erasing(messages):
        await registry.erase_person(ANN)
        return "Ann spoke of Miso."

    for _ in range(3):
        await respond(said(CAT), FakeSurface(), model=FakeModel())
    SUMMARISER.use(erasing)
    session = {"person": str(ANN), "channel": "5001", "until": timezone.now().isoformat()}
    await in_database(outbox.enqueue, SUMMARY, session, person_id=ANN)
    while await outbox.drain():
        pass
    assert await held_of_ann() == set()


async def test_a_mood_of_before_the_erasure_is_not_kept_after_a_new_yes():
    await respond(said(CAT), FakeSurface(), model=FakeModel())
    entries = await in_database(lambda: list(OutboxEntry.objects.filter(person_id=ANN)))
    await registry.erase_person(ANN)
    await respond(said("Hello again"), FakeSurface(), model=FakeModel())
    await in_database(decide_consent, ANN, granted=True, source="test")
    await respond(said("Now you may remember me"), FakeSurface(), model=FakeModel())
    # As if another worker had taken them in hand before they were erased.
    for entry in entries:
        await in_database(outbox.enqueue, entry.topic, entry.payload, person_id=ANN)
    while await outbox.drain():
        pass
    assert await in_database(EmotionRecord.objects.count) == 1
    assert not await in_database(Memory.objects.filter(text__contains="Miso").exists)


@pytest.mark.parametrize("answer", [None, False])
async def test_without_a_yes_no_writer_derives_or_keeps_anything(answer):
    if answer is not None:
        await in_database(decide_consent, ANN, granted=answer, source="test")
    for channel in (1, 2):
        await respond(said(CAT, local=False, channel_id=channel), FakeSurface(), model=FakeModel())
    while await outbox.drain():
        pass
    for model in DERIVED:
        assert await in_database(model.objects.count) == 0
    assert not await in_database(Message.objects.exclude(text="").exists)


async def test_after_a_no_what_waits_is_not_derived():
    await respond(said(CAT), FakeSurface(), model=FakeModel())
    await in_database(decide_consent, ANN, granted=False, source="test")
    while await outbox.drain():
        pass
    assert not await in_database(EmotionRecord.objects.exists)
    assert not await in_database(RelationshipChange.objects.exists)
    assert not await in_database(Memory.objects.filter(kind="user_fact").exists)


async def test_what_was_erased_while_it_waited_is_not_answered_any_more():
    # It was answered perhaps, before the process ended that held it.
    old, new = said("m1: my cat is called Miso"), said("m2: hello again")
    await in_database(store_all, [old])
    await registry.erase_person(ANN)
    await in_database(store_all, [new])
    surface = FakeSurface()
    turn = [replace(one, again=True) for one in (old, new)]
    assert await respond_to_turn(turn[:1], surface, model=FakeModel("m1")) is None
    assert surface.sent == []
    model = FakeModel("m2")
    assert await respond_to_turn(turn, surface, model=model)
    assert [context.text for context in model.asked] == ["m2: hello again"]
    stored = await in_database(list, Message.objects.values_list("platform_id", flat=True))
    assert old.platform_id not in stored


async def test_what_was_said_before_an_erasure_is_not_kept_if_it_comes_after_a_new_yes():
    old, new = said("my cat is called Miso"), said("my dog is called Rex")
    await registry.erase_person(ANN)
    await in_database(decide_consent, ANN, granted=True, source="test")
    new = replace(new, sent_at=timezone.now())
    await in_database(store_all, [old, new])
    kept = await in_database(list, Message.objects.values_list("text", flat=True))
    assert "my dog is called Rex" in kept
    assert "my cat is called Miso" not in kept
