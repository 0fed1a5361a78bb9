"""Tests of exporting and erasing what is held of a person."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.apps import apps
from django.db.models import BigIntegerField, CharField, JSONField, TextField, UUIDField

from memories.access import Scope
from memories.actions import MemoryDraft, Said, erase_person, remember, store_message, store_trace
from memories.index.base import Query
from memories.index.local import LocalIndex
from memories.models import Memory, Place
from profiles.actions import decide_consent, meet, record_emotion
from profiles.models import Consent, Emotion
from whisper.database.access import in_database
from whisper.outbox import enqueue
from whisper.personal_data import registry

ANN, BEN = 410_000_000_000_000_101, 410_000_000_000_000_102
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
# That somebody was erased, and does not want to be remembered.
KEPT = {"profiles.Consent", "whisper.Erasure"}


def live(person, name):
    """Let a person leave something in every table."""
    decide_consent(person, granted=True, source="discord")
    meet(person, name=name, at=NOON)
    said = Said(
        platform="discord",
        platform_id=person + 1000,
        person_id=person,
        author_name=name,
        text=f"{name} has a cat",
        sent_at=NOON,
        channel_id=7,
        guild_id=None,
        place=Place.DIRECT,
        keep=True,
    )
    message, _ = store_message(said)
    store_trace(message.pk, person_id=person, prompt=[{"content": f"{name} has a cat"}], model="x")
    remember(
        MemoryDraft(
            person_id=person,
            kind=Memory.Kind.CONVERSATION,
            text=f"{name} has a cat",
            speaker=name,
            place=Place.DIRECT,
            said_at=NOON,
            sources=(message.pk,),
        )
    )
    record_emotion(
        person,
        emotion=Emotion.HAPPY,
        scores={},
        intensity=1,
        confidence=1,
        valence=1,
        triggers=[],
        source_message_id=message.pk,
        model="x",
        felt_at=NOON,
    )
    enqueue("memories.facts", {"message": str(message.pk), "person": str(person)}, person_id=person)


def traces_of(person, name):
    """Return every table that holds a person's id or name."""
    found = set()
    # Other ids may hold the same digits by chance.
    alone = re.compile(rf"(?<![\w-]){person}(?![\w-])")
    kinds = (BigIntegerField, CharField, TextField, JSONField, UUIDField)
    for model in apps.get_models():
        columns = [
            field.attname for field in model._meta.concrete_fields if isinstance(field, kinds)
        ]
        for row in model._default_manager.values(*columns):
            text = json.dumps(row, default=str)
            if alone.search(text) or name in text:
                found.add(model._meta.label)
    return found


@pytest.mark.django_db(transaction=True)
async def test_erasing_leaves_nothing_of_a_person_but_their_no():
    await in_database(live, ANN, "Annabel")
    held = await in_database(traces_of, ANN, "Annabel")
    assert {"memories.Partition", "whisper.OutboxEntry", "profiles.Profile"} < held
    counts = await registry.erase_person(ANN)
    assert counts["messages"] == counts["memories"] == counts["profiles"] == 1
    assert await in_database(traces_of, ANN, "Annabel") == KEPT
    consent = await Consent.objects.aget(person_id=ANN)
    assert consent.status == Consent.Status.DENIED


@pytest.mark.django_db(transaction=True)
async def test_erasing_one_person_leaves_the_others_alone():
    await in_database(live, ANN, "Annabel")
    await in_database(live, BEN, "Benedict")
    before = await registry.export_person(BEN)
    await registry.erase_person(ANN)
    assert await registry.export_person(BEN) == before


@pytest.mark.django_db(transaction=True)
async def test_an_export_holds_everything_with_ids_as_strings():
    await in_database(live, ANN, "Annabel")
    archive = zipfile.ZipFile(BytesIO(await registry.export_archive(ANN)))
    tables = {
        name.removesuffix(".json"): json.loads(archive.read(name))
        for name in archive.namelist()
        if name.endswith(".json")
    }
    filled = {name for name, rows in tables.items() if rows}
    assert {"profile", "moods", "consent", "messages", "memories", "traces"} <= filled
    assert tables["messages"][0]["person_id"] == str(ANN)
    assert tables["memories"][0]["text"] == "Annabel has a cat"


@pytest.mark.django_db
def test_another_process_drops_its_copy_of_an_erased_person():
    live(ANN, "Annabel")
    other_process = LocalIndex()
    scope = Scope.direct(ANN)
    assert other_process.search(Query("cat"), scope)
    erase_person(ANN)
    remember(
        MemoryDraft(
            person_id=ANN,
            kind=Memory.Kind.CONVERSATION,
            text="a dog",
            place=Place.DIRECT,
            said_at=NOON,
        )
    )
    assert [found.entry.text for found in other_process.search(Query("cat"), scope)] == ["a dog"]
