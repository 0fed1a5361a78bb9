"""Made-up memories to measure with."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import UUID

import numpy as np
from django.utils import timezone

from memories.embeddings import Vectors, embedder
from memories.embeddings.base import Vector
from memories.models import Memory, Partition, Place

VOCABULARY, WORDS_A_TEXT = 8_000, 12
BATCH = 1_000


class Talk:
    """Made-up texts whose words are as unevenly common as those of a language."""

    def __init__(self) -> None:
        self._chance = random.Random(7)
        self._vectors = np.random.default_rng(7)
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(VOCABULARY)))

    def text(self, words: int = WORDS_A_TEXT) -> str:
        chosen = self._chance.choices(range(VOCABULARY), cum_weights=self._weights, k=words)
        return " ".join(f"word{number}" for number in chosen)

    def vectors(self, count: int) -> Vectors:
        """Return random unit vectors, shape (count, dimension)."""
        drawn: Vectors = self._vectors.standard_normal((count, embedder().dimension), np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return drawn


def fill_owner(
    talk: Talk, owner: int, count: int, vectors: Vectors | None = None, model: str = ""
) -> list[UUID]:
    """Write memories straight into the database: what is measured is how they are read.

    Returns:
        Their ids, the latest first.

    Args:
        vectors: of each, shape (count, dimension); random ones without it.
        model: who made the vectors; the embedder without it.
    """
    now, model = timezone.now(), model or embedder().model
    ids = []
    for start in range(0, count, BATCH):
        numbers = range(start, min(start + BATCH, count))
        part = talk.vectors(len(numbers)) if vectors is None else vectors[start : numbers.stop]
        rows = [
            _line(talk, owner, number, now, vector, model)
            for number, vector in zip(numbers, part, strict=True)
        ]
        Memory.objects.bulk_create(rows)
        ids += [row.pk for row in rows]
    Partition.objects.create(key=f"person:{owner}", revision=count)
    return ids


def _line(talk: Talk, owner: int, number: int, now: datetime, vector: Vector, model: str) -> Memory:
    return Memory(
        person_id=owner,
        kind=Memory.Kind.CONVERSATION,
        text=talk.text(),
        context=talk.text(),
        speaker="Ann",
        place=Place.DIRECT,
        channel_id=owner,
        said_at=now - timedelta(minutes=7 * number),
        valid_from=now,
        embedding=vector.tobytes(),
        embedding_model=model,
        embedding_dimension=len(vector),
        revision=number + 1,
    )
