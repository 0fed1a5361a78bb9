"""States of mind by what a sentence means: a regression over its multilingual vector.

The words that a message is made of say more where they are known, its meaning where they aren't: in
another language, or in words that no training sentence had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from profiles.emotions.features import END, START
from profiles.emotions.model import FOLDER
from whisper.multilingual import vector_or_none

FILE = "meaning.npz"

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Meaning:
    """Multinomial logistic regression over unit vectors.

    Args:
        classes: names of the states, in the order of the columns.
        weights: shape (512, classes).
        intercepts: shape (classes,).
    """

    classes: tuple[str, ...]
    weights: Floats
    intercepts: Floats

    def margins(self, vector: Floats) -> Floats:
        """Return the margin of each class, shape (classes,)."""
        return np.asarray(vector @ self.weights + self.intercepts)

    def save(self, path: Path) -> None:
        """Write it to a file, in half precision."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            classes=np.array(self.classes),
            weights=self.weights.astype(np.float16),
            intercepts=self.intercepts.astype(np.float16),
        )

    @classmethod
    def load(cls, path: Path) -> Meaning:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            return cls(
                classes=tuple(file["classes"].tolist()),
                weights=file["weights"].astype(np.float32),
                intercepts=file["intercepts"].astype(np.float32),
            )


@cache
def shipped_meaning() -> Meaning:
    """Return the model that comes with Whisper."""
    return Meaning.load(FOLDER / FILE)


def margins(text: str, classes: Sequence[str]) -> Floats | None:
    """Return the margin of each class by a text's meaning; None without the multilingual model.

    Args:
        classes: in the order of the result; one that was not trained is unlikely.
    """
    vector = vector_or_none(read_part(text))
    if vector is None:
        return None
    found = dict(zip(shipped_meaning().classes, shipped_meaning().margins(vector), strict=True))
    return np.array([found.get(name, -20.0) for name in classes])


def read_part(text: str) -> str:
    """Return what is read of a text: the start and end of a long one."""
    return f"{text[:START]} {text[-END:]}" if len(text) > START + END else text
