"""From what is said to the few memories worth telling."""

from __future__ import annotations

from memories.recall.recalling import (
    CANDIDATES,
    NOTHING,
    embedded,
    explained,
    explained_for,
    held_back,
    query_for,
    recall,
)
from memories.recall.scoring import Explanation, Recalled, explain

__all__ = [
    "CANDIDATES",
    "NOTHING",
    "Explanation",
    "Recalled",
    "embedded",
    "explain",
    "explained",
    "explained_for",
    "held_back",
    "query_for",
    "recall",
]
