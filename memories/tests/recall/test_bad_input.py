"""Tests that odd memories and odd questions neither break recall nor slow it out of proportion."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from memories.access import Scope
from memories.actions import forget
from memories.index import partition as partition_module
from memories.index import pool_from_database as pool_from_database_module
from memories.index.partition import LoadedPartition
from memories.index.pool_from_database import (
    FARTHEST,
    latest_of,
    neighbours,
    pool_from_database,
)
from memories.index.sessions import NOBODY, windows_of
from memories.index.traits import Trait
from memories.models import Memory, Partition, Place
from memories.tests.factories import ANN, BEN, NOON, asked, axis, said
from memories.tests.recall.test_scoring import between, explained, later, line, told

QUESTIONS = {
    "very long": "what about miso? " * 6_000,
    "one long word": "m" * 100_000,
    "only names": "Ann Ann Ben Ann",
    "only stop words": "the of and to it is was",
    "without spaces": "ミソはどこで寝ますか" * 50,
    "surrogate": "\ud800 miso?",
    "zero": "\x00miso\x00",
}


@pytest.mark.parametrize("text", QUESTIONS.values(), ids=QUESTIONS)
@pytest.mark.parametrize("vector", [None, axis(0), np.zeros(8, np.float32)])
def test_odd_questions_have_finite_scores(text, vector):
    lines = [line(f"miso {n}", like=between(0.5), said_at=later(minutes=n)) for n in range(5)]
    found = explained(text, *lines, vector=vector, missed=10)
    for one in (*found.found, *found.missed):
        assert np.isfinite([one.score, *one.parts.values()]).all()


def test_what_was_all_said_at_one_second_has_an_order_of_its_own():
    lines = [line(f"miso {n}") for n in range(6)]
    ways = [LoadedPartition(), LoadedPartition()]
    ways[0].apply(lines, 1)
    for number, one in enumerate(reversed(lines), 1):
        ways[1].apply([one], number)
    assert _neighbours(ways[0]) == _neighbours(ways[1])


def _neighbours(partition):
    """Return the texts around each line, by its text."""
    texts = [entry.text for entry in partition.entries]
    return {
        texts[at]: [None if row == NOBODY else texts[row] for row in window]
        for at, window in enumerate(partition.windows.values.tolist())
    }


def test_memories_of_two_models_and_without_a_vector_are_ranked_together():
    own = line("miso sleeps", like=between(0.8), said_at=later(days=1))
    others = line("miso eats", like=np.ones(4), said_at=later(days=2))
    none = line("miso plays", said_at=later(days=3))
    found = told("what does my miso do?", others, none, own, vector=axis(0))
    assert set(found) == {"miso sleeps", "miso eats", "miso plays"}


def test_a_line_between_two_others_joins_their_session_whenever_it_comes():
    first, last = line("one", said_at=NOON), line("three", said_at=later(minutes=40))
    middle = line("two", said_at=later(minutes=20))
    partition = LoadedPartition()
    partition.apply([first, last], 1)
    assert len(set(partition.sessions.values.tolist())) == 2
    partition.apply([middle], 2)
    assert len(set(partition.sessions.values.tolist())) == 1
    assert _neighbours(partition)["two"] == [None, "one", "two", "three", None]


def test_only_the_line_right_after_a_question_answers_it():
    partition = LoadedPartition()
    partition.apply([line("Who has a cat?"), line("I do", said_at=later(minutes=2))], 1)
    assert _answering(partition) == ["I do"]
    partition.apply([line("Hm", said_at=later(minutes=1))], 2)
    assert _answering(partition) == ["Hm"]


def _answering(partition):
    answers = partition.traits.values[:, Trait.ANSWERS]
    return [partition.entries[at].text for at in np.flatnonzero(answers)]


def test_a_changed_line_keeps_its_place_among_its_neighbours():
    lines = [line(f"miso {n}", said_at=later(minutes=n)) for n in range(3)]
    partition = LoadedPartition()
    partition.apply(lines, 1)
    changed = lines[1]._replace(entry=lines[1].entry._replace(text="nori"))
    partition.apply([changed], 2)
    around = partition.windows.values[3].tolist()
    assert [partition.entries[at].text for at in around if at != NOBODY] == [
        "miso 0",
        "nori",
        "miso 2",
    ]


lines_said = st.tuples(st.integers(0, 120), st.sampled_from([1, 2]), st.booleans())


@pytest.mark.heavy
@given(st.lists(lines_said, max_size=30), st.lists(st.integers(1, 5), min_size=30, max_size=30))
def test_sessions_are_the_same_however_memories_come(drawn, sizes):
    rows = [
        line(f"miso {n}" + "?" * (n % 2), like=axis(0), said_at=later(minutes=minute),
             channel_id=channel,
             kind=Memory.Kind.CONVERSATION if is_line else Memory.Kind.USER_FACT)
        for n, (minute, channel, is_line) in enumerate(drawn)
    ]  # fmt: skip
    whole, grown = LoadedPartition(), LoadedPartition()
    whole.apply(rows, 1)
    left = list(rows)
    for revision, size in enumerate(sizes, 1):
        grown.apply(left[:size], revision)
        # The vector of what is there already comes again.
        grown.apply(left[:1], revision)
        left = left[size:]
    assert _neighbours(grown) == _neighbours(whole)
    assert _sessions(grown) == _sessions(whole)
    assert _traits(grown) == _traits(whole)


def _traits(partition):
    """Return what is kept of each line whatever is asked, by its text."""
    texts = [entry.text for entry in partition.entries]
    return dict(zip(texts, partition.traits.values.tolist(), strict=True))


def _sessions(partition):
    """Return the texts of each session."""
    found = defaultdict(set)
    for entry, session in zip(partition.entries, partition.sessions.values, strict=True):
        found[session].add(entry.text)
    return sorted(map(sorted, found.values()))


def test_what_is_said_last_looks_at_the_latest_lines_alone(monkeypatch):
    partition = LoadedPartition()
    partition.apply([line(f"miso {n}", said_at=later(minutes=n)) for n in range(100)], 1)
    looked_at = []

    def counted(rows, *values):
        looked_at.append(len(rows))
        return windows_of(rows, *values)

    monkeypatch.setattr(partition_module, "windows_of", counted)
    partition.apply([line("nori", said_at=later(minutes=100))], 2)
    assert sum(looked_at) <= 5


@pytest.mark.heavy
@pytest.mark.django_db
def test_of_a_very_long_session_only_the_lines_beside_are_read():
    talk = [
        Memory(
            person_id=ANN,
            kind=Memory.Kind.CONVERSATION,
            text=f"line {number}",
            place=Place.DIRECT,
            channel_id=ANN,
            said_at=NOON + timedelta(seconds=number),
            valid_from=NOON,
        )
        for number in range(2_000)
    ]
    Memory.objects.bulk_create(talk)
    Partition.objects.create(key=f"person:{ANN}", revision=1)
    found = set(neighbours([talk[1_000].pk]))
    beside = range(1_000 - FARTHEST, 1_001 + FARTHEST)
    assert found == {talk[number].pk for number in beside if number != 1_000}


@pytest.mark.django_db
@pytest.mark.parametrize("scope", [Scope.direct(ANN), Scope.access(ANN)], ids=["direct", "access"])
def test_the_latest_of_very_many_memories_are_read_without_sorting_all_of_them(scope):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by how many rows a table has")
    said("miso")
    with CaptureQueriesContext(connection) as queries:
        latest_of(scope)
    for query in queries.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = [row[-1] for row in cursor.fetchall()]
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan


@pytest.mark.django_db
def test_the_latest_are_those_said_last_of_all_kinds_and_some_facts_besides(monkeypatch):
    monkeypatch.setattr(pool_from_database_module, "LATEST", 3)
    monkeypatch.setattr(pool_from_database_module, "LATEST_FACTS", 1)
    for number, kind in enumerate(["shared_fact", "user_fact", "summary"] + ["conversation"] * 3):
        owner = None if kind == "shared_fact" else ANN
        said(f"{kind} {number}", owner, kind=kind, said_at=later(minutes=number))
    said("hers", BEN, said_at=later(minutes=9))
    found = [entry.text for entry in latest_of(Scope.direct(ANN)).entries if entry]
    assert found == ["user_fact 1", "conversation 3", "conversation 4", "conversation 5"]


@pytest.mark.django_db
def test_neighbours_are_of_the_same_place_alone():
    one = said("miso")
    said("elsewhere", place=Place.PUBLIC_CHANNEL, guild_id=1, channel_id=ANN)
    said("hers", 7, channel_id=ANN)
    fact = said("Their cat is called Miso.", kind=Memory.Kind.USER_FACT)
    beside = said("nori")
    assert neighbours([one.pk]) == [beside.pk]
    assert neighbours([fact.pk, uuid4()]) == []
    assert neighbours([]) == []


@pytest.mark.django_db
def test_what_was_forgotten_or_said_between_the_two_fetches_is_so_at_once():
    ids = [str(said(text).pk) for text in ("miso sleeps", "miso eats")]
    forget([UUID(ids[0])])
    said("nori plays", said_at=later(minutes=1))
    pool = pool_from_database(ids, asked("miso"), Scope.direct(ANN))
    assert sorted(entry.text for entry in pool.entries) == ["miso eats", "nori plays"]
