"""The engines that are compared, each filled from the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from asgiref.sync import async_to_sync
from django.utils import timezone
from elasticsearch import AsyncElasticsearch

from bench.memories.crowd import DIMENSION, MODEL, NEAREST, Asked, Crowd
from bench.registry import tell, telling
from memories.index.base import Candidate, CopiedIndex, MemoryIndex
from memories.index.elasticsearch.client import FAULTS, connected, options
from memories.index.elasticsearch.engine import ElasticsearchIndex
from memories.index.elasticsearch.names import read_alias
from memories.index.elasticsearch.query import filters, hits_of, proposals, searches
from memories.index.elasticsearch.temporary import temporary_index
from memories.index.elasticsearch.upkeep import merge
from memories.index.local import LocalIndex
from memories.models import Memory
from memories.recall import CANDIDATES

BATCH = 500
LOCAL, ELASTICSEARCH, BARE, CHROMA = "local", "elasticsearch", "elasticsearch-py", "chroma"


@dataclass(frozen=True, slots=True)
class Engine:
    """What is measured.

    Args:
        prepare: makes of a query what `search` takes, in time that is not measured.
        nearest: returns the ids of the nearest by vector of what was found, best first.
        first_person: it holds the memories of this person and of all behind.
        close: ends its connections.
    """

    name: str
    search: Callable[[Any], Awaitable[Any]]
    prepare: Callable[[Asked], Any] = lambda asked: asked
    nearest: Callable[[Any], Sequence[str]] = lambda found: nearest(found)
    first_person: int = 0
    close: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(0)


@contextmanager
def engines(crowd: Crowd, people_of_chroma: int) -> Iterator[list[Engine]]:
    """Yield the engines that can be reached here, filled; the others are reported.

    Args:
        people_of_chroma: how many of the crowd ChromaDB holds: it takes long to fill.
    """
    with ExitStack() as held:
        found = [Engine(LOCAL, searching(LocalIndex()))]
        if async_to_sync(elasticsearch_answers)():
            found += held.enter_context(_elasticsearch())
        else:
            tell("Elasticsearch does not answer at ELASTICSEARCH_URL: left out.")
        if find_spec("chromadb") is None:
            tell("chromadb is not installed (`bin/setup dev` installs it): left out.")
        else:
            first = len(crowd.counts) - people_of_chroma
            found.append(held.enter_context(_chroma(first)))
        yield found


async def elasticsearch_answers() -> bool:
    """Return whether there is an Elasticsearch to measure."""
    try:
        await (await connected()).options(request_timeout=1).info()
    except FAULTS:
        return False
    return True


def fill(index: CopiedIndex, what: str, first_person: int = 0) -> None:
    """Let an engine take over the memories of a person and of all behind from the database."""
    rows = Memory.objects.filter(person_id__gte=first_person).order_by("person_id", "revision")
    ids = list(rows.values_list("pk", flat=True))

    async def take_over() -> None:
        for start in range(0, len(ids), BATCH):
            part = ids[start : start + BATCH]
            await index.follow(part, ())
            advance(len(part))
        await index.refresh()

    with telling(f"memories in {what}", len(ids)) as advance:
        async_to_sync(take_over)()


class WithoutFallback(ElasticsearchIndex):
    """The engine; the measurement fails if it falls back to searching in process."""

    @cached_property
    def local(self) -> LocalIndex:
        """Refuse to search in process."""
        raise RuntimeError(f"Elasticsearch fails: {self.breaker.last_error}")


@contextmanager
def _elasticsearch() -> Iterator[list[Engine]]:
    with temporary_index(MODEL, DIMENSION):
        index, bare = WithoutFallback(), _Bare()
        fill(index, ELASTICSEARCH)
        tell("its segments are merged, as a rebuild does …")
        async_to_sync(merge)(read_alias())
        yield [
            Engine(ELASTICSEARCH, searching(index)),
            Engine(BARE, bare.search, _bodies, _nearest_of_response, close=bare.close),
        ]


@contextmanager
def _chroma(first_person: int) -> Iterator[Engine]:
    from memories.index.chroma.engine import ChromaIndex

    with TemporaryDirectory(prefix="whisper-") as folder:
        index = ChromaIndex(Path(folder))
        fill(index, CHROMA, first_person)
        yield Engine(CHROMA, searching(index), first_person=first_person)


def searching(index: MemoryIndex) -> Callable[[Asked], Awaitable[list[Candidate]]]:
    async def search(asked: Asked) -> list[Candidate]:
        return await index.candidates(asked.query, asked.scope, limit=CANDIDATES)

    return search


def _bodies(asked: Asked) -> list[dict[str, Any]]:
    """Return the searches that the engine makes of a query."""
    allowed = filters(asked.scope, timezone.now())
    return searches(proposals(asked.query, allowed, limit=CANDIDATES), asked.scope)


class _Bare:
    """The bare client, used as in its documentation."""

    def __init__(self) -> None:
        self._client: AsyncElasticsearch | None = None

    async def search(self, bodies: list[dict[str, Any]]) -> Any:
        # It belongs to the event loop that asks.
        self._client = self._client or AsyncElasticsearch(**options())
        return await self._client.msearch(searches=bodies, include_named_queries_score=True)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()


def nearest(found: Sequence[Candidate]) -> list[str]:
    near = [one for one in found if one.dense is not None]
    near.sort(key=lambda one: -(one.dense or 0.0))
    return [str(one.entry.id) for one in near[:NEAREST]]


def _nearest_of_response(response: Mapping[str, Any]) -> list[str]:
    hits = [hit for one in response["responses"] for hit in hits_of(one).values()]
    near = {hit.id: hit.dense for hit in hits if hit.dense is not None}
    return sorted(near, key=lambda one: -near[one])[:NEAREST]
