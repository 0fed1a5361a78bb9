"""The sample of the older bot's memories, with what an operator may choose."""

from __future__ import annotations

import hashlib

import pytest

from memories.access import Scope
from memories.embeddings import embedder
from memories.index.base import Query
from memories.index.local import LocalIndex
from memories.models import Memory, Place
from memories.queries import memories_of, shared_facts_of
from memories.tests.legacy.older_chroma import manifest, take
from memories.tests.legacy.test_sample import memory_of
from profiles.models import Consent
from profiles.tests.legacy.older_bot import sample

pytestmark = pytest.mark.django_db


def files(folder):
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.long
@pytest.mark.heavy
def test_channels_that_everybody_can_read_are_named_by_the_operator():
    channels = manifest()["channels"]
    take(sample() / "chromadb", "--public-channels", ",".join(channels))
    public = Memory.objects.filter(place=Place.PUBLIC_CHANNEL)
    assert {str(one.channel_id) for one in public} == set(channels)


@pytest.mark.heavy
def test_vectors_of_another_model_are_made_anew():
    out = take(sample() / "chromadb_768")
    assert "made again: they have 768 dimensions" in out
    assert Memory.objects.count() == manifest()["chromadb_768"]["rows"]
    assert set(Memory.objects.values_list("embedding_dimension", flat=True)) == {384}


@pytest.mark.heavy
def test_what_was_said_in_private_is_seen_by_nobody():
    take(sample() / "chromadb", "--consent-given")
    index = LocalIndex()
    for secret in manifest()["chromadb"]["said_in_private"]:
        query = Query(secret["fact"], embedder().embed([secret["fact"]])[0], embedder().model)
        for person in (int(secret["said_by"]), 811665152459141974):
            for scope in (
                Scope.access(person),
                Scope(person, Place.PUBLIC_CHANNEL, 911696674963486961, 894138752097563215),
            ):
                found = index.search(query, scope)
                shown = [one.entry.text for one in found] + [
                    one.text for one in (*memories_of(scope), *shared_facts_of(scope))
                ]
                assert secret["fact"] not in shown
        assert memory_of(secret["id"]).hidden


@pytest.mark.heavy
@pytest.mark.long
def test_a_second_run_takes_nothing_and_the_source_stays_as_it_was():
    before = files(sample() / "chromadb")
    take(sample() / "chromadb", "--verify")
    memories = list(Memory.objects.order_by("pk").values())
    assert "imported" not in take(sample() / "chromadb", "--verify")
    assert list(Memory.objects.order_by("pk").values()) == memories
    assert files(sample() / "chromadb") == before


@pytest.mark.long
@pytest.mark.heavy
def test_a_dry_run_reports_and_writes_nothing():
    out = take(sample() / "chromadb", "--dry-run")
    assert "conversation_dm: 127 imported, 5 skipped" in out
    assert not Memory.objects.exists()
    assert not Consent.objects.exists()
