"""The worker's part of remembering: vectors for new memories, and an index that follows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np

from memories.actions import EMBED, store_embeddings
from memories.embeddings import EmbeddingError
from memories.embeddings.queries import kept_vectors
from memories.index import copied_index
from memories.index.changes import INDEX, changes_in, removals_in
from memories.models import Memory
from whisper import outbox
from whisper.database.access import in_database


@outbox.handles(EMBED, again_at_start=True)
async def embed(payloads: Sequence[dict[str, Any]]) -> None:
    """Give memories their vectors; one that is gone meanwhile needs none."""
    memories = await in_database(_memories, [payload["memory"] for payload in payloads])
    if not memories:
        return
    try:
        # Of what was just said, recall has made the vector already.
        texts = [memory.text for memory in memories]
        vectors, model = await asyncio.to_thread(kept_vectors, texts, keep=False)
    except EmbeddingError as error:
        # A permanent failure is mended by settings and `reembed`, not by trying again.
        if error.permanent:
            raise outbox.PermanentError(str(error)) from error
        raise
    await in_database(store_embeddings, memories, np.array(vectors), model=model)


@outbox.handles(INDEX, again_at_start=True)
async def index(payloads: Sequence[dict[str, Any]]) -> None:
    """Bring changes to the index; where none holds a copy any more there is nothing to do."""
    to = copied_index()
    if to is not None:
        await to.follow(changes_in(payloads), removals_in(payloads))


def _memories(ids: Sequence[str]) -> list[Memory]:
    return list(Memory.objects.filter(pk__in=ids))
