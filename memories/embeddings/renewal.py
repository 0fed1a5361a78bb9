"""Embed memories that have no vector of the configured model."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from memories.actions import store_embeddings
from memories.embeddings.base import Embedder
from memories.models import Memory
from memories.queries import without_vector_of


def to_embed(by: Embedder, *, everything: bool = False) -> QuerySet[Memory]:
    """Return the memories that need a vector.

    Args:
        everything: those as well that have a vector of the embedder's model.
    """
    return Memory.objects.all() if everything else without_vector_of(by.model, by.dimension)


def embed_all(by: Embedder, memories: QuerySet[Memory], *, batch_size: int) -> Iterator[int]:
    """Embed memories in batches of one transaction each; yield the size of each batch done.

    Raises:
        EmbeddingError: the embedder does not answer; what was yielded stays done.
    """
    rows = memories.order_by("pk").only("pk", "text", "person_id", "guild_id")
    while batch := list(rows[:batch_size]):
        vectors = by.embed([memory.text for memory in batch])
        store_embeddings(batch, vectors, model=by.model)
        yield len(batch)
        # On by the key, not by what is left: a text that changes meanwhile is not waited for.
        rows = rows.filter(pk__gt=batch[-1].pk)
