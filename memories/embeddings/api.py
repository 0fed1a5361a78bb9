"""An OpenAI-compatible embeddings endpoint."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import openai

from memories.embeddings.base import MODEL_NAME_LENGTH, EmbeddingError, Vectors
from whisper.environment import environment

RETRIES = 3
# Somebody waits for the vector of a single text: better words alone than a late answer.
RETRIES_OF_ONE = 1
SECONDS = 5.0
SECONDS_A_TEXT = 1.0
# Longer texts are cut: servers refuse what their model can't read (nomic-embed reads 8,192 tokens).
MOST_CHARACTERS = 8_000
# A text that is refused is tried again by halves down to this; the smallest models read 512 tokens.
FEWEST_CHARACTERS = 500
TOO_MUCH = frozenset({400, 413, 422})
TRY_AGAIN = frozenset({408, 409, 425, 429})
# The server, or the proxy in front of it, is overloaded.
AWAY = frozenset({408, 429, 502, 503, 504})


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
                "EMBEDDING_BACKEND=api requires LLM_EMBEDDING_API_URL", permanent=True
            )
        key = environment.llm_embedding_api_key or environment.llm_api_key
        self.model = environment.llm_embedding_model_name[-MODEL_NAME_LENGTH:]
        self._dimension = 0
        # The SDK refuses to start without a key; local servers want none.
        self._client = openai.OpenAI(
            base_url=url, api_key=key.get_secret_value() if key else "none"
        )

    @property
    def dimension(self) -> int:
        """Return the length of a vector, learnt from the first answer.

        Raises:
            EmbeddingError: the endpoint did not answer.
        """
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
        sent = [_sendable(text) for text in texts]
        parts = [self._ask(sent[start : start + size]) for start in range(0, len(sent), size)]
        return np.concatenate(parts)

    def _ask(self, texts: Sequence[str]) -> Vectors:
        """Return the texts' vectors; what is too much for the server is asked in smaller parts."""
        try:
            vectors = self._request(texts)
        except openai.APIStatusError as error:
            if error.status_code in TOO_MUCH and len(texts) > 1:
                middle = len(texts) // 2
                return np.concatenate([self._ask(texts[:middle]), self._ask(texts[middle:])])
            if error.status_code in TOO_MUCH and len(texts[0]) > FEWEST_CHARACTERS:
                return self._ask([texts[0][: len(texts[0]) // 2]])
            final = error.status_code < 500 and error.status_code not in TRY_AGAIN
            raise EmbeddingError(
                f"the embedding endpoint returned HTTP {error.status_code}",
                permanent=final,
                away=error.status_code in AWAY,
            ) from error
        except (openai.OpenAIError, AttributeError, TypeError, ValueError) as error:
            raise EmbeddingError(
                f"the embedding endpoint didn't respond: {type(error).__name__}",
                away=isinstance(error, openai.APIConnectionError),
            ) from error
        return self._checked(vectors, len(texts))

    def _request(self, texts: Sequence[str]) -> Vectors:
        single = len(texts) == 1
        seconds = min(environment.llm_request_timeout, SECONDS + SECONDS_A_TEXT * len(texts))
        client = self._client.with_options(
            timeout=openai.Timeout(
                seconds, connect=min(seconds, environment.llm_connection_timeout)
            ),
            max_retries=RETRIES_OF_ONE if single else RETRIES,
        )
        answer = client.embeddings.create(
            model=environment.llm_embedding_model_name, input=list(texts), encoding_format="float"
        )
        rows = sorted(answer.data, key=lambda row: row.index)
        return np.array([row.embedding for row in rows], np.float32)

    def _checked(self, vectors: Vectors, count: int) -> Vectors:
        if vectors.ndim != 2 or len(vectors) != count or not np.isfinite(vectors).all():
            raise EmbeddingError("the embedding endpoint didn't send one vector per text")
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not norms.all():
            raise EmbeddingError("the embedding endpoint sent a vector of zeros")
        if self._dimension not in (0, vectors.shape[1]):
            raise EmbeddingError(
                f"the embedding endpoint sent {vectors.shape[1]} dimensions instead of "
                f"{self._dimension}; has its model changed?",
                permanent=True,
            )
        self._dimension = vectors.shape[1]
        unit: Vectors = vectors / norms
        return unit


def _sendable(text: str) -> str:
    cut = text.strip()[:MOST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
    # An empty input is an error to most servers.
    return cut.replace("\x00", "").strip() or "."
