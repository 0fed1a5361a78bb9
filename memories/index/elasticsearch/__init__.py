"""Memories searched by Elasticsearch."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.management.base import BaseCommand

from memories.index.base import MemoryIndex
from memories.index.engines import Engine

if TYPE_CHECKING:
    from memories.index.differences import Differences

# What is imported within functions brings packages that the other engines do not need.


def _make() -> MemoryIndex:
    from memories.index.elasticsearch.engine import ElasticsearchIndex

    return ElasticsearchIndex()


def _manage(command: BaseCommand, options: Mapping[str, Any]) -> None:
    from memories.index.elasticsearch.managing import manage

    manage(command, options)


def _prepare(command: BaseCommand) -> None:
    from memories.index.elasticsearch.preparing import prepare

    prepare(command)


@contextmanager
def _own_copy() -> Iterator[None]:
    from memories.embeddings import embedder
    from memories.index.elasticsearch.temporary import temporary_index

    by = embedder()
    with temporary_index(by.model, by.dimension):
        yield


def _compare(after: UUID | None) -> AsyncGenerator[Differences, None]:
    from memories.index.elasticsearch.upkeep import differences

    return differences(after)


def _ready() -> None:
    from memories.index.elasticsearch import backup, purge  # noqa: F401


ENGINE = Engine(
    title="Elasticsearch",
    make=_make,
    manage=_manage,
    prepare=_prepare,
    is_copy=True,
    own_copy=_own_copy,
    compare=_compare,
    ready=_ready,
)
