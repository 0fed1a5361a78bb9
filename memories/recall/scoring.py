"""A pool to ranked memories: pure, and the same for every engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import isnan

import numpy as np
import numpy.typing as npt

from memories.index.base import Entry
from memories.index.keywords import idfs
from memories.index.pool import Pool
from memories.recall.asking import Asked, asked_of
from memories.recall.features import FEATURES, share_of
from memories.recall.weights import FEW, SAME_SESSION, Weights, weights
from memories.wording.phrasing import is_small_talk
from memories.wording.words import STOP_WORDS, words

Floats = npt.NDArray[np.float64]

# Too little to outdo a match: at equal score the newer comes first.
RECENCY, RECENCY_SECONDS = 0.005, 60 * 86_400.0
# Scores that differ by less are equal: sums are rounded differently from place to place.
DIGITS = 4
# A memory that shares no word has to be as near as this; random letters reach 0.33.
NEAR = 0.2
ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class Recalled:
    """One memory that was recalled.

    Args:
        score: 1 for the best, less for the others; comparable within one recall only.
        dense: cosine to the query, None if the memory has no vector of the model.
        bm25: keyword score.
        parts: what each feature added to the sum that decides the order.
    """

    entry: Entry
    score: float
    dense: float | None
    bm25: float
    parts: Mapping[str, float] = field(default_factory=dict)


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
    names, parts, scores = _scored(pool, asked, by, now)
    order = np.argsort(-scores, kind="stable")
    order = order[_is_near(pool)[order]]
    if pool.pinned.any():
        first = (pool.pinned & (each >= floor))[order]
        order = np.concatenate([order[first], order[~first]])
    distinct = list(_without_repeats(pool, order.tolist(), k + missed))
    shown = np.exp(scores[distinct] - scores.max())
    ranked = list(_recalled(pool, distinct, shown, names, parts))
    told = k if evidence >= floor or _words_suffice(pool, shares, by) else 0
    return Explanation(ranked[:told], ranked[told : told + missed], evidence, floor)


def _words_suffice(pool: Pool, shares: Floats, by: Weights) -> bool:
    """Return whether words are enough for a memory whose meaning can't be compared."""
    return float(shares[np.isnan(pool.cosines)].max(initial=0)) >= by.words_alone


def parts_of(pool: Pool, asked: Asked, by: Mapping[str, float]) -> tuple[list[str], Floats]:
    """Return the names of the features, and what each adds to the score of each memory of a pool.

    The latter has the shape (features, memories).
    """
    parts = np.empty((len(by), len(pool.entries)))
    for row, (name, weight) in zip(parts, by.items(), strict=True):
        np.multiply(FEATURES[name](pool, asked), weight, out=row)
    return list(by), parts


def _scored(
    pool: Pool, asked: Asked, by: Weights, now: datetime
) -> tuple[list[str], Floats, Floats]:
    """Return what `parts_of` does, and the score of each memory, shape (memories,)."""
    names, parts = parts_of(pool, asked, by.of(asked))
    scores = parts.sum(axis=0).round(DIGITS) + recency(pool, now)
    if not asked.several:
        return names, parts, scores
    among_near = np.where(_is_near(pool), scores, -np.inf)
    less = by.same_session * better_beside(among_near, pool.sessions)
    return [*names, SAME_SESSION], np.vstack([parts, less]), scores + less


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
    # Of a few memories almost every word is rare, or in all.
    rarity = idfs(max(pool.size, FEW), pool.holding)
    rarity[pool.of_dates] = 0
    return share_of(rarity, pool.words > 0, pool.own)


def _is_near(pool: Pool) -> npt.NDArray[np.bool_]:
    """Tell to which memories any word or meaning leads, or to what is around them."""
    by_meaning = np.fmax(pool.cosines, pool.around) >= NEAR
    near: npt.NDArray[np.bool_] = by_meaning | (pool.context > 0) | pool.near.any(axis=0)
    return near


def _recalled(
    pool: Pool, rows: Sequence[int], scores: Floats, names: Sequence[str], parts: Floats
) -> Iterator[Recalled]:
    """Yield the explanation of some memories of a pool.

    Args:
        scores: of these, shape (rows,).
        parts: of all memories, shape (features, memories).
    """
    cosines, bm25s = pool.cosines[rows].tolist(), pool.matched[rows].tolist()
    each = zip(rows, scores.tolist(), cosines, bm25s, parts[:, rows].T.tolist(), strict=True)
    for at, score, cosine, bm25, added in each:
        dense = None if isnan(cosine) else cosine
        yield Recalled(pool.entries[at], score, dense, bm25, dict(zip(names, added, strict=True)))


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
    size = len(terms)
    for others, said in told:
        shared = len(terms & others)
        # The terms are at hand and tell most apart; “lives” and “lived” are one of these.
        if shared and _is_most(shared, size, len(others)) and _says_the_same(text, said):
            return True
    return False


def _says_the_same(one: str, other: str) -> bool:
    first, second = (frozenset(words(text)) - STOP_WORDS for text in (one, other))
    return _is_most(len(first & second), len(first), len(second))


def _is_most(shared: int, one: int, other: int) -> bool:
    """Return whether nearly all of two sets of some sizes is in both."""
    return shared >= ALIKE * (one + other - shared)
