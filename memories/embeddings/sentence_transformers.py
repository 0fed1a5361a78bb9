"""Any sentence-transformers model that is on this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from memories.embeddings.base import EmbeddingError, Vectors
from memories.embeddings.build_onnx import packaged_model
from memories.embeddings.onnx import MODEL as PACKAGED
from whisper.environment import environment


class SentenceTransformersEmbedder:
    """The backend for models other than the shipped one. It never downloads."""

    def __init__(self) -> None:
        """Load the model that `LLM_LOCAL_EMBEDDING_MODEL` names.

        Raises:
            EmbeddingError: the library or the model is not on this machine.
        """
        name = environment.llm_local_embedding_model
        self.model = name.rstrip("/").rsplit("/", 1)[-1]
        self._model = _load(str(packaged_model()) if self.model == PACKAGED else name)
        dimension = self._model.get_embedding_dimension()
        if not dimension:
            raise EmbeddingError(f"{name} does not tell its dimension", permanent=True)
        self.dimension = int(dimension)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, float32 of shape (texts, dimension)."""
        cleaned = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        if not cleaned:
            return np.zeros((0, self.dimension), np.float32)
        vectors = self._model.encode(
            cleaned,
            batch_size=environment.embedding_batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, np.float32)


def _load(name: str) -> Any:
    # Read by the hub's client when it is imported: nothing is fetched at run time.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EmbeddingError(
            "sentence-transformers is not installed: install requirements.txt, or set "
            "EMBEDDING_BACKEND=onnx",
            permanent=True,
        ) from error
    try:
        return SentenceTransformer(name, device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        raise EmbeddingError(
            f"the model {name} is not on this machine. Download it first, for instance with "
            f"`hf download sentence-transformers/{name}`, or give its folder as "
            "LLM_LOCAL_EMBEDDING_MODEL",
            permanent=True,
        ) from error
