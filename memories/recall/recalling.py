"""From what is said to the few memories worth telling."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import numpy as np
from django.utils import timezone
from prometheus_client import Histogram

from memories.access import Scope, is_visible
from memories.embeddings import EmbeddingError
from memories.embeddings.queries import query_vector
from memories.index import memory_index
from memories.index.base import Entry, MemoryIndex, Query
from memories.models import Place
from memories.queries import has_elsewhere
from memories.recall.first_person import in_first_person
from memories.recall.relations import meant_in
from memories.recall.scoring import Explanation, Recalled, explain
from memories.recall.weights import Weights
from memories.wording.phrasing import is_small_talk
from profiles.privacy import Way
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.tracing import span

logger = logging.getLogger(__name__)

# More cost more time and find as much.
CANDIDATES = 64
SECONDS = Histogram(
    "whisper_recall_seconds",
    "Time of each step of a recall, by the engine that searches.",
    ["engine", "step"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
NOTHING = Explanation([], [], 0.0, 0.0)


async def recall(
    text: str, scope: Scope, *, k: int = 10, now: datetime | None = None
) -> list[Recalled]:
    """Return the memories of a scope that a text brings to mind, best first.

    Args:
        text: what was said or asked.
        scope: who asks, and where the answer will be read.
        k: how many at most.
        now: the present, for what is recent.
    """
    return (await explained(text, scope, k=k, now=now)).found


async def explained(
    text: str, scope: Scope, *, k: int = 10, missed: int = 0, now: datetime | None = None
) -> Explanation:
    """Return what `recall` does, with what just missed, and what decided.

    Args:
        missed: how many that were not told to return as well, at most.
    """
    if is_small_talk(text):
        return NOTHING
    with _timed("embed"):
        query = await query_for(text, scope)
    return await explained_for(query, scope, k=k, missed=missed, now=now)


async def explained_for(
    query: Query,
    scope: Scope,
    *,
    k: int = 10,
    missed: int = 0,
    now: datetime | None = None,
    by: Weights | None = None,
) -> Explanation:
    """Do what `explained` does for a query that has its vector already.

    Args:
        by: other weights than this version's.
    """
    with _timed("search"):
        pool = await memory_index().pool(query, scope, limit=CANDIDATES)
    with _timed("rank"):
        found = explain(pool, k=k, missed=missed, now=now or timezone.now(), by=by)
    return replace(found, found=_checked(found.found, scope), missed=_checked(found.missed, scope))


@contextmanager
def _timed(step: str) -> Iterator[None]:
    """Measure a step."""
    engine = environment.memory_index
    with span("recall", step=step, engine=engine), SECONDS.labels(engine, step).time():
        yield


def _checked(recalled: list[Recalled], scope: Scope) -> list[Recalled]:
    """Return what may be told, each checked again on its way out."""
    allowed = [memory for memory in recalled if is_visible(memory.entry, scope)]
    if len(allowed) < len(recalled):
        logger.error("recall: a memory outside its scope was dropped")
    return allowed


async def held_back(text: str, scope: Scope, *, k: int = 10) -> list[Entry]:
    """Return what would have been recalled had the person been alone, and may not be told here.

    It is a second recall, for after the reply.
    """
    if scope.place == Place.DIRECT and Way.SERVER_TO_DIRECT in scope.ways:
        return []
    if not await in_database(has_elsewhere, scope):
        return []
    found = await recall(text, Scope.access(scope.person_id), k=k)
    return [memory.entry for memory in found if not is_visible(memory.entry, scope)]


async def query_for(text: str, scope: Scope, index: MemoryIndex | None = None) -> Query:
    """Return the query of a text, while the index prepares for it.

    Somebody with a name is looked for by that and by what they are to the person. The vector of a
    question that names a speaker lies in the middle between its own and that of the same question
    in the first person, in which memories are told.

    Args:
        index: another than this process's.
    """
    index = index or memory_index()
    # Side by side, as a vector takes longer than all the rest of a recall.
    vectors = [asyncio.create_task(asyncio.to_thread(embedded, text))]
    names, also = await asyncio.gather(index.prepare(scope), in_database(meant_in, text, scope))
    told = in_first_person(text, names)
    if told != text:
        vectors.append(asyncio.create_task(asyncio.to_thread(embedded, told)))
    return replace(_between(*await asyncio.gather(*vectors)), also=also)


def _between(query: Query, told: Query | None = None) -> Query:
    """Return a query whose vector lies in the middle between its own and another's, if any."""
    if told is None or query.vector is None or told.vector is None or told.model != query.model:
        return query
    middle = query.vector + told.vector
    length = float(np.linalg.norm(middle))
    return replace(query, vector=middle / length) if length > 0 else query


def embedded(text: str) -> Query:
    """Return the query with its vector, or without if no embedder answers. It blocks."""
    try:
        return Query(text, *query_vector(text))
    except EmbeddingError as error:
        logger.warning("recall: no vector for the query, words alone decide (%s)", error)
        return Query(text)
