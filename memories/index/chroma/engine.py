"""The older bot's engine, kept for going back: ChromaDB in a folder of the data folder.

It proposes ids. Scores, words and whether a memory may be recalled come from the database, so that
nothing outdated is shown. It is made for one process: leave the worker within `runbot`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from memories.access import Scope, is_visible
from memories.index.base import Candidate, Entry, Query, UnansweredError
from memories.index.changes import Removal
from memories.index.chroma.files import folder
from memories.index.chroma.store import (
    BATCH,
    ChromaCopy,
    has_vector,
    points_somewhere,
    scores,
    vector_of,
)
from memories.index.left_to_database import LeftToDatabase
from memories.index.local import LocalIndex
from memories.index.pool import Pool
from memories.index.pool_from_database import pool_from_database
from memories.index.searched import LONGEST_QUERY
from memories.models import Memory
from memories.search import database
from memories.search.base import WINDOW, Asked, Filters, Found, Mode
from memories.wording.words import context_terms, terms
from whisper.database.access import in_database
from whisper.outbox import AwayError

logger = logging.getLogger(__name__)

BY_WORDS_AND_MEANING = (
    "ChromaDB searches by words and meaning, without filters or a date: the database was searched "
    "instead."
)


class ChromaIndex(LeftToDatabase):
    """Asks ChromaDB for ids; if it fails, `local` searches instead."""

    def __init__(self, at: Path | None = None) -> None:
        """Open the folder.

        Args:
            at: another folder than the data folder's.

        Raises:
            CommandError: chromadb is not installed.
        """
        self._copy = ChromaCopy(at or folder())

    @cached_property
    def local(self) -> LocalIndex:
        """Return the engine that searches where ChromaDB fails."""
        return LocalIndex()

    async def candidates(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Return up to `limit` memories of the scope that are near the query by vector or word."""
        asked = await in_database(_asked, query.words, scope)
        try:
            ids = await asyncio.to_thread(self._copy.near, query, asked, scope, limit)
        # ChromaDB's errors have no common base; a search without it is better than none.
        except Exception:
            logger.exception("chroma: the search failed, the index in process does it")
            return await self.local.candidates(query, scope, limit=limit)
        return await in_database(_candidates, ids, query, asked, scope)

    async def pool(self, query: Query, scope: Scope, *, limit: int = 64) -> Pool:
        """Return what is near the query by vector or word, and what stands beside it."""
        asked = await in_database(_asked, query.words, scope)
        try:
            ids = await asyncio.to_thread(self._copy.near, query, asked, scope, limit)
        # As above.
        except Exception:
            logger.exception("chroma: the search failed, the index in process does it")
            return await self.local.pool(query, scope, limit=limit)
        return await in_database(pool_from_database, ids, query, scope)

    async def find(self, asked: Asked) -> Found:
        """Return a page of a search by people if it asks for words and meaning alone."""
        plain = asked.query.as_of is None and asked.query.filters == Filters()
        hybrid = bool(asked.query.text) and asked.query.mode is Mode.HYBRID
        if not (isinstance(asked.scope, Scope) and plain and hybrid):
            raise UnansweredError("ChromaDB can't search like this", note=BY_WORDS_AND_MEANING)
        query = asked.vector or Query(asked.query.text)
        near = [
            database.Near(str(one.entry.id), one.dense, one.bm25, one.bm25_context)
            for one in await self.candidates(query, asked.scope, limit=WINDOW)
        ]
        order = await in_database(database.ranked, near, asked)
        return await in_database(database.paged, order, asked, "chroma")

    async def trouble(self) -> str:
        """Return why the folder can't be read; empty if it can."""
        try:
            await asyncio.to_thread(self._copy.count)
        except Exception:
            logger.exception("chroma: the folder can't be read")
            return "its folder can't be read"
        return ""

    async def follow(self, changed: Sequence[UUID], removed: Sequence[Removal]) -> None:
        """Copy changed memories from the database, and drop the removed ones."""
        memories = await in_database(_stored, changed)
        gone = {*changed, *(one.id for one in removed)} - {memory.pk for memory in memories}
        try:
            await asyncio.to_thread(self._copy.put, memories, gone)
        except Exception as error:
            raise AwayError(f"ChromaDB took no changes ({type(error).__name__}).") from error

    async def refresh(self) -> None:
        """Do nothing: what was copied can be found immediately."""

    def renew(self) -> Counter[str]:
        """Rewrite the folder from the database; searches find less until it is done."""
        self._copy.clear()
        return _sync(self._copy, lambda _: None)


def held() -> Counter[str]:
    """Return how many memories each collection of the folder holds."""
    return ChromaCopy(folder()).count()


def sync(advance: Callable[[int], None]) -> Counter[str]:
    """Write the whole database into the folder and drop everything else."""
    return _sync(ChromaCopy(folder()), advance)


def _sync(copy: ChromaCopy, advance: Callable[[int], None]) -> Counter[str]:
    totals: Counter[str] = Counter()
    rows = Memory.objects.order_by("pk").iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        copy.put(batch, ())
        totals["written"] += len(batch)
        advance(len(batch))
    gone: set[UUID] = set()
    for ids in copy.ids():
        gone |= set(ids) - set(Memory.objects.filter(pk__in=ids).values_list("pk", flat=True))
    if gone:
        copy.put((), gone)
    totals["removed"] = len(gone)
    return totals


def _asked(text: str, scope: Scope) -> list[str]:
    """Return the terms to look for; names of the speakers are left out if there are others."""
    asked = dict.fromkeys(terms(text))
    speakers = Memory.objects.filter(person_id=scope.person_id).order_by()
    names = {
        stem
        for name in speakers.values_list("speaker", flat=True).distinct()
        for stem in terms(name)
    }
    left = [term for term in asked if term not in names] or list(asked)
    return left[:LONGEST_QUERY]


def _stored(ids: Sequence[UUID]) -> list[Memory]:
    return list(Memory.objects.filter(pk__in=ids))


def _candidates(
    ids: Sequence[str], query: Query, asked: Sequence[str], scope: Scope
) -> list[Candidate]:
    """Return the proposed memories as they are in the database now."""
    now = timezone.now()
    order = [UUID(one) for one in ids]
    rows = Memory.objects.in_bulk(order)
    memories = [
        memory
        for memory in (rows[one] for one in order if one in rows)
        if is_visible(memory, scope) and (memory.valid_to is None or memory.valid_to > now)
    ]
    words = scores(asked, [terms(memory.text) for memory in memories])
    around = scores(asked, [context_terms(one.context, one.said_at) for one in memories])
    return [
        Candidate(Entry.of(memory), _cosine(memory, query), float(word), float(context))
        for memory, word, context in zip(memories, words, around, strict=True)
    ]


def _cosine(memory: Memory, query: Query) -> float | None:
    if query.vector is None or not points_somewhere(query.vector):
        return None
    if memory.embedding_model != query.model or not has_vector(memory):
        return None
    vector = vector_of(memory)
    return float(vector @ query.vector) if len(vector) == len(query.vector) else None
