"""Tests that people who have said very much are answered like anyone else, by every engine."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from asgiref.sync import async_to_sync
from django.db import IntegrityError

from memories.access import Scope
from memories.actions import remember_all
from memories.index import memory_index
from memories.models import Memory
from memories.recall import CANDIDATES
from memories.tests.factories import (
    ANN,
    BEN,
    MODEL,
    NOON,
    asked,
    axis,
    draft,
    give_vector,
    said,
    texts,
)
from memories.tests.recall.test_scoring import later

ALONE = Scope.direct(ANN)
PART = 5_000
CHANNELS = 50
# What is ranked at most: the candidates, and the lines right before and after each.
MOST_RANKED = 3 * CANDIDATES

of_both = pytest.mark.parametrize(
    "index", ["local", pytest.param("elasticsearch", marks=pytest.mark.service)], indirect=True
)
long = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1800)]


def remember_many(index, drafts):
    """Remember lines about nothing that is asked for, each with a vector, as an import does."""
    chance = np.random.default_rng(3)
    for start in range(0, len(drafts), PART):
        part = drafts[start : start + PART]
        vectors = chance.standard_normal((len(part), 8)).astype(np.float32)
        # Nothing but what a test adds itself lies along the first axis.
        vectors[:, 0] = 0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        remember_all(part, vectors=vectors, model=MODEL)
        index.settle()


def asked_of_all(index, text):
    """Ask about the first axis, once all memories can be searched; return pool and explanation."""
    index.settle()
    async_to_sync(memory_index().prepare)(ALONE, whole=True)
    query = asked(text, axis(0))
    return index.pool(query, ALONE), index.explained(query, ALONE, now=NOON + timedelta(days=1))


@pytest.mark.heavy
@of_both
@pytest.mark.parametrize("lines", [1_500, pytest.param(50_000, marks=long)])
def test_a_line_amid_a_session_of_very_many_is_found_with_its_neighbours(index, lines):
    remember_many(index, [draft(f"line {n}", said_at=later(seconds=n)) for n in range(lines)])
    amid = lines // 2
    give_vector(said("my miso sleeps", said_at=later(seconds=amid, milliseconds=500)), axis(0))
    pool, found = asked_of_all(index, "where does my miso sleep?")
    assert found.found[0].entry.text == "my miso sleeps"
    ranked = {entry.text for entry in pool.entries}
    assert ranked >= {f"line {amid}", f"line {amid + 1}"}
    assert len(ranked) <= MOST_RANKED


@pytest.mark.heavy
@of_both
@pytest.mark.parametrize("memories", [1_500, pytest.param(200_000, marks=long)])
def test_one_of_very_many_memories_is_found_and_nobody_elses(index, memories):
    remember_many(
        index,
        [
            draft(f"line {n}", said_at=later(hours=-n), channel_id=n % CHANNELS)
            for n in range(memories)
        ],
    )
    give_vector(said("my miso sleeps", said_at=later(hours=-memories)), axis(0))
    give_vector(said("my miso of Ben", BEN), axis(0))
    pool, found = asked_of_all(index, "where does my miso sleep?")
    assert found.found[0].entry.text == "my miso sleeps"
    assert "my miso of Ben" not in texts([*found.found, *found.missed])
    assert pool.size == memories + 1
    assert len(pool.entries) <= MOST_RANKED


@pytest.mark.django_db
def test_no_memory_is_without_a_date():
    with pytest.raises(IntegrityError):
        said("miso sleeps", said_at=None)
    assert not Memory.objects.exists()
