"""Texts to vectors, by the backend that `EMBEDDING_BACKEND` names."""

from __future__ import annotations

import threading

from memories.embeddings.base import MODEL_NAME_LENGTH, Embedder, EmbeddingError, Vectors
from whisper.environment import environment

__all__ = ["Embedder", "EmbeddingError", "Vectors", "configured_model", "embedder", "reset"]

Configuration = tuple[str, str, str | None]

_lock = threading.Lock()
_loaded: tuple[Configuration, Embedder] | None = None


def embedder() -> Embedder:
    """Return the process's embedder; it is loaded at the first call of a configuration.

    It blocks: call it in a thread.

    Raises:
        EmbeddingError: it can't be loaded.
    """
    global _loaded
    configuration = (
        environment.embedder_name,
        configured_model(),
        environment.llm_embedding_api_url,
    )
    with _lock:
        if _loaded is None or _loaded[0] != configuration:
            _loaded = configuration, _load()
        return _loaded[1]


def configured_model() -> str:
    """Return the name that new vectors are kept under; nothing is loaded for it."""
    if environment.embedder_name == "api":
        return environment.llm_embedding_model_name[-MODEL_NAME_LENGTH:]
    if environment.embedder_name == "sentence-transformers":
        from memories.embeddings.sentence_transformers import model_name

        return model_name()
    from memories.embeddings.onnx import chosen_model

    return chosen_model().name


def reset() -> None:
    """Let the next call load the embedder again."""
    global _loaded
    with _lock:
        _loaded = None


def _load() -> Embedder:
    # Each backend brings a library that takes its time to import: only the one in use is.
    if environment.embedder_name == "sentence-transformers":
        from memories.embeddings.sentence_transformers import SentenceTransformersEmbedder

        return SentenceTransformersEmbedder()
    if environment.embedder_name == "api":
        from memories.embeddings.api import ApiEmbedder

        return ApiEmbedder()
    from memories.embeddings.onnx import OnnxEmbedder

    return OnnxEmbedder()
