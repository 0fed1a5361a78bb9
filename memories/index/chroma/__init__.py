"""The older bot's engine, kept for going back: ChromaDB in a folder of the data folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand

from memories.index.base import MemoryIndex
from memories.index.engines import Engine


def _make() -> MemoryIndex:
    from memories.index.chroma.engine import ChromaIndex

    return ChromaIndex()


def _manage(command: BaseCommand, options: Mapping[str, Any]) -> None:
    from memories.index.chroma.managing import manage

    manage(command, options)


def _ready() -> None:
    from memories.index.chroma import files  # noqa: F401


ENGINE = Engine(
    title="ChromaDB",
    make=_make,
    manage=_manage,
    is_copy=True,
    package="chromadb",
    ready=_ready,
)
