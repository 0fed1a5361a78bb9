"""From a query to the few memories worth telling."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from memories.embeddings.base import EmbeddingError
from memories.index import memory_index
from memories.index.base import Candidate, Entry, Query
from memories.visibility import Scope

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recalled:
    """One memory that was recalled.

    Args:
        score: fused rank score, 0 to 1; comparable within one recall only.
        dense: cosine to the query, None where the memory has no vector of the model.
        bm25: keyword score.
    """

    entry: Entry
    score: float
    dense: float | None
    bm25: float


async def recall(text: str, scope: Scope, *, k: int = 10) -> list[Recalled]:
    """Return the memories of a scope that a text brings to mind, best first.

    Where no embedder answers, words alone decide.
    """
    query = await asyncio.to_thread(embedded, text)
    return rank(query, await memory_index().candidates(query, scope), k=k)


def embedded(text: str) -> Query:
    """Return the query with its vector, without one where no embedder answers. It blocks."""
    try:
        from memories.embeddings import embedder

        by = embedder()
        return Query(text, by.embed([text])[0], by.model)
    except (EmbeddingError, ImportError):
        logger.warning("recall: no vector for the query, words alone decide", exc_info=True)
        return Query(text)


def rank(query: Query, candidates: Sequence[Candidate], *, k: int = 10) -> list[Recalled]:
    """Return the `k` candidates most worth telling, best first."""
    if not candidates:
        return []
    dense = np.array([-1.0 if one.dense is None else one.dense for one in candidates])
    bm25 = np.array([one.bm25 for one in candidates])
    fused = 0.5 * _scaled(dense) + 0.5 * _scaled(bm25)
    best = np.argsort(-fused)[:k]
    return [
        Recalled(candidates[i].entry, float(fused[i]), candidates[i].dense, candidates[i].bm25)
        for i in best
        if candidates[i].bm25 > 0 or dense[i] > 0.2
    ]


def _scaled(scores: Floats) -> Floats:
    low, high = scores.min(), scores.max()
    return (scores - low) / (high - low) if high > low else np.zeros_like(scores)
