"""Engines that search memories, and the one that `MEMORY_INDEX` names."""

from __future__ import annotations

from functools import cache

from memories.index.base import MemoryIndex


@cache
def memory_index() -> MemoryIndex:
    """Return this process' engine."""
    from memories.index.local import LocalIndex

    return LocalIndex()


def reset() -> None:
    """Forget the engine, so that the next call makes another (tests, changed settings)."""
    memory_index.cache_clear()
