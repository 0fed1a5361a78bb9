"""Write the vectors of memories."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import transaction

from memories.actions.base import VECTOR_FIELDS
from memories.embeddings.base import Vector, Vectors
from memories.index import changes, revisions
from memories.models import Memory
from whisper.database.updating import update_all


def set_vector(memory: Memory, vector: Vector, model: str) -> None:
    """Give a memory a vector, without saving it."""
    memory.embedding = np.asarray(vector, "<f4").tobytes()
    memory.embedding_model, memory.embedding_dimension = model, len(vector)


def store_embeddings(memories: Sequence[Memory], vectors: Vectors, *, model: str) -> None:
    """Keep the vectors of memories whose text has not changed since they were read.

    Args:
        vectors: unit vectors, shape (memories, dimension).
    """
    with transaction.atomic():
        # Of a person who was erased meanwhile nothing may be written, not even a revision: so no
        # partition is made here. While they are locked, nobody else changes a text.
        revisions.lock(memory.partition_key for memory in memories)
        rows = Memory.objects.filter(pk__in=[memory.pk for memory in memories])
        texts = dict(rows.values_list("pk", "text"))
        same = [
            (memory, vector)
            for memory, vector in zip(memories, vectors, strict=True)
            if texts.get(memory.pk) == memory.text
        ]
        raised = revisions.raise_revisions(memory.partition_key for memory, _ in same)
        for memory, vector in same:
            set_vector(memory, vector, model)
            memory.revision = raised[memory.partition_key]
        update_all([memory for memory, _ in same], VECTOR_FIELDS)
        changes.changed([memory for memory, _ in same])
