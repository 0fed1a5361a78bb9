"""Vectors of queries, kept for some minutes: what is asked again is not embedded again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging

import numpy as np
from django.core.cache import caches

from memories.embeddings import embedder
from memories.embeddings.base import Vector
from whisper.environment import environment

logger = logging.getLogger(__name__)


def query_vector(text: str) -> tuple[Vector, str]:
    """Return the unit vector of a query, shape (dimension,), and its model's name. It blocks.

    Raises:
        EmbeddingError: the embedder did not answer.
    """
    by = embedder()
    # A digest, so that no cache holds what somebody said.
    digest = hashlib.sha256(f"{by.model}\0{text}".encode("utf-8", "replace")).hexdigest()
    vector = _decoded(caches["vectors"].get(digest), by.dimension)
    if vector is None:
        vector = by.embed([text])[0]
        encoded = base64.b64encode(vector.astype("<f4").tobytes()).decode()
        seconds = environment.conversation_cache_timeout_minutes * 60
        caches["vectors"].set(digest, encoded, timeout=seconds)
    return vector, by.model


def _decoded(held: object, dimension: int) -> Vector | None:
    """Return a vector that a cache held; None where it is none."""
    if held is None:
        return None
    try:
        vector = np.frombuffer(base64.b64decode(str(held), validate=True), "<f4")
    except (binascii.Error, ValueError):
        vector = np.empty(0, "<f4")
    if len(vector) == dimension and np.isclose(np.linalg.norm(vector), 1, atol=1e-3):
        return vector
    logger.warning("vectors: made one anew, not readable")
    return None
