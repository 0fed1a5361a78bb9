"""The engine that searches with Elasticsearch, or with `local` while that is away."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import numpy as np
from django.utils import timezone
from elasticsearch import AsyncElasticsearch
from prometheus_client import Counter, Gauge, Histogram

from memories.access import Scope, is_visible
from memories.analytics.base import Figures, Question
from memories.embeddings import configured_model
from memories.index.base import Candidate, Query, UnansweredError
from memories.index.changes import Removal
from memories.index.elasticsearch import figures, search, writer
from memories.index.elasticsearch.breaker import (
    HEALTH_SECONDS,
    STATE,
    ElasticsearchBreaker,
    ElasticsearchError,
    reason_of,
    require_schema,
)
from memories.index.elasticsearch.client import FAULTS, NOT_CREATED, connected, refusal
from memories.index.elasticsearch.names import read_alias, write_alias
from memories.index.elasticsearch.query import (
    Body,
    Hit,
    counting,
    counts_of,
    filters,
    hits_of,
    proposals,
    searches,
)
from memories.index.elasticsearch.rows import stored_entries
from memories.index.health import MOST_BEHIND, behind
from memories.index.local import LocalIndex
from memories.index.pool import Pool
from memories.index.pool_from_database import Sample, pool_from_database, sampled
from memories.models import Memory
from memories.search.base import Asked, Found
from memories.wording.words import terms
from whisper import live
from whisper.database.access import in_database
from whisper.environment import environment

logger = logging.getLogger(__name__)

LOOK_SECONDS, MAPPING_SECONDS = 1.0, 60.0
KEPT_SECONDS, MOST_KEPT = 600.0, 10_000

Key = TypeVar("Key")
Value = TypeVar("Value")
Parameters = ParamSpec("Parameters")

FALLBACKS = Counter("whisper_index_fallbacks", "Searches that went without Elasticsearch.", ["why"])
ENTRIES = Gauge("whisper_index_entries", "Entries that Elasticsearch holds.")
SECONDS = Histogram(
    "whisper_index_search_seconds",
    "How long Elasticsearch took for a search.",
    buckets=(0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.25, 1),
)


class ElasticsearchIndex:
    """Asks Elasticsearch for ids and scores, and the database for the memories as they are now."""

    def __init__(self) -> None:
        self.breaker = ElasticsearchBreaker()
        self._mapping_until = 0.0
        self._looked_at = -LOOK_SECONDS
        self._behind = timedelta(0)
        self._names: dict[int, tuple[float, frozenset[str]]] = {}
        self._samples: dict[tuple[Scope, str], tuple[float, Sample]] = {}

    @cached_property
    def local(self) -> LocalIndex:
        """Return the engine that searches while Elasticsearch is away."""
        return LocalIndex()

    async def prepare(self, scope: Scope, *, whole: bool = False) -> Mapping[str, Sequence[str]]:
        """Return who speaks in a sample of what the scope may see.

        There is nothing to wait for: Elasticsearch follows the database without being asked.
        """
        return (await self._sample_of(scope, configured_model())).names

    async def candidates(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Return up to `limit` memories of the scope that are near the query by vector or word."""
        names = await self._names_of(scope)
        if await self._is_usable():
            bodies = proposals(query, filters(scope, timezone.now()), names=names, limit=limit)
            found = await self._ask(bodies, scope)
            if found is not None:
                hits = _chosen([hits_of(one) for one in found], limit)
                return await in_database(as_stored, hits, scope)
        return await self.local.candidates(query, scope, limit=limit)

    async def pool(self, query: Query, scope: Scope, *, limit: int = 64) -> Pool:
        """Return what is near the query by vector or word, and what stands beside it."""
        sample = await self._sample_of(scope, query.model)
        if await self._is_usable():
            allowed = filters(scope, timezone.now())
            names = {stem for stems in sample.names.values() for stem in stems}
            bodies = proposals(_without_mean(query, sample), allowed, names=names, limit=limit)
            if not bodies:
                return await in_database(pool_from_database, [], query, scope)
            found = await self._ask([*bodies, counting(query, allowed, names)], scope)
            if found is not None:
                *near, counts = found
                ids = [hit.id for hit in _chosen([hits_of(one) for one in near], limit)]
                known = sample.statistics(query, *counts_of(counts))
                return await in_database(pool_from_database, ids, query, scope, known)
        return await self.local.pool(query, scope, limit=limit)

    async def find(self, asked: Asked) -> Found:
        """Return a page of a search by people."""
        return await self._searched(search.find(asked, self.check_mapping))

    async def beginning(self, word: str, asked: Asked) -> list[str]:
        """Return ids of the newest that hold a word that begins so."""
        return await self._searched(search.beginning(word, asked))

    async def figures(self, question: Question) -> Figures:
        """Return the figures of a view."""
        if await in_database(behind) > MOST_BEHIND:
            raise UnansweredError("it is behind the database")
        return await figures.figures(question)

    async def trouble(self) -> str:
        """Return why Elasticsearch would not answer now; an answer in time closes the breaker."""
        began = time.perf_counter()
        try:
            client = (await connected()).options(request_timeout=HEALTH_SECONDS)
            await self.check_mapping(client)
            found = await client.search(
                index=read_alias(),
                size=0,
                allow_partial_search_results=False,
                track_total_hits=True,
            )
            ENTRIES.set(found["hits"]["total"]["value"])
        except FAULTS as error:
            why = reason_of(error)
            known = why == NOT_CREATED or isinstance(error, ElasticsearchError)
            if known:
                return why
            return self.breaker.trouble if self.breaker.is_open else f"away ({why})"
        in_time = time.perf_counter() - began <= environment.elasticsearch_search_timeout
        if self.breaker.is_open and in_time:
            self.breaker.close()
        return self.breaker.trouble if self.breaker.is_open else ""

    async def follow(self, changed: Sequence[UUID], removed: Sequence[Removal]) -> None:
        """Copy changed memories from the database, and drop the removed ones."""
        await writer.follow(changed, removed)

    async def refresh(self) -> None:
        """Let everything that was written be found from now on."""
        await (await connected()).indices.refresh(index=write_alias())
        self._looked_at = -LOOK_SECONDS

    async def _searched(self, work: Coroutine[Any, Any, Value]) -> Value:
        """Return what a search by people finds.

        Raises:
            UnansweredError: Elasticsearch is away, behind the database, or refuses the search.
        """
        if await in_database(behind) > MOST_BEHIND or not self.breaker.allows():
            work.close()
            raise UnansweredError("away or behind")
        try:
            found = await work
        except UnansweredError as error:
            logger.warning("search: Elasticsearch isn't responding: %s", error)
            # Whoever asks for something odd must not keep others from it.
            if not isinstance(error, search.RefusedError):
                self.breaker.failed(ElasticsearchError(str(error)))
            raise
        self.breaker.succeeded()
        return found

    async def _is_usable(self) -> bool:
        """Return whether to ask Elasticsearch now."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._behind = await in_database(behind)
        if self._behind > MOST_BEHIND:
            self._fall_back("behind")
            return False
        if not self.breaker.allows():
            self._fall_back("away")
            return False
        return True

    def _fall_back(self, why: str) -> None:
        """Count a search that `local` does instead."""
        STATE.state("local")
        FALLBACKS.labels(why).inc()
        live.publish(live.Event(live.LiveKind.FALLBACK, f"Search without Elasticsearch: {why}"))

    async def _ask(self, bodies: Sequence[Body], scope: Scope) -> list[Body] | None:
        """Return what Elasticsearch answers; None if it fails or takes too long."""
        if not bodies:
            return []
        began = time.perf_counter()
        try:
            client = await connected()
            async with asyncio.timeout(environment.elasticsearch_search_timeout):
                await self.check_mapping(client)
                response = await client.msearch(
                    searches=searches(bodies, scope), include_named_queries_score=True
                )
            found = [_checked(one) for one in response["responses"]]
        except FAULTS as error:
            self.breaker.failed(error)
            self._fall_back("away")
            return None
        SECONDS.observe(time.perf_counter() - began)
        self.breaker.succeeded()
        STATE.state("elasticsearch")
        return found

    async def check_mapping(self, client: AsyncElasticsearch) -> None:
        """Check now and then that the searched index has the mapping that this code expects.

        Raises:
            ElasticsearchError: it is not.
        """
        now = time.monotonic()
        if now < self._mapping_until:
            return
        require_schema((await client.indices.get_mapping(index=read_alias())).body)
        self._mapping_until = now + MAPPING_SECONDS

    async def _names_of(self, scope: Scope) -> frozenset[str]:
        """Return the stems of the names that are spoken under to a person."""
        return await self._kept(self._names, scope.person_id, _names, scope)

    async def _sample_of(self, scope: Scope, model: str) -> Sample:
        """Return a sample of what a scope may see."""
        return await self._kept(self._samples, (scope, model), sampled, scope, model)

    async def _kept(
        self,
        kept: dict[Key, tuple[float, Value]],
        key: Key,
        read: Callable[Parameters, Value],
        *args: Parameters.args,
        **how: Parameters.kwargs,
    ) -> Value:
        """Return what is kept under a key for some minutes, and read it again after that."""
        now = time.monotonic()
        until, value = kept.get(key, (0.0, None))
        if value is None or until <= now:
            value = await in_database(read, *args, **how)
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = (now + KEPT_SECONDS, value)
        return value


def as_stored(hits: Sequence[Hit], scope: Scope) -> list[Candidate]:
    """Return hits as they are in the database now.

    So a memory that was forgotten, changed or ended a moment ago is so at once, though the index
    may be seconds behind; and whatever the index holds, nobody hears what is not theirs.
    """
    stored = stored_entries([hit.id for hit in hits])
    now = timezone.now()
    found = []
    for hit in hits:
        if hit.id not in stored:
            continue
        entry, valid_to = stored[hit.id]
        if valid_to is not None and valid_to <= now:
            continue
        if not is_visible(entry, scope):
            logger.error("elasticsearch: a hit outside its scope was dropped")
            continue
        found.append(Candidate(entry, hit.dense, hit.bm25, hit.bm25_context))
    return found


def _names(scope: Scope) -> frozenset[str]:
    speakers = Memory.objects.filter(person_id=scope.person_id).order_by()
    names = speakers.values_list("speaker", flat=True).distinct()
    return frozenset(stem for name in names for stem in terms(name))


def _without_mean(query: Query, sample: Sample) -> Query:
    """Return a query whose cosines are in the order of those with the mean taken off both sides."""
    if query.vector is None or sample.mean is None:
        return query
    shifted = query.vector - sample.mean
    length = float(np.linalg.norm(shifted))
    return replace(query, vector=shifted / length) if length > 0 else query


def _checked(response: Body) -> Body:
    if "error" in response:
        raise ElasticsearchError(refusal(response["status"], response["error"]["type"]))
    return response


def _chosen(found: Sequence[dict[str, Hit]], limit: int) -> list[Hit]:
    """Return the nearest half of `limit` by vector, and by words as many as are left."""
    if not found:
        return []
    first, *others = found
    # Its order is that of vector and words together, which words lead.
    near = sorted(first.values(), key=lambda hit: -1.0 if hit.dense is None else hit.dense)[::-1]
    chosen = {hit.id: hit for hit in near[: limit // 2 if others else limit]}
    for hit in (*(hit for other in others for hit in other.values()), *near):
        if len(chosen) < limit:
            chosen.setdefault(hit.id, hit)
    return list(chosen.values())
