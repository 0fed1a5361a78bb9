"""From what is said to the few memories worth telling."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from django.utils import timezone

from memories.embeddings import EmbeddingError
from memories.embeddings.queries import query_vector
from memories.index import memory_index
from memories.index.base import Query
from memories.phrasing import is_small_talk
from memories.ranking import Recalled, rank
from memories.visibility import Scope

__all__ = ["Recalled", "recall", "recall_for"]

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


def embedded(text: str) -> Query:
    """Return the query with its vector; without one where no embedder answers. It blocks."""
    try:
        return Query(text, *query_vector(text))
    except EmbeddingError as error:
        logger.warning("recall: no vector for the query, words alone decide (%s)", error)
        return Query(text)
