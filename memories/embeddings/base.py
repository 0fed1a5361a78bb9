"""What every embedder offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

# As much as the database keeps of one.
MODEL_NAME_LENGTH = 100

Vector = npt.NDArray[np.float32]
Vectors = npt.NDArray[np.float32]


class EmbeddingError(Exception):
    """Texts could not be embedded.

    Args:
        permanent: asking again gives the same.
        away: the embedder did not answer at all; the texts are not to blame.
    """

    def __init__(self, message: str, *, permanent: bool = False, away: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.away = away


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def model(self) -> str:
        """Return the model's name; vectors of two names are never compared."""

    @property
    def dimension(self) -> int:
        """Return the length of a vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, float32 of shape (texts, dimension).

        It blocks: call it in a thread.

        Raises:
            EmbeddingError: the model can't be loaded or the endpoint doesn't answer.
        """
