"""Vectors kept for some minutes: what is said is embedded once, to recall and to be remembered.

They are kept in this process's memory alone: much of a text can be told from its vector, and what
is asked includes what is off the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.core.cache import caches

from memories.embeddings import embedder
from memories.embeddings.base import Vector
from whisper.environment import environment

VECTORS = "vectors"


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
    held: dict[str, Vector] = caches[VECTORS].get_many(digests.values())
    found = {text: held[digest] for text, digest in digests.items() if digest in held}
    missing = [text for text in digests if text not in found]
    if missing:
        fresh = dict(zip(missing, by.embed(missing), strict=True))
        found |= fresh
        if keep:
            kept = {digests[text]: vector for text, vector in fresh.items()}
            seconds = environment.conversation_cache_timeout_minutes * 60
            caches[VECTORS].set_many(kept, timeout=seconds)
    return [found[text] for text in texts], by.model


def forget_vectors() -> None:
    """Forget what was asked lately: nothing tells whose it was."""
    caches[VECTORS].clear()


def _digest(model: str, text: str) -> str:
    # No cache holds what a person said.
    return hashlib.sha256(f"{model}\0{text}".encode("utf-8", "replace")).hexdigest()
