"""What an engine proposes for a query, with all that ranking asks of it.

Every figure here counts what the scope may see and nothing else: how rare a term is, how long a
text is on average, the mean vector, who stands beside whom.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from memories.access import Scope, is_visible
from memories.index.base import Candidate, Entry, Query
from memories.index.keywords import idfs
from memories.index.traits import Trait
from memories.wording.words import terms_of_query

logger = logging.getLogger(__name__)

# Fewer memories are judged as if they were this many: among a few, almost every word is rare, or
# in all of them.
FEW = 100

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is counted over all that a scope may see.

    Args:
        size: how many memories.
        names: who speaks in them, with the stems of each name.
        length: how many terms a text has on average, by field (`text`, `context`).
        holding: how many texts hold each term of a query, by field.
        dates: how many dates have each part (see `marks.dates_in`).
        mean: mean of the vectors, shape (dimension,); None without vectors.
    """

    size: int
    names: Mapping[str, list[str]]
    length: Mapping[str, float]
    holding: Mapping[str, Mapping[str, int]]
    dates: Mapping[tuple[int, int], int]
    mean: Floats | None


@dataclass(frozen=True)
class Pool:
    """R memories, and how each of T terms of the query fits them.

    Args:
        query: what was asked.
        terms: the terms that count, T.
        of_dates: which terms are parts of dates, (T,).
        names: speakers among what the scope may see, with the stems of their names.
        size: how many memories the scope may see.
        entries: the memories, R.
        terms_of: the terms of the text of one of them, by its number.
        proposed: which of them the engine proposes, shape (R,); the others stand right beside one.
        cosines: to the query, shape (R,); NaN without a vector of the query's model.
        around: cosine of the query to the weighted sum of a line and its neighbours, (R,), or NaN.
        centred: cosine to the query after the mean is taken off both, (R,), or NaN.
        mean: cosine to the mean vector, (R,), or NaN.
        holding: how many texts hold each term, (T,).
        words: BM25 of each term in each text, (T, R).
        near: the same, or more where a neighbour has it, weighted by how far away it is, (T, R).
        alike: how much the word of each text that is most like a term is like it, 0 to 1, (T, R).
        context: BM25 of the turn before and the date, (R,).
        dates: BM25 of the date alone, (R,).
        traits: see `memories/index/traits.py`, shape (traits, R).
        pinned: which of them are pinned, (R,).
        sessions: number of the session of each, (R,).
        said_at: seconds since 1970, (R,).
    """

    query: Query
    terms: tuple[str, ...]
    of_dates: Mask
    names: Mapping[str, list[str]]
    size: int
    entries: Sequence[Entry]
    terms_of: Callable[[int], frozenset[str]]
    proposed: Mask
    cosines: Floats
    around: Floats
    centred: Floats
    mean: Floats
    holding: npt.NDArray[np.int64]
    words: Floats
    near: Floats
    alike: Floats
    context: Floats
    dates: Floats
    traits: Floats
    pinned: Mask
    sessions: npt.NDArray[np.int64]
    said_at: npt.NDArray[np.float64]

    def trait(self, trait: Trait) -> Floats:
        """Return one of the traits, (R,)."""
        each: Floats = self.traits[trait]
        return each

    @cached_property
    def matched(self) -> Floats:
        """Return BM25 of all terms in each text, (R,)."""
        matched: Floats = self.words.sum(axis=0)
        return matched

    @cached_property
    def matched_near(self) -> Floats:
        """Return the sum of `near` over all terms, (R,)."""
        matched: Floats = self.near.sum(axis=0)
        return matched

    @cached_property
    def held(self) -> Floats:
        """Return 1 where a text has a term, (T, R)."""
        return (self.words > 0).astype(np.float32)

    @cached_property
    def rarity(self) -> npt.NDArray[np.float64]:
        """Return how much each term weighs, (T,)."""
        return idfs(max(self.size, FEW), self.holding)

    @cached_property
    def own(self) -> Mask:
        """Return which terms the text has itself, (T,); the others mean the same as some of it."""
        if not self.query.also:
            return np.ones(len(self.terms), np.bool_)
        spoken = set(terms_of_query(self.query.text))
        return np.array([term in spoken for term in self.terms], np.bool_)

    def candidates(self) -> list[Candidate]:
        """Return what the engine proposes, the nearest first, without what stands beside it."""
        near = np.where(np.isnan(self.cosines), -2.0, self.cosines)
        order = np.argsort(-near, kind="stable")
        return [
            Candidate(
                self.entries[at],
                None if np.isnan(self.cosines[at]) else float(self.cosines[at]),
                float(self.matched[at]),
                float(self.context[at]),
            )
            for at in order[self.proposed[order]].tolist()
        ]


def visible_candidates(pool: Pool, scope: Scope) -> list[Candidate]:
    """Return the candidates of a pool, each checked again on its way out."""
    found = []
    for one in pool.candidates():
        if is_visible(one.entry, scope):
            found.append(one)
        else:
            logger.error("index: a hit outside its scope was dropped")
    return found
