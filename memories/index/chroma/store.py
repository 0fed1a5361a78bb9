"""The folder of ChromaDB: a copy of the memories, from which ids are proposed."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from memories.access import Scope, visible_places
from memories.index.base import Query
from memories.index.keywords import Keywords, Scores, rarity
from memories.legacy.chroma_client import chroma_client
from memories.models import Memory
from memories.wording.words import context_terms, terms

MARK = "changed"
# Holds what has no vector yet.
WORDS = "words"
# Those with a word of the query that are scored; more is too slow to be asked for at each message.
MOST_BY_WORDS = 500
BATCH = 500
FOR_EVER = 1e12


class ChromaCopy:
    """The folder: a collection for each model of vectors, and one of what has none."""

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
                    embeddings=np.stack([vector_of(memory) for memory in group]),
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
        if query.vector is None or not points_somewhere(query.vector):
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
        order = np.argsort(-scores(asked, texts), kind="stable")
        return [ids[place] for place in order]

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


def scores(asked: Sequence[str], texts: Iterable[list[str]]) -> Scores:
    """Return the keyword score of each text among these."""
    field = Keywords()
    field.add(list(texts))
    return field.scores(rarity(asked, [field]))


def has_vector(memory: Memory) -> bool:
    """Return whether a memory has a vector that can be compared."""
    held = memory.embedding
    if not held or len(held) != 4 * (memory.embedding_dimension or 0):
        return False
    return points_somewhere(np.frombuffer(bytes(held), "<f4"))


def points_somewhere(vector: Scores) -> bool:
    """Return whether a vector has a direction."""
    return bool(np.isfinite(vector).all() and vector.any())


def vector_of(memory: Memory) -> Scores:
    """Return a memory's vector; a single one in place of a missing one, as ChromaDB wants some."""
    if not has_vector(memory):
        return np.ones(1, np.float32)
    return np.frombuffer(bytes(memory.embedding or b""), "<f4")


def _collection_of(memory: Memory) -> str:
    if not has_vector(memory):
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
