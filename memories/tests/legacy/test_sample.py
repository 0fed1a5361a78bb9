"""The sample of the older bot's memories comes along as its manifest says."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pytest

from memories.access import Scope
from memories.embeddings import embedder
from memories.index.base import Query
from memories.index.local import LocalIndex
from memories.models import ImportedRow, Memory, Place
from memories.queries import memories_of, shared_facts_of
from memories.tests.legacy.older_chroma import manifest, take
from profiles.models import Consent
from profiles.tests.legacy.older_bot import sample

pytestmark = pytest.mark.django_db


def files(folder):
    return {
        path.relative_to(folder): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def memory_of(key):
    return Memory.objects.get(imported_rows__key=key)


def test_every_kind_comes_along_in_the_right_number():
    out = take(sample() / "chromadb")
    wanted = Counter(manifest()["chromadb"]["by_kind"])
    found: Counter[str] = Counter()
    for line in out.splitlines():
        name, _, outcomes = line.partition(": ")
        if name.startswith(("user_memories ", "global_facts ")) and outcomes[:1].isdigit():
            kind = name.split()[1]
            found[kind] = sum(int(part.split()[0]) for part in outcomes.split(", "))
    assert found == wanted


def test_as_many_memories_remain_as_the_manifest_says():
    take(sample() / "chromadb")
    wanted = manifest()["chromadb"]["after_deduplication"]
    assert Memory.objects.count() == wanted["all"]
    talks = Memory.objects.filter(kind=Memory.Kind.CONVERSATION)
    assert talks.count() == wanted["conversations"]


def test_everybody_has_their_own():
    take(sample() / "chromadb")
    for user, kinds in manifest()["chromadb"]["by_user"].items():
        owner = None if user == "(nobody)" else int(user)
        rows = ImportedRow.objects.filter(person_id=owner).exclude(store__startswith="before:")
        assert rows.count() == sum(kinds.values())


def test_chosen_rows_are_as_expected():
    take(sample() / "chromadb")
    for wanted in manifest()["chromadb"]["expected"]:
        memory = memory_of(wanted["id"])
        assert (None if memory.person_id is None else str(memory.person_id)) == wanted["user"]
        assert memory.said_at.isoformat() == wanted["utc"]
        if "fact" in wanted:
            assert memory.text == wanted["fact"]
            assert memory.category == (wanted["category"] or "")
            assert memory.confidence == (wanted["confidence"] or 1.0)
        else:
            image = wanted["user_said"].startswith("{'content_type': 'image")
            assert memory.text == ("[Image]" if image else wanted["user_said"])
            assert str(memory.guild_id or "") == (wanted["guild"] or "")
            assert str(memory.channel_id or "") == (wanted["channel"] or "")
            assert memory.emotion == wanted.get("emotion", "")
            row = memory.imported_rows.get()
            assert wanted["bot_said"] in row.document


def test_repeats_are_folded_and_two_talks_of_the_same_words_are_not():
    take(sample() / "chromadb")
    wanted = manifest()["chromadb"]
    dropped = {key for one in wanted["duplicates"] for key in one["drop"]}
    folded = ImportedRow.objects.filter(outcome="duplicate")
    assert set(folded.values_list("key", flat=True)) == dropped
    kept = [one["keep"] for one in wanted["duplicates"]] + wanted["not_duplicates"]
    assert all(memory_of(key).text for key in kept)


def test_places_come_from_servers_and_channels_alone():
    take(sample() / "chromadb")
    talks = Memory.objects.filter(kind=Memory.Kind.CONVERSATION)
    in_guilds = Counter(str(one.guild_id) for one in talks if one.guild_id is not None)
    folded = ImportedRow.objects.filter(outcome="duplicate", reason__contains="retry").count()
    assert set(in_guilds) == set(manifest()["chromadb"]["guild_rows_by_guild"])
    assert in_guilds.total() == sum(manifest()["chromadb"]["guild_rows_by_guild"].values()) - 1
    assert folded == 6
    assert not talks.filter(guild_id=None, place=Place.PRIVATE_CHANNEL).exists()
    assert not talks.exclude(guild_id=None).exclude(place=Place.PRIVATE_CHANNEL).exists()


def test_channels_that_everybody_can_read_are_named_by_the_operator():
    channels = manifest()["channels"]
    take(sample() / "chromadb", "--public-channels", ",".join(channels))
    public = Memory.objects.filter(place=Place.PUBLIC_CHANNEL)
    assert {str(one.channel_id) for one in public} == set(channels)


def test_vectors_that_agree_are_kept_bit_for_bit_and_zero_ones_made_anew():
    out = take(sample() / "chromadb")
    assert "vectors: 318 imported, 4 repaired" in out
    zero = manifest()["chromadb"]["zero_vectors"]
    for memory in Memory.objects.filter(imported_rows__key__in=zero):
        fresh = embedder().embed([memory.text])[0]
        assert np.frombuffer(bytes(memory.embedding or b""), "<f4") @ fresh > 0.999


def test_vectors_of_another_model_are_made_anew():
    out = take(sample() / "chromadb_768")
    assert "made anew: they have 768 dimensions" in out
    assert Memory.objects.count() == manifest()["chromadb_768"]["rows"]
    assert set(Memory.objects.values_list("embedding_dimension", flat=True)) == {384}


def test_newer_facts_take_the_place_of_older_ones_where_the_rules_know_them():
    take(sample() / "chromadb")
    pairs = manifest()["chromadb"]["contradictions"]
    cities = [one for one in pairs if one["topic"].startswith("city:")]
    superseded = [
        one for one in cities if memory_of(one["old"]).superseded_by == memory_of(one["new"])
    ]
    assert len(superseded) >= 3
    for one in pairs:
        assert memory_of(one["new"]).valid_to is None


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


def test_the_context_of_a_shared_fact_is_in_no_memory():
    take(sample() / "chromadb")
    assert not Memory.objects.filter(person_id=None).exclude(context="").exists()


def test_people_are_asked_before_anything_of_them_is_used():
    take(sample() / "chromadb")
    assert set(Consent.objects.values_list("status", flat=True)) == {Consent.Status.ASKED}
    assert Consent.objects.count() == 12


def test_a_second_run_takes_nothing_and_the_source_stays_as_it_was():
    before = files(sample() / "chromadb")
    take(sample() / "chromadb", "--verify")
    memories = list(Memory.objects.order_by("pk").values())
    assert "imported" not in take(sample() / "chromadb", "--verify")
    assert list(Memory.objects.order_by("pk").values()) == memories
    assert files(sample() / "chromadb") == before


def test_a_dry_run_reports_and_writes_nothing():
    out = take(sample() / "chromadb", "--dry-run")
    assert "conversation_dm: 127 imported, 5 skipped" in out
    assert not Memory.objects.exists()
    assert not Consent.objects.exists()
