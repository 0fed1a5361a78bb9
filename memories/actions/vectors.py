"""Write the vectors of memories."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from django.db import connection, transaction

from memories.actions.base import VECTOR_FIELDS
from memories.embeddings.base import Vector, Vectors
from memories.index import changes, revisions
from memories.models import Memory


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
        _write_vectors([memory for memory, _ in same])
        changes.changed([memory for memory, _ in same])


def _write_vectors(memories: Sequence[Memory]) -> None:
    # Four times as fast as one update per row, and ten times as fast as bulk_update.
    quote = connection.ops.quote_name
    table = Memory._meta.db_table
    columns = ", ".join(f"{quote(name)} = %s" for name in VECTOR_FIELDS)
    known = {field.name: field for field in Memory._meta.concrete_fields}
    fields = [known[name] for name in (*VECTOR_FIELDS, "id")]
    rows = [
        [field.get_db_prep_save(getattr(memory, field.name), connection) for field in fields]
        for memory in memories
    ]
    with connection.cursor() as cursor:
        sql = f"UPDATE {quote(table)} SET {columns} WHERE {quote('id')} = %s"  # noqa: S608
        cursor.executemany(sql, rows)
