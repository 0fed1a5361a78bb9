"""An OpenAI-compatible embeddings endpoint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import openai

from memories.embeddings.base import EmbeddingError, Vectors
from whisper.environment import environment

RETRIES = 3
# Longer texts are cut: servers refuse what their model can't read (nomic-embed reads 8,192 tokens).
MOST_CHARACTERS = 8_000


class ApiEmbedder:
    """The backend for a model that is served elsewhere."""

    def __init__(self) -> None:
        """Prepare the client; nothing is sent yet.

        Raises:
            EmbeddingError: no endpoint is configured.
        """
        url = environment.llm_embedding_api_url
        if not url:
            raise EmbeddingError(
                "EMBEDDING_BACKEND=api needs LLM_EMBEDDING_API_URL", permanent=True
            )
        key = environment.llm_embedding_api_key or environment.llm_api_key
        self.model = environment.llm_embedding_model_name
        self._dimension = 0
        self._client = openai.OpenAI(
            base_url=url,
            # The SDK refuses to start without a key; local servers want none.
            api_key=key.get_secret_value() if key else "none",
            timeout=openai.Timeout(
                environment.llm_request_timeout, connect=environment.llm_connection_timeout
            ),
            max_retries=RETRIES,
        )

    @property
    def dimension(self) -> int:
        """Return the length of a vector, learnt from the first answer."""
        if not self._dimension:
            self.embed(["dimension"])
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, float32 of shape (texts, dimension).

        Raises:
            EmbeddingError: the endpoint did not answer with one vector a text.
        """
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        size = environment.embedding_batch_size
        parts = [self._ask(texts[start : start + size]) for start in range(0, len(texts), size)]
        return np.concatenate(parts)

    def _ask(self, texts: Sequence[str]) -> Vectors:
        # An empty input is an error to most servers.
        sent = [
            text[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8").strip() or "."
            for text in texts
        ]
        try:
            answer = self._client.embeddings.create(
                model=self.model, input=sent, encoding_format="float"
            )
            rows = sorted(answer.data, key=lambda one: one.index)
            vectors = np.array([row.embedding for row in rows], np.float32)
        except (openai.AuthenticationError, openai.NotFoundError, openai.BadRequestError) as error:
            raise EmbeddingError(
                f"the embedding endpoint refused: {error.status_code}", permanent=True
            ) from error
        except (openai.OpenAIError, AttributeError, TypeError, ValueError) as error:
            raise EmbeddingError(
                f"the embedding endpoint did not answer: {type(error).__name__}"
            ) from error
        if vectors.ndim != 2 or len(vectors) != len(sent) or not np.isfinite(vectors).all():
            raise EmbeddingError("the embedding endpoint did not send one vector a text")
        if self._dimension not in (0, vectors.shape[1]):
            raise EmbeddingError("the embedding endpoint changed its dimension", permanent=True)
        self._dimension = vectors.shape[1]
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(norms, 1e-12)
        return unit
