"""Property test: what a search counts is what plain loops over all memories count."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from math import log1p

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memories.access import Scope, is_visible
from memories.index.keywords import K1, B
from memories.index.matches import NEAR
from memories.index.partition import LoadedPartition
from memories.index.searched import Searched
from memories.index.sessions import REACH, SILENCE_SECONDS
from memories.index.vectors import AROUND
from memories.models import Memory, Place
from memories.tests.factories import ANN, NOON, asked
from memories.tests.recall.test_scoring import NOW, later, line
from memories.wording.words import context_terms, terms

WORDS = ("miso", "tea", "garden", "kids", "march", "london")
SCOPES = (Scope.direct(ANN), Scope.access(ANN))
words = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@st.composite
def rows(draw):
    """Draw a memory: a line or a fact, here or there, with a vector or without, ended or not."""
    public = draw(st.booleans())
    number = draw(st.one_of(st.none(), st.integers(0, 50)))
    vector = None if number is None else np.random.default_rng(number).standard_normal(8)
    row = line(
        draw(words),
        context=draw(words),
        like=None if vector is None else vector / np.linalg.norm(vector),
        said_at=later(minutes=draw(st.integers(0, 200))),
        kind=draw(st.sampled_from([Memory.Kind.CONVERSATION, Memory.Kind.USER_FACT])),
        place=Place.PUBLIC_CHANNEL if public else Place.DIRECT,
        channel_id=draw(st.sampled_from([1, 2])),
    )
    return row._replace(valid_to=NOON if draw(st.integers(0, 9)) == 0 else None)


@pytest.mark.heavy
@settings(deadline=None)
@given(
    st.lists(rows(), min_size=1, max_size=25), st.integers(0, 25), words, st.sampled_from(SCOPES)
)
def test_a_pool_holds_what_plain_loops_count(drawn, first, text, scope):
    partition = LoadedPartition()
    vector = np.eye(8, dtype=np.float32)[0]
    # What is kept from one search must not outlive a change.
    for revision, part in enumerate((drawn[:first], drawn[first:]), 1):
        partition.apply(part, revision)
        pool = Searched([partition], asked(f"{text} miso", vector), scope, NOW).pool(64)
    seen = [row for row in drawn if row.valid_to is None and is_visible(row.entry, scope)]
    seen.sort(key=lambda row: (row.entry.said_at, row.entry.id.int >> 64))
    assert {entry.id for entry in pool.entries} == {row.entry.id for row in seen}
    expected = Reference(seen, pool.terms, vector)
    for at, entry in enumerate(pool.entries):
        found = (pool.words[:, at], pool.near[:, at], pool.context[at], pool.around[at])
        for value, wanted in zip(found, expected.of(entry.id), strict=True):
            assert value == pytest.approx(wanted, abs=1e-4, nan_ok=True)


class Reference:
    """The figures of a search, counted the plain way."""

    def __init__(self, seen, asked_for, vector):
        self.seen, self.asked_for, self.vector = seen, asked_for, vector
        self.texts = [terms(row.entry.text) for row in seen]
        self.contexts = [context_terms(row.entry.context, row.entry.said_at) for row in seen]

    def of(self, memory_id):
        """Return words, near, context and around of a memory."""
        (at,) = [n for n, row in enumerate(self.seen) if row.entry.id == memory_id]
        beside = self.neighbours(at)
        each = np.array(
            [weight * self.bm25(self.texts, n) for n, weight in zip(beside, NEAR, strict=True)
             if n is not None]
        )  # fmt: skip
        context = self.bm25(self.contexts, at).sum()
        return self.bm25(self.texts, at), each.max(axis=0), context, self.around(beside)

    def bm25(self, texts, at):
        average = max(sum(map(len, texts)) / len(texts), 1)
        counts, scores = Counter(texts[at]), []
        for term in self.asked_for:
            holding = sum(term in text for text in texts)
            rarity = log1p((len(texts) - holding + 0.5) / (holding + 0.5))
            norm = K1 * (1 - B + B * len(texts[at]) / average)
            scores.append(rarity * counts[term] / (counts[term] + norm))
        return np.array(scores)

    def neighbours(self, at):
        """Return the places of the lines around one, None where its session has none."""
        own = self.seen[at].entry
        if own.kind != Memory.Kind.CONVERSATION:
            return [None] * REACH + [at] + [None] * REACH
        spot = [n for n, row in enumerate(self.seen) if _spot(row.entry) == _spot(own)]
        here, found = spot.index(at), [at]
        for step in (-1, 1):
            reached, before = here, at
            for _ in range(REACH):
                reached += step
                beside = spot[reached] if 0 <= reached < len(spot) and before is not None else None
                if beside is not None and self._silence(before, beside):
                    beside = None
                found = [beside, *found] if step < 0 else [*found, beside]
                before = beside
        return found

    def _silence(self, one, other):
        apart = abs(self.seen[one].entry.said_at - self.seen[other].entry.said_at)
        return apart > timedelta(seconds=SILENCE_SECONDS)

    def around(self, beside):
        vectors = [None if n is None else self.seen[n].vector for n in beside]
        known = [(w, v) for w, v in zip(AROUND, vectors, strict=True) if v is not None]
        total = sum((w * v for w, v in known), np.zeros(8))
        length = np.linalg.norm(total)
        return total @ self.vector / length if length > 0 else np.nan


def _spot(entry):
    return entry.kind, entry.place, entry.guild_id, entry.channel_id
