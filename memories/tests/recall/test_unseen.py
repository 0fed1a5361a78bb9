"""Property tests: what a scope may not see changes no score, be it neighbour, session or mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memories.access import is_visible
from memories.actions import forget, remember_all, store_embeddings
from memories.index import reset
from memories.models import Memory
from memories.tests.factories import MODEL, NOON, asked
from memories.tests.test_access import memories, scopes, texts, vector_of

MANY = 50
property_test = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# Close enough to stand in one session.
minutes = st.integers(0, 90)
# The second asks for several things, which are looked for in several sessions.
questions = st.sampled_from(["what about {} on 1 March?", "how many {} on 1 March?"])
some_memories = st.lists(st.tuples(memories(), minutes, st.booleans()), min_size=2, max_size=20)


def scores(index, query, scope):
    """Return the parts of the score of each memory that a query leads to, by id."""
    # What an engine keeps for some minutes is counted again.
    reset()
    found = index.explained(query, scope, k=MANY, missed=MANY)
    return {one.entry.id: one.parts for one in (*found.found, *found.missed)}


def check_nothing_unseen_counts(index, drawn, scope, question, text):
    """Ask with everything there, and again when what may not be seen is gone."""
    forget(Memory.objects.values_list("pk", flat=True))
    drafts = [
        replace(draft, said_at=NOON + timedelta(minutes=minute)) for draft, minute, _ in drawn
    ]
    stored = remember_all(drafts)
    vectors = np.array([vector_of(number) for number in range(len(stored))])
    with_vector = [memory for memory, (_, _, has) in zip(stored, drawn, strict=True) if has]
    if with_vector:
        store_embeddings(with_vector, vectors[: len(with_vector)], model=MODEL)
    query = asked(question.format(text), vector_of(len(text)))
    before = scores(index, query, scope)
    forget([memory.pk for memory in stored if not is_visible(memory, scope)])
    after = scores(index, query, scope)
    assert before.keys() == after.keys()
    for one, parts in before.items():
        assert parts == pytest.approx(after[one], abs=1e-5)


@pytest.mark.heavy
@settings(property_test, max_examples=12)
@given(some_memories, scopes(), questions, texts)
def test_what_may_not_be_seen_changes_no_score(
    local, transactional_db, drawn, scope, question, text
):
    check_nothing_unseen_counts(local, drawn, scope, question, text)


@pytest.mark.long
@settings(property_test, max_examples=200)
@given(some_memories, scopes(), questions, texts)
def test_what_may_not_be_seen_changes_no_score_in_200_cases(
    local, transactional_db, drawn, scope, question, text
):
    check_nothing_unseen_counts(local, drawn, scope, question, text)


@pytest.mark.service
@settings(property_test, max_examples=15)
@given(some_memories, scopes(), questions, texts)
def test_what_may_not_be_seen_changes_no_score_of_elasticsearch(
    elasticsearch, transactional_db, drawn, scope, question, text
):
    check_nothing_unseen_counts(elasticsearch, drawn, scope, question, text)
