"""The older bot's engine, kept for going back: ChromaDB in a folder of the data folder.

It proposes ids. Scores, words and whether a memory may be recalled come from the database, so that
nothing outdated is shown. It is made for one process: leave the worker within `runbot`.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from memories.access import Scope, is_visible, visible_places
from memories.index.base import Candidate, Entry, Query, UnansweredError
from memories.index.changes import Removal
from memories.index.chroma.files import folder
from memories.index.keywords import Keywords, Scores, rarity
from memories.index.left_to_database import LeftToDatabase
from memories.index.local import LocalIndex
from memories.index.pool import Pool
from memories.index.pool_from_database import pool_from_database
from memories.index.searched import LONGEST_QUERY
from memories.legacy.chroma_client import chroma_client
from memories.models import Memory
from memories.search import database
from memories.search.base import WINDOW, Asked, Filters, Found, Mode
from memories.wording.words import context_terms, terms
from whisper.database.access import in_database
from whisper.outbox import AwayError

logger = logging.getLogger(__name__)

MARK = "changed"
# Holds what has no vector yet.
WORDS = "words"
# Those with a word of the query that are scored; more is too slow to be asked for at each message.
MOST_BY_WORDS = 500
BATCH = 500
FOR_EVER = 1e12
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


class ChromaCopy:
    """The folder: a collection a model of vectors, and one of what has none."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, Lock()
        self._client: Any = chroma_client(folder)
        self._seen = self._mark()

    def near(self, query: Query, asked: Sequence[str], scope: Scope, limit: int) -> list[str]:
        """Return ids of up to `limit` memories; half of them by words, where so many have any."""
        where = _where(scope)
        with self._fresh():
            by_words = self._by_words(asked, where)[: limit // 2]
            by_vector = self._by_vector(query, where, limit)
        return list(dict.fromkeys([*by_words, *by_vector]))[:limit]

    def put(self, memories: Sequence[Memory], gone: Collection[UUID]) -> None:
        """Hold memories as they are now, and drop others."""
        groups: dict[str, list[Memory]] = {}
        for memory in memories:
            groups.setdefault(_collection_of(memory), []).append(memory)
        with self._fresh():
            for name, group in groups.items():
                collection = self._client.get_or_create_collection(name, embedding_function=None)
                collection.upsert(
                    ids=[str(memory.pk) for memory in group],
                    embeddings=np.stack([_vector(memory) for memory in group]),
                    documents=[_document(memory) for memory in group],
                    metadatas=[_fields(memory) for memory in group],
                )
            for collection in self._client.list_collections():
                kept = {memory.pk for memory in groups.get(collection.name, ())}
                elsewhere = {memory.pk for memory in memories} - kept
                if ids := [str(one) for one in (*elsewhere, *gone)]:
                    collection.delete(ids=ids)
            self._changed()

    def clear(self) -> None:
        """Remove the files; other processes notice at their next look."""
        with self._fresh():
            self._client.clear_system_cache()
            shutil.rmtree(self._folder)
            self._client = chroma_client(self._folder)
            self._changed()

    def count(self) -> Counter[str]:
        """Return how many memories each collection holds."""
        with self._fresh():
            found = self._client.list_collections()
            return Counter({collection.name: collection.count() for collection in found})

    def ids(self) -> Iterator[list[UUID]]:
        """Yield the ids of all that is held, in batches."""
        for name in self.count():
            offset = 0
            while True:
                with self._fresh():
                    collection = self._client.get_collection(name, embedding_function=None)
                    found = collection.get(limit=BATCH, offset=offset, include=[])["ids"]
                if not found:
                    break
                offset += len(found)
                yield [UUID(one) for one in found]

    def _by_vector(self, query: Query, where: dict[str, Any], limit: int) -> list[str]:
        if query.vector is None or not _points_somewhere(query.vector):
            return []
        name = _name(query.model, len(query.vector))
        for collection in self._client.list_collections():
            if collection.name == name:
                vector = query.vector.astype(np.float32)
                found = collection.query(
                    query_embeddings=[vector], n_results=limit, where=where, include=[]
                )
                return [str(one) for one in found["ids"][0]]
        return []

    def _by_words(self, asked: Sequence[str], where: dict[str, Any]) -> list[str]:
        """Return ids of what has a word of the query, the best first."""
        held: list[dict[str, Any]] = [{"$contains": f" {term} "} for term in asked]
        if not held:
            return []
        ids: list[str] = []
        texts: list[list[str]] = []
        for collection in self._client.list_collections():
            found = collection.get(
                where=where,
                where_document=held[0] if len(held) == 1 else {"$or": held},
                limit=MOST_BY_WORDS,
                include=["documents"],
            )
            ids += found["ids"]
            texts += [document.split() for document in found["documents"]]
        scores = _scores(asked, texts)
        return [ids[place] for place in np.argsort(-scores, kind="stable")]

    @contextmanager
    def _fresh(self) -> Iterator[None]:
        """Hold the folder, as it is now: another process may have changed it."""
        with self._lock:
            if self._mark() != self._seen:
                # What ChromaDB holds in memory is not told of it.
                self._client.clear_system_cache()
                self._client, self._seen = chroma_client(self._folder), self._mark()
            yield

    def _changed(self) -> None:
        (self._folder / MARK).touch()
        self._seen = self._mark()

    def _mark(self) -> int:
        mark = self._folder / MARK
        return mark.stat().st_mtime_ns if mark.exists() else 0


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
    words = _scores(asked, [terms(memory.text) for memory in memories])
    around = _scores(asked, [context_terms(one.context, one.said_at) for one in memories])
    return [
        Candidate(Entry.of(memory), _cosine(memory, query), float(word), float(context))
        for memory, word, context in zip(memories, words, around, strict=True)
    ]


def _cosine(memory: Memory, query: Query) -> float | None:
    if query.vector is None or not _points_somewhere(query.vector):
        return None
    if memory.embedding_model != query.model or not _has_vector(memory):
        return None
    vector = _vector(memory)
    return float(vector @ query.vector) if len(vector) == len(query.vector) else None


def _scores(asked: Sequence[str], texts: Iterable[list[str]]) -> Scores:
    """Return the keyword score of each text among these."""
    field = Keywords()
    field.add(list(texts))
    return field.scores(rarity(asked, [field]))


def _has_vector(memory: Memory) -> bool:
    held = memory.embedding
    if not held or len(held) != 4 * (memory.embedding_dimension or 0):
        return False
    return _points_somewhere(np.frombuffer(bytes(held), "<f4"))


def _points_somewhere(vector: Scores) -> bool:
    return bool(np.isfinite(vector).all() and vector.any())


def _vector(memory: Memory) -> Scores:
    if not _has_vector(memory):
        return np.ones(1, np.float32)
    return np.frombuffer(bytes(memory.embedding or b""), "<f4")


def _collection_of(memory: Memory) -> str:
    if not _has_vector(memory):
        return WORDS
    return _name(memory.embedding_model, memory.embedding_dimension or 0)


def _name(model: str, dimension: int) -> str:
    return f"vectors-{hashlib.sha256(model.encode()).hexdigest()[:12]}-{dimension}"


def _document(memory: Memory) -> str:
    """Return the terms of a memory, each between spaces, as ChromaDB looks for parts of a text."""
    held = [*terms(memory.text), *context_terms(memory.context, memory.said_at)]
    return f" {' '.join(held)} "


def _fields(memory: Memory) -> dict[str, str | float | bool]:
    """Return what visibility asks for. Ids are text: the engine knows no empty field."""
    return {
        "hidden": memory.hidden,
        "person_id": str(memory.person_id),
        "place": str(memory.place),
        "guild_id": str(memory.guild_id),
        "channel_id": str(memory.channel_id),
        "valid_to": memory.valid_to.timestamp() if memory.valid_to else FOR_EVER,
    }


def _where(scope: Scope) -> dict[str, Any]:
    """Return the condition that a memory is visible in a scope and still true."""
    visible = [
        {
            "$and": [
                {name: {"$eq": value if isinstance(value, bool) else str(value)}}
                for name, value in fields.items()
            ]
        }
        for fields in visible_places(scope)
    ]
    true = {"valid_to": {"$gt": timezone.now().timestamp()}}
    return {"$and": [{"$or": visible}, true]}
