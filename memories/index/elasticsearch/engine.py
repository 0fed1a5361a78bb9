"""The engine that Elasticsearch is behind; where it is away, `local` searches instead."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone
from elasticsearch import AsyncElasticsearch
from prometheus_client import Counter, Enum, Histogram

from memories.access import Scope, is_visible
from memories.index.base import Candidate, Query
from memories.index.changes import Removal
from memories.index.elasticsearch import writer
from memories.index.elasticsearch.client import FAULTS, NOT_CREATED, connected, reason, refusal
from memories.index.elasticsearch.document import SCHEMA
from memories.index.elasticsearch.names import read_alias, write_alias
from memories.index.elasticsearch.query import Hit, hits_of, searches
from memories.index.elasticsearch.rows import recorded
from memories.index.health import MOST_BEHIND, behind
from memories.index.local import LocalIndex
from memories.models import Memory
from memories.wording.words import terms
from whisper import circuit_breaker
from whisper.circuit_breaker import Breaker
from whisper.database.access import in_database
from whisper.environment import environment

logger = logging.getLogger(__name__)

LOOK_SECONDS, MAPPING_SECONDS = 1.0, 60.0
HEALTH_SECONDS = 1.0
NAMES_SECONDS, NAMES_HELD = 600.0, 10_000

STATE = Enum("whisper_index_state", "Who searches memories.", states=["elasticsearch", "local"])
FALLBACKS = Counter("whisper_index_fallbacks", "Searches that went without Elasticsearch.", ["why"])
SECONDS = Histogram(
    "whisper_index_search_seconds",
    "How long Elasticsearch took for a search.",
    buckets=(0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.25, 1),
)


class ElasticsearchError(OSError):
    """One of several searches failed; the text is the kind of error."""


class ElasticsearchIndex:
    """Asks Elasticsearch for ids and scores, and the record for what it says of them now."""

    def __init__(self) -> None:
        self.breaker = Breaker("elasticsearch")
        self._watching: asyncio.Task[None] | None = None
        self._mapping_until = 0.0
        self._looked_at = -LOOK_SECONDS
        self._behind = timedelta(0)
        self._names: dict[int, tuple[float, frozenset[str]]] = {}

    @cached_property
    def local(self) -> LocalIndex:
        """Return the engine that searches while Elasticsearch is away."""
        return LocalIndex()

    async def candidates(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Return up to `limit` memories of the scope that are near the query by vector or word."""
        hits, why = None, "away"
        names = await self._look(scope)
        # Asked first: who may try an open breaker has to try it.
        if self._behind > MOST_BEHIND:
            why = "behind"
        elif self.breaker.allows():
            hits = await self._ask(query, scope, names, limit)
        if hits is not None:
            STATE.state("elasticsearch")
            return await in_database(as_recorded, hits, scope)
        self.watch()
        STATE.state("local")
        FALLBACKS.labels(why).inc()
        return await self.local.candidates(query, scope, limit=limit)

    async def trouble(self) -> str:
        """Return why Elasticsearch would not answer now; an answer in time closes the breaker."""
        began = time.perf_counter()
        client = (await connected()).options(request_timeout=HEALTH_SECONDS)
        try:
            await self.check_mapping(client)
            await client.search(index=read_alias(), size=0, allow_partial_search_results=False)
        except FAULTS as error:
            why = _reason(error)
            known = why == NOT_CREATED or isinstance(error, ElasticsearchError)
            return why if known else f"away ({why})"
        in_time = time.perf_counter() - began <= environment.elasticsearch_search_timeout
        if self.breaker.is_open and in_time:
            self.breaker.succeeded()
            STATE.state("elasticsearch")
        return f"away ({self.breaker.last_error})" if self.breaker.is_open else ""

    def watch(self) -> None:
        """Try Elasticsearch now and then while the breaker is open, though nobody searches."""
        if self.breaker.is_open and (self._watching is None or self._watching.done()):
            self._watching = asyncio.create_task(self._try_until_it_answers())

    async def _try_until_it_answers(self) -> None:
        while self.breaker.is_open:
            await asyncio.sleep(circuit_breaker.PROBE_SECONDS)
            await self.trouble()

    async def follow(self, changed: Sequence[UUID], removed: Sequence[Removal]) -> None:
        """Take over what the record has of changed memories now, and drop the removed ones."""
        await writer.follow(changed, removed)

    async def refresh(self) -> None:
        """Let everything that was written be found from now on."""
        await (await connected()).indices.refresh(index=write_alias())
        self._looked_at = -LOOK_SECONDS

    async def _ask(
        self, query: Query, scope: Scope, names: Collection[str], limit: int
    ) -> list[Hit] | None:
        """Return what Elasticsearch proposes, None where it fails or takes too long."""
        asked = searches(query, scope, names=names, limit=limit, now=timezone.now())
        if not asked:
            return []
        began = time.perf_counter()
        try:
            client = await connected()
            async with asyncio.timeout(environment.elasticsearch_search_timeout):
                await self.check_mapping(client)
                response = await client.msearch(searches=asked, include_named_queries_score=True)
            found = [_hits(one) for one in response["responses"]]
        except FAULTS as error:
            self.breaker.failed(_reason(error))
            return None
        SECONDS.observe(time.perf_counter() - began)
        self.breaker.succeeded()
        return _chosen(found, limit)

    async def check_mapping(self, client: AsyncElasticsearch) -> None:
        """Look now and then whether what is searched is what this code asks for.

        Raises:
            ElasticsearchError: it is not.
        """
        now = time.monotonic()
        if now < self._mapping_until:
            return
        found = await client.indices.get_mapping(index=read_alias())
        for index in found.values():
            if index["mappings"].get("_meta", {}).get("schema") != SCHEMA:
                raise ElasticsearchError("the index has another mapping: run memory_index rebuild")
        self._mapping_until = now + MAPPING_SECONDS

    async def _look(self, scope: Scope) -> frozenset[str]:
        """Return the names that are spoken under to a person; look how far the copy is behind."""
        now = time.monotonic()
        until, names = self._names.get(scope.person_id, (0.0, frozenset()))
        if until <= now:
            names = await in_database(_names, scope)
            if len(self._names) >= NAMES_HELD:
                self._names.clear()
            self._names[scope.person_id] = (now + NAMES_SECONDS, names)
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._behind = await in_database(behind)
        return names


def as_recorded(hits: Sequence[Hit], scope: Scope) -> list[Candidate]:
    """Return hits as the record has them now.

    So a memory that was forgotten, changed or ended a moment ago is so at once, though the index
    may be seconds behind; and whatever the index holds, nobody hears what is not theirs.
    """
    stored = recorded([hit.id for hit in hits])
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


def _reason(error: BaseException) -> str:
    return str(error) if isinstance(error, ElasticsearchError) else reason(error)


def _hits(response: Mapping[str, Any]) -> dict[str, Hit]:
    if "error" in response:
        raise ElasticsearchError(refusal(response["status"], response["error"]["type"]))
    return hits_of(response)


def _chosen(found: Sequence[dict[str, Hit]], limit: int) -> list[Hit]:
    """Return the nearest half of `limit` by vector, and by words as many as are left."""
    first, *others = found
    # Its order is that of vector and words together, which words lead.
    near = sorted(first.values(), key=lambda hit: -1.0 if hit.dense is None else hit.dense)[::-1]
    chosen = {hit.id: hit for hit in near[: limit // 2 if others else limit]}
    for hit in (*(hit for other in others for hit in other.values()), *near):
        if len(chosen) < limit:
            chosen.setdefault(hit.id, hit)
    return list(chosen.values())
