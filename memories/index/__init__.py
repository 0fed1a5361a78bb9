"""Engines that search memories, and the one that `MEMORY_INDEX` names."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import cast

from memories.index.base import CopiedIndex, MemoryIndex
from memories.index.engines import engine, engine_named
from whisper.environment import environment


def memory_index() -> MemoryIndex:
    """Return this process' engine."""
    return _made(environment.memory_index)


def copied_index() -> CopiedIndex | None:
    """Return this process's engine if it holds a copy that has to follow the database."""
    return cast(CopiedIndex, memory_index()) if engine().is_copy else None


def own_index() -> AbstractContextManager[None]:
    """Let this process use its own empty copy for a while, if the engine holds one."""
    return engine().own_copy()


def reset() -> None:
    """Forget the engines, so that the next call makes another (tests, changed settings)."""
    _made.cache_clear()


@cache
def _made(name: str) -> MemoryIndex:
    return engine_named(name).make()
