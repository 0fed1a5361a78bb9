"""Vectors kept for some minutes: what is said is embedded once, to recall and to be remembered."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
from collections.abc import Sequence

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
    vectors, model = kept_vectors([text], keep=True)
    return vectors[0], model


def kept_vectors(texts: Sequence[str], *, keep: bool) -> tuple[list[Vector], str]:
    """Return the unit vector of each text, shape (dimension,), and their model's name. It blocks.

    What has been asked lately is not embedded again.

    Args:
        keep: keep the others for some minutes too.

    Raises:
        EmbeddingError: the embedder did not answer.
    """
    by = embedder()
    digests = {text: _digest(by.model, text) for text in texts}
    held = caches["vectors"].get_many(digests.values())
    found = {text: _decoded(held.get(digest), by.dimension) for text, digest in digests.items()}
    missing = [text for text, vector in found.items() if vector is None]
    if missing:
        fresh = dict(zip(missing, by.embed(missing), strict=True))
        found |= fresh
        if keep:
            encoded = {digests[text]: _encoded(vector) for text, vector in fresh.items()}
            seconds = environment.conversation_cache_timeout_minutes * 60
            caches["vectors"].set_many(encoded, timeout=seconds)
    return [vector for text in texts if (vector := found[text]) is not None], by.model


def _digest(model: str, text: str) -> str:
    # No cache holds what a person said.
    return hashlib.sha256(f"{model}\0{text}".encode("utf-8", "replace")).hexdigest()


def _encoded(vector: Vector) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode()


def _decoded(held: object, dimension: int) -> Vector | None:
    """Return a vector that a cache held; None if it is none."""
    if held is None:
        return None
    try:
        vector = np.frombuffer(base64.b64decode(str(held), validate=True), "<f4")
    except (binascii.Error, ValueError):
        vector = np.empty(0, "<f4")
    if len(vector) == dimension and np.isclose(np.linalg.norm(vector), 1, atol=1e-3):
        return vector
    logger.warning("vectors: recomputed an unreadable one")
    return None
