"""Property tests of every engine: nobody hears what is not theirs, and no single fault changes it.

A case is one query of one person at one place among memories of all kinds.
"""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memories.access import Scope
from memories.actions import forget, remember_all, store_embeddings
from memories.index.changes import Removal
from memories.index.elasticsearch import temporary, writer
from memories.models import Memory, Place
from memories.recall import explain
from memories.tests.factories import (
    ANN,
    BEN,
    CHANNEL,
    GUILD,
    MODEL,
    NOON,
    asked,
    axis,
    give_vector,
    said,
)
from memories.tests.test_access import PEOPLE, may_be_told, memories, scopes, texts, vector_of
from whisper.environment import environment

# Of one set of memories; to remember another takes the most time.
QUERIES = 50
PATIENCE_SECONDS = 900.0
property_test = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
some_memories = st.lists(memories(), min_size=1, max_size=25)
some_queries = st.lists(st.tuples(scopes(), texts), min_size=QUERIES, max_size=QUERIES)


def check_isolation(index, drafts, queries):
    """Remember something anew and look that each query finds what may be told there alone."""
    forget(Memory.objects.values_list("pk", flat=True))
    stored = remember_all(drafts)
    vectors = np.array([vector_of(number) for number in range(len(stored))])
    store_embeddings(stored[::2], vectors[::2], model=MODEL)
    index.settle()
    whole = [(asked(f"what about {text}?", vector_of(len(text))), scope) for scope, text in queries]
    answers = index.all_as_it_is(whole)
    for (_, scope), (found, pool) in zip(whole, answers, strict=True):
        allowed = {memory.pk for memory in stored if may_be_told(memory, scope)}
        assert {one.entry.id for one in found} <= allowed
        told = explain(pool, k=5, missed=5, now=NOON)
        assert {one.entry.id for one in (*told.found, *told.missed)} <= allowed
        with_vector = {memory.pk for memory in stored[::2]}
        assert allowed & with_vector <= {one.entry.id for one in found}


@pytest.mark.heavy
@settings(property_test, max_examples=150 // QUERIES)
@given(some_memories, some_queries)
def test_only_what_may_be_told_is_proposed(index, drafts, queries):
    check_isolation(index, drafts, queries)


@pytest.mark.long
@settings(property_test, max_examples=400 // QUERIES)
@given(some_memories, some_queries)
def test_only_what_may_be_told_is_proposed_in_400_cases(index, drafts, queries):
    check_isolation(index, drafts, queries)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(1800)
@settings(property_test, max_examples=10_000 // QUERIES)
@given(some_memories, some_queries)
def test_only_what_may_be_told_is_proposed_in_ten_thousand_cases(local, db, drafts, queries):
    check_isolation(local, drafts, queries)


@pytest.fixture
def patient(monkeypatch):
    """Let Elasticsearch take its time: what it proposes is tested, not how fast."""
    monkeypatch.setattr(environment, "elasticsearch_request_timeout", PATIENCE_SECONDS)
    monkeypatch.setattr(temporary, "PATIENCE_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(writer, "PROBE_SECONDS", PATIENCE_SECONDS)


# Each part has an index of its own, so that one that a machine interrupts can be run again alone.
@pytest.mark.slow
@pytest.mark.long
@pytest.mark.service
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(10))
@settings(property_test, max_examples=1_000 // QUERIES)
@given(drafts=some_memories, queries=some_queries)
def test_only_what_may_be_told_is_proposed_in_ten_thousand_cases_by_elasticsearch(
    patient, elasticsearch, transactional_db, part, drafts, queries
):
    check_isolation(elasticsearch, drafts, queries)


def everything():
    """Return a clause that lets everything through."""
    return {"match_all": {}}


def unguarded_near(near):
    def without_filter(*args, **how):
        clause = near(*args, **how)
        del clause["knn"]["filter"]
        return clause

    return without_filter


def unguarded_body(body):
    return lambda clauses, allowed, limit: body(clauses, [], limit)


def take_out(monkeypatch, *guards):
    """Take out guards of Elasticsearch's engine, each as one careless change would."""
    from memories.index.elasticsearch import engine, query

    faults = {
        "owner": (query, "owner_filter", lambda scope: everything()),
        "place": (query, "_all", lambda fields: everything()),
        "near": (query, "_near", unguarded_near(query._near)),
        "body": (query, "_body", unguarded_body(query._body)),
        "record": (engine, "is_visible", lambda *_: True),
    }
    for guard in guards:
        monkeypatch.setattr(*faults[guard])


@pytest.fixture
def mixed(elasticsearch, transactional_db):
    """Let everybody have said the same, here and there; Ann asks in public."""
    for owner in PEOPLE:
        give_vector(said("a secret of miso", owner), axis(0))
        place = {"place": Place.PUBLIC_CHANNEL, "guild_id": GUILD, "channel_id": CHANNEL}
        give_vector(said("the miso of all", owner, **place), axis(1))
    elasticsearch.settle()
    return elasticsearch


def heard_by_ann(index):
    in_public = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    found = index.search_as_it_is(asked("miso secret", axis(0)), in_public)
    return sorted((one.entry.person_id, one.entry.place) for one in found)


HERS = [(ANN, "public_channel")]
IN_ELASTICSEARCH = ("owner", "place", "near", "body")


@pytest.mark.service
@pytest.mark.parametrize("guard", [*IN_ELASTICSEARCH, "record"])
def test_no_guard_stands_alone(mixed, monkeypatch, guard):
    take_out(monkeypatch, guard)
    assert heard_by_ann(mixed) == HERS


@pytest.mark.service
def test_the_database_closes_when_elasticsearch_lets_all_through(mixed, monkeypatch, caplog):
    take_out(monkeypatch, *IN_ELASTICSEARCH)
    with caplog.at_level(logging.ERROR):
        assert heard_by_ann(mixed) == HERS
    assert "dropped" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.service
@pytest.mark.parametrize("guards", [("owner", "place"), ("body", "near"), ()])
def test_without_the_database_the_filters_decide(mixed, monkeypatch, guards):
    take_out(monkeypatch, "record", *guards)
    heard = heard_by_ann(mixed)
    # That these tests can fail: what both guards miss is heard.
    assert heard == HERS if not guards else (BEN, "direct") in heard


@pytest.mark.service
def test_a_document_under_the_wrong_owner_is_not_told(mixed, monkeypatch, caplog):
    from memories.index.elasticsearch import document

    stolen = said("a secret of miso", BEN)
    source = document.source_of

    def as_anns(memory, model, dimension):
        return source(memory, model, dimension) | {
            "partition": f"person:{ANN}",
            "person_id": str(ANN),
            "place": "public_channel",
            "guild_id": str(GUILD),
        }

    monkeypatch.setattr("memories.index.elasticsearch.writer.source_of", as_anns)
    mixed.settle()
    with caplog.at_level(logging.ERROR):
        assert heard_by_ann(mixed) == HERS
    assert "dropped" in caplog.text
    assert stolen.person_id == BEN


@pytest.mark.service
def test_a_late_write_never_brings_back_what_was_removed(elasticsearch, transactional_db):
    from asgiref.sync import async_to_sync

    memory = said("a secret of miso")
    late = Memory.objects.get(pk=memory.pk)
    removal = Removal(memory.pk, memory.partition_key, memory.revision + 1)
    elasticsearch.settle()
    async_to_sync(writer.follow)([], [removal])
    # The record still has it: only the engine's own memory of the removal keeps it out.
    async_to_sync(writer.follow)([late.pk], [])
    elasticsearch.refresh()
    assert elasticsearch.search_as_it_is(asked("miso"), Scope.direct(ANN)) == []
