"""From what is said to the few memories worth telling."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from django.utils import timezone

from memories.access import Scope, is_visible
from memories.embeddings import EmbeddingError
from memories.embeddings.queries import query_vector
from memories.index import memory_index
from memories.index.base import Entry, Query
from memories.models import Place
from memories.recall.ranking import Recalled, rank
from memories.wording.phrasing import is_small_talk
from profiles.privacy import Way

__all__ = ["Recalled", "held_back", "recall", "recall_for"]

logger = logging.getLogger(__name__)

# A hundred cost a third more time and find as much: recall@10 on LoCoMo is 78.8 % with either.
CANDIDATES = 64


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
    if is_small_talk(text):
        return []
    return await recall_for(await asyncio.to_thread(embedded, text), scope, k=k, now=now)


async def recall_for(
    query: Query, scope: Scope, *, k: int = 10, now: datetime | None = None
) -> list[Recalled]:
    """Do what `recall` does for a query that has its vector already."""
    candidates = await memory_index().candidates(query, scope, limit=CANDIDATES)
    return rank(query, candidates, k=k, now=now or timezone.now())


async def held_back(text: str, scope: Scope, *, k: int = 10) -> list[Entry]:
    """Return what would have come to mind had the person been alone, and may not be told here.

    It is a second recall, for after the reply.
    """
    if scope.place == Place.DIRECT and Way.SERVER_TO_DIRECT in scope.ways:
        return []
    found = await recall(text, Scope.access(scope.person_id), k=k)
    return [memory.entry for memory in found if not is_visible(memory.entry, scope)]


def embedded(text: str) -> Query:
    """Return the query with its vector; without one where no embedder answers. It blocks."""
    try:
        return Query(text, *query_vector(text))
    except EmbeddingError as error:
        logger.warning("recall: no vector for the query, words alone decide (%s)", error)
        return Query(text)
