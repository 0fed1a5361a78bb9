"""A sentence-transformers model that is on this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from memories.embeddings.base import MODEL_NAME_LENGTH, EmbeddingError, Vectors
from memories.embeddings.build_onnx import MODEL as SHIPPED
from memories.embeddings.build_onnx import packaged_model
from whisper.environment import environment

PUBLISHER = "sentence-transformers/"


def model_name() -> str:
    """Return the name that vectors of the configured model are kept under."""
    name = environment.llm_local_embedding_model
    if Path(name).is_dir():
        name = Path(name).resolve().name
    name = name.removeprefix(PUBLISHER)
    return SHIPPED if name.casefold() == SHIPPED.casefold() else name[-MODEL_NAME_LENGTH:]


class SentenceTransformersEmbedder:
    """The backend for models other than the shipped one. It never downloads."""

    def __init__(self) -> None:
        """Load the model that `LLM_LOCAL_EMBEDDING_MODEL` names.

        Raises:
            EmbeddingError: the library or the model is not on this machine.
        """
        name = environment.llm_local_embedding_model
        self.model = model_name()
        self._model = _load(name if Path(name).is_dir() else _source(self.model, name))
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise EmbeddingError(f"{name} doesn't state its dimension", permanent=True)
        self.dimension = int(dimension)
        # Its tokenizer changes its own settings while it works: two threads can't share it.
        self._lock = Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, float32 of shape (texts, dimension)."""
        cleaned = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        if not cleaned:
            return np.zeros((0, self.dimension), np.float32)
        with self._lock:
            vectors = self._model.encode(
                cleaned,
                batch_size=environment.embedding_batch_size,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return np.asarray(vectors, np.float32)


def _source(model: str, name: str) -> str:
    """Return what to load: the shipped model from its package, any other by its name."""
    if model != SHIPPED:
        return name
    try:
        return str(packaged_model())
    except FileNotFoundError as error:
        raise EmbeddingError(str(error), permanent=True) from error


def _load(source: str) -> Any:
    # Read by the hub's client when it is imported: nothing is fetched at run time.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EmbeddingError(
            "sentence-transformers is not installed. Run `bin/setup full`, which installs it, "
            "or set EMBEDDING_BACKEND=onnx",
            permanent=True,
        ) from error
    try:
        return SentenceTransformer(source, device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        full = source if "/" in source else PUBLISHER + source
        raise EmbeddingError(
            f"the model {source} is not on this machine. Download it first with `hf download "
            f"{full}`, or set LLM_LOCAL_EMBEDDING_MODEL to its folder",
            permanent=True,
        ) from error
