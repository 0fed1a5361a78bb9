"""Recalled memories as traces keep them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from memories.recall import Recalled


def describe(memory: Recalled, left_out: Collection[UUID] = ()) -> dict[str, object]:
    """Return a recalled memory as traces and the terminal's JSON show it.

    Args:
        left_out: memories that the prompt had no room for, or that something else in it says.
    """
    return {
        **scores_of(memory),
        "text": memory.entry.text,
        "in_prompt": memory.entry.id not in left_out,
    }


def scores_of(memory: Recalled) -> dict[str, object]:
    """Return why a memory stands where it does, without what it says."""
    return {
        "id": str(memory.entry.id),
        "kind": memory.entry.kind,
        "score": round(memory.score, 4),
        "dense": None if memory.dense is None else round(memory.dense, 4),
        "bm25": round(memory.bm25, 4),
        "parts": {name: round(value, 3) for name, value in memory.parts.items() if value},
    }
