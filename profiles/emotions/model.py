"""The trained classifier: numpy alone, one small file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from profiles.emotions.features import features, tokens
from profiles.emotions.lexicon import hints

PATH = Path(__file__).parent / "model" / "goemotions.npz"
NAME = "goemotions-lr-2"

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model sees of one text.

    Args:
        words: the tokens.
        found: the known features, n of them.
        rows: their places, shape (n,).
        values: their TF-IDF, shape (n,), normalised.
    """

    words: Sequence[str]
    found: Sequence[str]
    rows: npt.NDArray[np.int64]
    values: Floats


@dataclass(frozen=True, slots=True)
class Model:
    """One logistic regression a label over TF-IDF features.

    Args:
        places: feature to row.
        idf: shape (features,).
        weights: int8, shape (features, 28); times `scales` they are the coefficients.
        scales: of each label, shape (28,).
        intercepts: shape (28,).
        thresholds: by kind ("labels", "states", "ekman"), probability from which each is there.
    """

    places: Mapping[str, int]
    idf: Floats
    weights: npt.NDArray[np.int8]
    scales: Floats
    intercepts: Floats
    thresholds: Mapping[str, Floats]

    @classmethod
    def quantised(
        cls, vocabulary: Sequence[str], idf: Floats, weights: Floats, intercepts: Floats
    ) -> Model:
        """Return a model with weights rounded to 8 bits a label, without thresholds."""
        scales = np.abs(weights).max(axis=0) / 127
        return cls(
            places={feature: place for place, feature in enumerate(vocabulary)},
            # As the file will hold them, so that thresholds are chosen for what is shipped.
            idf=idf.astype(np.float16).astype(np.float32),
            weights=np.round(weights / scales).astype(np.int8),
            scales=scales.astype(np.float32),
            intercepts=intercepts.astype(np.float32),
            thresholds={},
        )

    def with_thresholds(self, thresholds: Mapping[str, Floats]) -> Model:
        """Return the same model with other thresholds."""
        return replace(self, thresholds=thresholds)

    def save(self, path: Path) -> None:
        """Write the model to a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        thresholds: dict[str, Any] = {
            f"thresholds_{kind}": values for kind, values in self.thresholds.items()
        }
        np.savez_compressed(
            path,
            vocabulary=np.frombuffer("\n".join(self.places).encode(), np.uint8),
            idf=self.idf.astype(np.float16),
            weights=self.weights,
            scales=self.scales,
            intercepts=self.intercepts,
            **thresholds,
        )

    @classmethod
    def load(cls, path: Path) -> Model:
        """Read a model that `save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            vocabulary = file["vocabulary"].tobytes().decode().split("\n")
            return cls(
                places={feature: place for place, feature in enumerate(vocabulary)},
                idf=file["idf"].astype(np.float32),
                weights=file["weights"],
                scales=file["scales"],
                intercepts=file["intercepts"],
                thresholds={
                    name.removeprefix("thresholds_"): file[name]
                    for name in file.files
                    if name.startswith("thresholds_")
                },
            )

    def read(self, text: str) -> Reading:
        """Return what the model sees of a text."""
        words = tokens(text)
        known = {
            feature: 1 + math.log(count)
            for feature, count in features(words).items()
            if feature in self.places
        }
        found = list(known)
        rows = np.array([self.places[feature] for feature in found], np.int64)
        values = np.array(list(known.values()), np.float32) * self.idf[rows]
        return Reading(words, found, rows, normalised(found, values))

    def probabilities(self, reading: Reading) -> Floats:
        """Return the probability of each label, shape (28,)."""
        margin = self.intercepts + (reading.values @ self.weights[reading.rows]) * self.scales
        return np.asarray(1 / (1 + np.exp(-margin - hints(reading.words))))

    def contributions(self, reading: Reading, label: int) -> dict[str, float]:
        """Return what each known feature of a text adds to a label's margin."""
        added = reading.values * self.weights[reading.rows, label] * self.scales[label]
        return dict(zip(reading.found, added.tolist(), strict=True))


def normalised(found: Sequence[str], values: Floats) -> Floats:
    """Return the values so that words and their pairs have length 1, and runs of characters too.

    Each alone: the runs are many, and would leave the words little to say.
    """
    runs = np.fromiter((feature[0] == "c" for feature in found), np.bool_, len(found))
    length = np.where(runs, np.linalg.norm(values[runs]), np.linalg.norm(values[~runs]))
    return np.asarray(values / np.maximum(length, 1e-9), np.float32)


@cache
def shipped() -> Model:
    """Return the model that comes with Whisper."""
    return Model.load(PATH)
