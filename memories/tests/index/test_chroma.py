"""The older bot's engine follows the database, can be made whole, and forgets for good."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from memories.access import Scope
from memories.actions import forget
from memories.checks import the_index_is_installed
from memories.index import memory_index
from memories.index.chroma.files import folder, purge
from memories.index.chroma.store import ChromaCopy
from memories.index.local import LocalIndex
from memories.models import Memory
from memories.tests.factories import ANN, BEN, asked, axis, give_vector, said, texts
from whisper.database.access import in_database
from whisper.environment import environment

pytestmark = pytest.mark.heavy


def command(*words):
    out = StringIO()
    call_command("memory_index", *words, stdout=out)
    return out.getvalue()


def bytes_of(path):
    return b"".join(one.read_bytes() for one in path.rglob("*") if one.is_file())


@pytest.mark.django_db(transaction=True)
def test_what_was_remembered_before_the_switch_is_found_after_a_sync(monkeypatch, local, chroma):
    with monkeypatch.context() as before:
        before.setattr(environment, "memory_index", "local")
        give_vector(said("Miso sleeps"), axis(0))
        said("Miso of Ben", BEN)
    assert chroma.search_as_it_is(asked("miso"), Scope.direct(ANN)) == []
    assert "2 written" in command("sync")
    assert texts(chroma.search_as_it_is(asked("miso"), Scope.direct(ANN))) == ["Miso sleeps"]
    assert "ChromaDB holds 2 memories in 2 collections; the database has 2." in command("status")
    assert json.loads(command("status", "--json")) == {"index": "chroma", "memories": 2, "held": 2}


@pytest.mark.django_db(transaction=True)
def test_a_sync_drops_what_the_database_does_not_have(monkeypatch, chroma):
    said("Miso sleeps")
    command("sync")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(environment, "memory_index", "local")
        forget(Memory.objects.values_list("pk", flat=True))
    assert "1 removed" in command("sync")
    assert "holds 0 memories" in command("status")


@pytest.mark.django_db(transaction=True)
def test_it_has_one_version_alone(chroma):
    with pytest.raises(CommandError, match="only supports status and sync"):
        command("rebuild")


@pytest.mark.django_db(transaction=True)
async def test_no_byte_of_what_was_forgotten_is_left_after_a_purge(chroma):
    secret = await in_database(said, "the zanzibarian secret")
    await in_database(said, "Miso sleeps")
    await in_database(command, "sync")
    assert b"zanzibarian" in bytes_of(folder())
    await in_database(forget, [secret.pk])
    assert "1 memory" in await purge()
    assert b"zanzibarian" not in bytes_of(folder())
    found = await memory_index().candidates(asked("miso"), Scope.direct(ANN))
    assert texts(found) == ["Miso sleeps"]


@pytest.mark.django_db(transaction=True)
async def test_where_it_fails_the_index_in_process_searches(chroma, monkeypatch):
    await in_database(said, "Miso sleeps")
    index = memory_index()
    monkeypatch.setattr(type(index), "local", LocalIndex())
    monkeypatch.setattr(ChromaCopy, "near", fail)
    assert texts(await index.candidates(asked("miso"), Scope.direct(ANN))) == ["Miso sleeps"]


def fail(*_):
    raise RuntimeError("broken")


def test_a_missing_package_is_told_before_the_start(monkeypatch):
    monkeypatch.setattr(environment, "memory_index", "chroma")
    monkeypatch.setattr("memories.checks.find_spec", lambda _: None)
    (error,) = the_index_is_installed()
    assert error.id == "memories.E001"
    assert "chromadb" in error.msg
    assert "bin/setup dev" in str(error.hint)
