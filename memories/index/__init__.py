"""Engines that search memories, and the one that `MEMORY_INDEX` names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from memories.index.base import CopiedIndex, MemoryIndex
from whisper.environment import environment


@cache
def memory_index() -> MemoryIndex:
    """Return this process' engine."""
    # Each brings packages that the others do not need.
    if environment.memory_index == "elasticsearch":
        from memories.index.elasticsearch.engine import ElasticsearchIndex

        return ElasticsearchIndex()
    if environment.memory_index == "chroma":
        from memories.index.chroma import ChromaIndex

        return ChromaIndex()
    from memories.index.local import LocalIndex

    return LocalIndex()


def copied_index() -> CopiedIndex | None:
    """Return this process' engine where it holds a copy that has to follow the record."""
    index = memory_index()
    return index if isinstance(index, CopiedIndex) else None


@contextmanager
def own_index() -> Iterator[None]:
    """Let this process use an empty copy of its own, where the engine holds one, for a while."""
    if environment.memory_index != "elasticsearch":
        yield
        return
    from memories.embeddings import embedder
    from memories.index.elasticsearch.temporary import temporary_index

    by = embedder()
    with temporary_index(by.model, by.dimension):
        yield


def reset() -> None:
    """Forget the engine, so that the next call makes another (tests, changed settings)."""
    memory_index.cache_clear()
