"""A pool to ranked memories: pure, and the same for every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import isnan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from memories.index.base import Entry
from memories.index.pool import Pool
from memories.recall.asking import Asked, asked_of
from memories.recall.features import features_of, share_of
from memories.recall.weights import SAME_SESSION, Weights, weights
from memories.wording.phrasing import is_small_talk
from memories.wording.words import STOP_WORDS, words

Floats = npt.NDArray[np.floating[Any]]

# Too little to outdo a match: at equal score the newer comes first.
RECENCY, RECENCY_SECONDS = 0.005, 60 * 86_400.0
# Scores that differ by less are equal: sums are rounded differently from place to place.
DIGITS = 4
# A memory that shares no word has to be as near as this; random letters reach 0.33.
NEAR = 0.2
ALIKE = 0.8


# A named tuple, as a frozen dataclass takes several times as long to make.
class Recalled(NamedTuple):
    """One memory that was recalled.

    Args:
        score: 1 for the best, less for the others; comparable within one recall only.
        dense: cosine to the query, None if the memory has no vector of the model.
        bm25: keyword score.
        counted: returns `parts`; few who recall look at them.
    """

    entry: Entry
    score: float
    dense: float | None
    bm25: float
    counted: Callable[[], Mapping[str, float]] = dict

    @property
    def parts(self) -> Mapping[str, float]:
        """Return what each feature added to the sum that decides the order."""
        return self.counted()


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a text brings to mind, and why nothing else.

    Args:
        found: what is recalled, best first.
        missed: the next best, which was not told.
        evidence: the best evidence that the text is about any memory; see `weights.toml`.
        floor: what that has to reach.
    """

    found: list[Recalled]
    missed: list[Recalled]
    evidence: float
    floor: float


def explain(
    pool: Pool, *, k: int, now: datetime, missed: int = 0, by: Weights | None = None
) -> Explanation:
    """Return up to `k` memories that are worth telling, best first, and what just missed.

    Args:
        now: what recency is measured from.
        missed: how many that were not told to return as well, at most.
        by: other weights than this version's.
    """
    by = by or weights()
    asked = asked_of(pool.query.text, pool.names, now)
    if not pool.entries or is_small_talk(pool.query.text):
        return Explanation([], [], 0.0, by.floor(asked, pool.size))
    shares, floor = word_shares(pool), by.floor(asked, pool.size)
    each = _known_cosines(pool) + by.word_share * shares
    evidence = float(each.max())
    told = k if evidence >= floor or _words_suffice(pool, shares, by) else 0
    if not told + missed:
        return Explanation([], [], evidence, floor)
    scored = _scored(pool, asked, by, now)
    order = (-scored.scores).argsort(kind="stable")
    order = order[_is_near(pool)[order]]
    if pool.pinned.any():
        first = (pool.pinned & (each >= floor))[order]
        order = np.concatenate([order[first], order[~first]])
    distinct = list(_without_repeats(pool, order.tolist(), told + missed))
    ranked = list(_recalled(pool, distinct, scored))
    return Explanation(ranked[:told], ranked[told:], evidence, floor)


def _words_suffice(pool: Pool, shares: Floats, by: Weights) -> bool:
    """Return whether words are enough for a memory whose meaning can't be compared."""
    return float(shares[np.isnan(pool.cosines)].max(initial=0)) >= by.words_alone


@dataclass(frozen=True, slots=True)
class _Scored:
    """The score of each memory of a pool, and what it was made of.

    Args:
        scores: shape (memories,).
        weights: of each feature, by its name.
        features: of each memory, shape (features, memories).
    """

    scores: Floats
    weights: Mapping[str, float]
    features: Floats

    def parts(self, at: int) -> dict[str, float]:
        """Return what each feature added to the score of one of the memories."""
        each = zip(self.weights.items(), self.features[:, at].tolist(), strict=True)
        return {name: weight * value for (name, weight), value in each}


def _scored(pool: Pool, asked: Asked, by: Weights, now: datetime) -> _Scored:
    weights = by.of(asked)
    features = features_of(pool, asked, weights)
    scores = (np.array(list(weights.values())) @ features).round(DIGITS) + recency(pool, now)
    if not asked.several:
        return _Scored(scores, weights, features)
    better = better_beside(np.where(_is_near(pool), scores, -np.inf), pool.sessions)
    return _Scored(
        scores + by.same_session * better,
        {**weights, SAME_SESSION: by.same_session},
        np.vstack([features, better]),
    )


def better_beside(scores: Floats, sessions: npt.NDArray[np.int64]) -> Floats:
    """Return how many memories of the same session have a higher score, of each memory.

    Of equal ones, the first counts as higher.
    """
    order = np.lexsort((-scores, sessions))
    ordered = sessions[order]
    better = np.empty(len(scores))
    better[order] = np.arange(len(scores)) - np.searchsorted(ordered, ordered)
    return better


def recency(pool: Pool, now: datetime) -> Floats:
    """Return a little for what was said lately."""
    age = np.maximum(now.timestamp() - pool.said_at, 0)
    return RECENCY * np.exp2(-age / RECENCY_SECONDS)


def _known_cosines(pool: Pool) -> Floats:
    return np.where(np.isnan(pool.cosines), 0.0, pool.cosines)


def word_shares(pool: Pool) -> Floats:
    """Return the share of the text's words that each memory has, rare ones counting more, 0 to 1.

    Words that no memory has are the rarest of all: they speak against everything. Words of a date
    count where there are no others, for what was said then.
    """
    if pool.of_dates.all():
        return np.where(pool.dates > 0, 1.0, 0.0)
    return share_of(np.where(pool.of_dates, 0, pool.rarity), pool.held, pool.own)


def _is_near(pool: Pool) -> npt.NDArray[np.bool_]:
    """Tell to which memories any word or meaning leads, or to what is around them."""
    by_meaning = np.fmax(pool.cosines, pool.around) >= NEAR
    near: npt.NDArray[np.bool_] = by_meaning | (pool.context > 0) | (pool.matched_near > 0)
    return near


def _recalled(pool: Pool, rows: Sequence[int], scored: _Scored) -> Iterator[Recalled]:
    """Yield some memories of a pool, with what their scores are made of."""
    places = np.array(rows, np.intp)
    shown = np.exp(scored.scores.take(places) - scored.scores.max()).tolist()
    cosines, bm25s = pool.cosines.take(places).tolist(), pool.matched.take(places).tolist()
    for at, score, cosine, bm25 in zip(rows, shown, cosines, bm25s, strict=True):
        dense = None if isnan(cosine) else cosine
        yield Recalled(pool.entries[at], score, dense, bm25, partial(scored.parts, at))


def _without_repeats(pool: Pool, order: Sequence[int], k: int) -> Iterator[int]:
    """Yield the first `k` that do not say again what a better one says.

    A fact and the line that it was made from share almost all telling words, and so do lines said
    twice.
    """
    told: list[tuple[frozenset[str], str]] = []
    for at in order:
        said = pool.terms_of(at), pool.entries[at].text
        if not _is_among(*said, told):
            told.append(said)
            yield at
            if len(told) == k:
                return


def _is_among(terms: frozenset[str], text: str, told: Sequence[tuple[frozenset[str], str]]) -> bool:
    """Return whether nearly the same words are in the answer already."""
    for others, said in told:
        # The terms are at hand and tell most apart; “lives” and “lived” are one of these.
        if others and _are_most(terms, others) and _says_the_same(text, said):
            return True
    return False


def _says_the_same(one: str, other: str) -> bool:
    first, second = (frozenset(words(text)) - STOP_WORDS for text in (one, other))
    return _are_most(first, second)


def _are_most(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether nearly all of two sets is in both."""
    size, of_other = len(one), len(other)
    # Of most pairs, the sizes say it already.
    if size < ALIKE * of_other or of_other < ALIKE * size:
        return False
    shared = len(one & other)
    return shared >= ALIKE * (size + of_other - shared)
