"""The trained classifier: numpy alone, one small file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from profiles.emotions.features import features

PATH = Path(__file__).parent / "model" / "goemotions.npz"
NAME = "goemotions-lr-1"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Model:
    """One logistic regression a label over TF-IDF features.

    Args:
        places: feature to row.
        idf: shape (features,).
        weights: int8, shape (features, 28); times `scales` they are the coefficients.
        scales: of each label, shape (28,).
        intercepts: shape (28,).
        thresholds: probability from which a label is said to be there, shape (28,).
    """

    places: dict[str, int]
    idf: npt.NDArray[np.float32]
    weights: npt.NDArray[np.int8]
    scales: Floats
    intercepts: Floats
    thresholds: Floats

    @classmethod
    def quantised(
        cls, vocabulary: Sequence[str], idf: Floats, weights: Floats, intercepts: Floats
    ) -> Model:
        """Return a model with weights rounded to 8 bits a label."""
        scales = np.abs(weights).max(axis=0) / 127
        return cls(
            places={feature: place for place, feature in enumerate(vocabulary)},
            idf=idf.astype(np.float32),
            weights=np.round(weights / scales).astype(np.int8),
            scales=scales,
            intercepts=intercepts,
            thresholds=np.full(len(intercepts), 0.5),
        )

    def with_thresholds(self, thresholds: Floats) -> Model:
        """Return the same model with other thresholds."""
        return replace(self, thresholds=thresholds)

    def save(self, path: Path) -> None:
        """Write the model to a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            vocabulary=np.array("\n".join(self.places)),
            idf=self.idf.astype(np.float16),
            weights=self.weights,
            scales=self.scales,
            intercepts=self.intercepts,
            thresholds=self.thresholds,
        )

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read a model that `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            return cls(
                places={
                    feature: place
                    for place, feature in enumerate(str(file["vocabulary"]).split("\n"))
                },
                idf=file["idf"].astype(np.float32),
                weights=file["weights"],
                scales=file["scales"],
                intercepts=file["intercepts"],
                thresholds=file["thresholds"],
            )

    def probabilities(self, text: str) -> Floats:
        """Return the probability of each label, shape (28,)."""
        rows, values = self._vector(text)
        margin = self.intercepts + (values @ self.weights[rows]) * self.scales
        return np.asarray(1 / (1 + np.exp(-margin)))

    def contributions(self, text: str, label: int) -> dict[str, float]:
        """Return what each known feature of a text adds to a label's margin."""
        found = [feature for feature in features(text) if feature in self.places]
        rows, values = self._vector(text)
        added = values * self.weights[rows, label] * self.scales[label]
        return dict(zip(found, added.tolist(), strict=True))

    def _vector(self, text: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return the rows of a text's features and their TF-IDF values, of length 1 together."""
        found = [
            (place, 1 + math.log(count))
            for feature, count in features(text).items()
            if (place := self.places.get(feature)) is not None
        ]
        if not found:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        rows = np.array([place for place, _ in found], np.int64)
        values = np.array([weight for _, weight in found], np.float32) * self.idf[rows]
        return rows, values / np.linalg.norm(values)


@cache
def shipped() -> Model:
    """Return the model that comes with Whisper."""
    return Model.load(PATH)
