"""Tests that odd memories and odd questions are ranked alike soundly by every engine."""

from __future__ import annotations

import numpy as np
import pytest

from memories.access import Scope
from memories.actions import forget, remember_all, store_embeddings
from memories.index import reset
from memories.models import Memory
from memories.recall import explain
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
from memories.tests.recall.test_bad_input import QUESTIONS
from memories.tests.recall.test_scoring import later

pytestmark = pytest.mark.heavy

ALONE = Scope.direct(ANN)
MANY = 600


@pytest.mark.parametrize("text", QUESTIONS.values(), ids=QUESTIONS)
def test_odd_questions_have_finite_scores_and_lead_to_nobody_elses(index, text):
    give_vector(said("Miso sleeps", speaker="Ann"), axis(0))
    said("Miso eats", said_at=later(minutes=1))
    give_vector(said("Miso of Ben", BEN), axis(0))
    for query in (asked(text), asked(text, axis(0))):
        found = index.explained(query, ALONE)
        told = [*found.found, *found.missed]
        assert set(texts(told)) <= {"Miso sleeps", "Miso eats"}
        for one in told:
            assert np.isfinite([one.score, *one.parts.values()]).all()


def test_memories_of_two_models_and_without_a_vector_are_ranked_together(index):
    give_vector(said("miso sleeps", said_at=later(days=1)), axis(0))
    give_vector(said("miso eats", said_at=later(days=2)), np.ones(4, np.float32), "another")
    said("miso plays", said_at=later(days=3))
    found = index.explained(asked("what does my miso do?", axis(0)), ALONE)
    assert set(texts(found.found)) == {"miso sleeps", "miso eats", "miso plays"}


@pytest.mark.heavy
def test_of_very_many_lines_at_one_second_the_same_are_found_each_time(index):
    stored = remember_all([draft(f"line {number}") for number in range(MANY)])
    store_embeddings(stored[:2], np.array([axis(0), axis(1)]), model=MODEL)
    said("miso sleeps")
    first = index.explained(asked("where does my miso sleep?", axis(0)), ALONE)
    reset()
    again = index.explained(asked("where does my miso sleep?", axis(0)), ALONE)
    # Their order is that of their ids: what happens to stand beside it may come first.
    assert "miso sleeps" in texts(first.found)
    assert texts(first.found) == texts(again.found)


def test_what_changed_since_the_engine_heard_of_it_is_so_at_once(index):
    first = said("miso sleeps", speaker="Ann")
    said("miso eats", said_at=later(minutes=1))
    index.settle()
    forget([first.pk])
    said("nori plays with my miso", said_at=later(minutes=2))
    pool = index.pool_as_it_is(asked("what does my miso do?"), ALONE)
    assert "miso sleeps" not in texts(explain(pool, k=10, missed=10, now=NOON).found)
    assert {entry.text for entry in pool.entries} >= {"miso eats", "nori plays with my miso"}


def test_a_person_with_no_memory_that_has_a_vector_is_asked_by_words(index):
    said("miso sleeps")
    said("Their cat is called Miso.", kind=Memory.Kind.USER_FACT)
    found = index.explained(asked("what is my cat called?", axis(3)), ALONE)
    assert found.found[0].entry.text == "Their cat is called Miso."
