"""From a query to the few memories worth telling."""

from __future__ import annotations

from dataclasses import dataclass

from memories.index.base import Entry


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
