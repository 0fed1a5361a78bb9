"""Texts to vectors, by the backend that `EMBEDDING_BACKEND` names."""

from __future__ import annotations

import threading

from memories.embeddings.base import Embedder, EmbeddingError, Vectors
from whisper.environment import environment

_lock = threading.Lock()
_embedder: Embedder | None = None


def embedder() -> Embedder:
    """Return the process's embedder; it is loaded at the first call.

    Raises:
        EmbeddingError: it can't be loaded.
    """
    global _embedder
    with _lock:
        if _embedder is None:
            _embedder = _load()
        return _embedder


def reset() -> None:
    """Let the next call load the embedder anew, as after a change of settings."""
    global _embedder
    with _lock:
        _embedder = None


def _load() -> Embedder:
    # Each backend brings a library that takes its time to import: only the one in use is.
    if environment.embedding_backend == "sentence-transformers":
        from memories.embeddings.sentence_transformers import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder()
    if environment.embedding_backend == "api":
        from memories.embeddings.api import ApiEmbedder

        return ApiEmbedder()
    from memories.embeddings.onnx import OnnxEmbedder

    return OnnxEmbedder()


__all__ = ["Embedder", "EmbeddingError", "Vectors", "embedder", "reset"]
