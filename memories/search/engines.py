"""Which engine answers a search: the one that `MEMORY_INDEX` names, or the record for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from memories.access import Scope
from memories.index import memory_index
from memories.index.base import Query
from memories.index.health import MOST_BEHIND, behind
from memories.recall import embedded
from memories.search import database
from memories.search.base import (
    WINDOW,
    Asked,
    CursorError,
    Filters,
    Found,
    Mode,
    Refused,
    SearchQuery,
    Unanswered,
)
from memories.search.cursors import TOO_OLD
from whisper.database.access import in_database
from whisper.environment import environment

T = TypeVar("T")

logger = logging.getLogger(__name__)

ELASTICSEARCH, CHROMA, RECORD = "elasticsearch", "chroma", database.ENGINE
AWAY = "Elasticsearch does not answer: the record was searched instead."
BY_CHROMA = (
    "ChromaDB searches by words and meaning, without filters or a date: the record was searched "
    "instead."
)
NO_MEANING = "Nothing answers that tells meanings: words alone decided."


async def find(asked: Asked, engine: str | None) -> tuple[Found, list[str]]:
    """Return a page, and in sentences what could not be done as asked.

    Args:
        engine: who searched the page before; None for the first page.

    Raises:
        CursorError: that engine can't go on.
    """
    notes = []
    if asked.query.text and asked.query.mode is Mode.HYBRID:
        asked = replace(asked, vector=await asyncio.to_thread(embedded, asked.query.text))
        if asked.vector is None or asked.vector.vector is None:
            notes.append(NO_MEANING)
    chosen = environment.memory_index if engine is None else engine
    if chosen == ELASTICSEARCH:
        found = await _by_elasticsearch(asked)
        if found is not None:
            return found, notes
        if engine is not None:
            raise CursorError(TOO_OLD)
        notes.append(AWAY)
    elif chosen == CHROMA:
        scope = asked.scope
        if isinstance(scope, Scope) and _suits_chroma(asked.query):
            return await _by_chroma(asked, scope), notes
        notes.append(BY_CHROMA)
    return await database.find(asked), notes


async def proposed(begin: str, asked: Asked) -> list[str] | None:
    """Return ids of what holds a word that begins so, None where the record has to be asked."""
    if environment.memory_index != ELASTICSEARCH:
        return None
    from memories.search import elasticsearch

    return await _asking(lambda: elasticsearch.beginning(begin, asked))


async def _by_elasticsearch(asked: Asked) -> Found | None:
    """Return what Elasticsearch finds, None where it can't."""
    # Brings packages that the others do not need.
    from memories.search import elasticsearch

    return await _asking(lambda: elasticsearch.find(asked))


async def _asking(ask: Callable[[], Awaitable[T]]) -> T | None:
    """Return what Elasticsearch answers, None where it is away or behind the database."""
    from memories.index.elasticsearch.breaker import ElasticsearchError
    from memories.index.elasticsearch.engine import ElasticsearchIndex

    index = memory_index()
    if not isinstance(index, ElasticsearchIndex):
        return None
    if await in_database(behind) > MOST_BEHIND or not index.breaker.allows():
        return None
    try:
        found = await ask()
    except Unanswered as error:
        logger.warning("search: Elasticsearch does not answer: %s", error)
        # Whoever asks for something odd must not keep others from it.
        if not isinstance(error, Refused):
            index.breaker.failed(ElasticsearchError(str(error)))
        return None
    index.breaker.succeeded()
    return found


def _suits_chroma(query: SearchQuery) -> bool:
    plain = query.as_of is None and query.filters == Filters()
    return bool(query.text) and query.mode is Mode.HYBRID and plain


async def _by_chroma(asked: Asked, scope: Scope) -> Found:
    query = asked.vector or Query(asked.query.text)
    candidates = await memory_index().candidates(query, scope, limit=WINDOW)
    near = [
        database.Near(str(one.entry.id), one.dense, one.bm25, one.bm25_context)
        for one in candidates
    ]
    order = await in_database(database.ranked, near, asked)
    return await in_database(database.paged, order, asked, CHROMA)
