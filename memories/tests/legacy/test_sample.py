"""The sample of the older bot's memories comes along as its manifest says."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from memories.embeddings import embedder
from memories.models import ImportedRow, Memory, Place
from memories.tests.legacy.older_chroma import manifest, take
from profiles.models import Consent
from profiles.tests.legacy.older_bot import sample
from whisper.tests.filling import rows_of_the_module

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]


@pytest.fixture(scope="module")
def taken(django_db_setup, django_db_blocker):
    """Import the sample and return what the command said."""
    with rows_of_the_module(django_db_blocker):
        yield take(sample() / "chromadb")


def memory_of(key):
    return Memory.objects.get(imported_rows__key=key)


def test_every_kind_comes_along_in_the_right_number(taken):
    wanted = Counter(manifest()["chromadb"]["by_kind"])
    found: Counter[str] = Counter()
    for line in taken.splitlines():
        name, _, outcomes = line.partition(": ")
        if name.startswith(("user_memories ", "global_facts ")) and outcomes[:1].isdigit():
            kind = name.split()[1]
            found[kind] = sum(int(part.split()[0]) for part in outcomes.split(", "))
    assert found == wanted


def test_as_many_memories_remain_as_the_manifest_says(taken):
    wanted = manifest()["chromadb"]["after_deduplication"]
    assert Memory.objects.count() == wanted["all"]
    talks = Memory.objects.filter(kind=Memory.Kind.CONVERSATION)
    assert talks.count() == wanted["conversations"]


def test_everybody_has_their_own(taken):
    for user, kinds in manifest()["chromadb"]["by_user"].items():
        owner = None if user == "(nobody)" else int(user)
        rows = ImportedRow.objects.filter(person_id=owner).exclude(store__startswith="before:")
        assert rows.count() == sum(kinds.values())


def test_chosen_rows_are_as_expected(taken):
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


def test_repeats_are_folded_and_two_talks_of_the_same_words_are_not(taken):
    wanted = manifest()["chromadb"]
    dropped = {key for one in wanted["duplicates"] for key in one["drop"]}
    folded = ImportedRow.objects.filter(outcome="duplicate")
    assert set(folded.values_list("key", flat=True)) == dropped
    kept = [one["keep"] for one in wanted["duplicates"]] + wanted["not_duplicates"]
    assert all(memory_of(key).text for key in kept)


def test_places_come_from_servers_and_channels_alone(taken):
    talks = Memory.objects.filter(kind=Memory.Kind.CONVERSATION)
    in_guilds = Counter(str(one.guild_id) for one in talks if one.guild_id is not None)
    folded = ImportedRow.objects.filter(outcome="duplicate", reason__contains="retry").count()
    assert set(in_guilds) == set(manifest()["chromadb"]["guild_rows_by_guild"])
    assert in_guilds.total() == sum(manifest()["chromadb"]["guild_rows_by_guild"].values()) - 1
    assert folded == 6
    assert not talks.filter(guild_id=None, place=Place.PRIVATE_CHANNEL).exists()
    assert not talks.exclude(guild_id=None).exclude(place=Place.PRIVATE_CHANNEL).exists()


def test_vectors_that_agree_are_kept_bit_for_bit_and_zero_ones_made_anew(taken):
    assert "vectors: 318 imported, 4 repaired" in taken
    zero = manifest()["chromadb"]["zero_vectors"]
    for memory in Memory.objects.filter(imported_rows__key__in=zero):
        fresh = embedder().embed([memory.text])[0]
        assert np.frombuffer(bytes(memory.embedding or b""), "<f4") @ fresh > 0.999


def test_newer_facts_take_the_place_of_older_ones_where_the_rules_know_them(taken):
    pairs = manifest()["chromadb"]["contradictions"]
    cities = [one for one in pairs if one["topic"].startswith("city:")]
    superseded = [
        one for one in cities if memory_of(one["old"]).superseded_by == memory_of(one["new"])
    ]
    assert len(superseded) >= 3
    for one in pairs:
        assert memory_of(one["new"]).valid_to is None


def test_the_context_of_a_shared_fact_is_in_no_memory(taken):
    assert not Memory.objects.filter(person_id=None).exclude(context="").exists()


def test_people_are_asked_before_anything_of_them_is_used(taken):
    assert set(Consent.objects.values_list("status", flat=True)) == {Consent.Status.ASKED}
    assert Consent.objects.count() == 12
