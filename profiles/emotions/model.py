"""The trained classifiers: numpy alone, one small file each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from profiles.emotions.features import grams, tokens
from profiles.emotions.lexicon import hints
from profiles.emotions.marks import marks

FOLDER = Path(__file__).parent / "model"
# The 28 labels of GoEmotions, and the states of mind.
LABELS_FILE, MOODS_FILE = "goemotions.npz", "moods.npz"
NAME = "whisper-moods-1"

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model sees of one text.

    Args:
        tokens: all of them.
        words: each token once.
        rows: places of the known features, shape (n,).
        values: their TF-IDF, normalised, shape (n,).
        parts: which of the n features each word and its runs are, shape (m,).
        owners: the place in `words` of each of the parts, shape (m,).
    """

    tokens: Sequence[str]
    words: Sequence[str]
    rows: Integers
    values: Floats
    parts: Integers
    owners: Integers


@dataclass(frozen=True, slots=True)
class Model:
    """Logistic regression of some classes, labels or states of mind, over TF-IDF features.

    Args:
        places: feature to row.
        idf: shape (features,).
        weights: int8, shape (features, classes); times `scales` they are the coefficients.
        scales: of each class, shape (classes,).
        intercepts: shape (classes,).
        classes: their names, in the order of the columns.
        thresholds: by kind ("labels", "states", "ekman"), probability from which each is there;
            labels alone have them.
        runs: which features are runs of characters, shape (features,).
        seen: rows of words read before; only of words that are features, which are nobody's own.
    """

    places: Mapping[str, int]
    idf: Floats
    weights: npt.NDArray[np.int8]
    scales: Floats
    intercepts: Floats
    classes: tuple[str, ...]
    thresholds: Mapping[str, Floats]
    runs: npt.NDArray[np.bool_]
    seen: dict[str, Integers] = field(default_factory=dict)

    @classmethod
    def quantised(
        cls,
        classes: Sequence[str],
        vocabulary: Sequence[str],
        idf: Floats,
        weights: Floats,
        intercepts: Floats,
    ) -> Model:
        """Return a model with weights rounded to 8 bits, without thresholds."""
        scales = np.abs(weights).max(axis=0) / 127
        return cls(
            places={feature: place for place, feature in enumerate(vocabulary)},
            # As the file will hold them, so that thresholds are chosen for what is shipped.
            idf=idf.astype(np.float16).astype(np.float32),
            weights=np.round(weights / scales).astype(np.int8),
            scales=scales.astype(np.float32),
            intercepts=intercepts.astype(np.float32),
            classes=tuple(classes),
            thresholds={},
            runs=_runs(vocabulary),
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
            classes=np.array(self.classes),
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
                classes=tuple(file["classes"].tolist()),
                thresholds={
                    name.removeprefix("thresholds_"): file[name]
                    for name in file.files
                    if name.startswith("thresholds_")
                },
                runs=_runs(vocabulary),
            )

    def read(self, text: str) -> Reading:
        """Return what the model sees of a text: what `features` names, found faster."""
        words = tokens(text)
        counts = Counter(words)
        pairs = Counter(f"p {first} {second}" for first, second in pairwise(words))
        pairs.update(marks(text, words))
        known = {self.places[pair]: n for pair, n in pairs.items() if pair in self.places}
        of_words = [self._rows(word) for word in counts]
        lengths = np.array([len(rows) for rows in of_words], np.int64)
        owners = np.repeat(np.arange(len(counts)), lengths)
        every = np.concatenate([*of_words, np.array(list(known), np.int64)])
        times = np.array(list(counts.values()), np.int64)[owners]
        pair_times = np.array(list(known.values()), np.int64)
        rows, parts = np.unique(every, return_inverse=True)
        found = np.bincount(parts, np.concatenate([times, pair_times]))
        return Reading(
            tokens=words,
            words=list(counts),
            rows=rows,
            values=self._normalised(rows, (1 + np.log(found)) * self.idf[rows]),
            parts=parts[: len(owners)],
            owners=owners,
        )

    def probabilities(self, reading: Reading) -> Floats:
        """Return the probability of each of 28 labels, shape (28,); several may be there."""
        return np.asarray(1 / (1 + np.exp(-self._margins(reading) - hints(reading.tokens))))

    def shares(self, reading: Reading) -> Floats:
        """Return the probability of each class, shape (classes,); they sum to 1."""
        margins = self._margins(reading)
        powers = np.exp(margins - margins.max())
        return np.asarray(powers / powers.sum())

    def known_share(self, reading: Reading) -> float:
        """Return which share of a text's words is in the vocabulary, 0 to 1; 1 without words."""
        words = [word for word in reading.words if word[0].isalpha()]
        return sum(f"w {word}" in self.places for word in words) / len(words) if words else 1.0

    def contributions(self, reading: Reading, column: int) -> dict[str, float]:
        """Return what each word with its runs of characters adds to a class's margin."""
        added = reading.values * self.weights[reading.rows, column] * self.scales[column]
        sums = np.bincount(reading.owners, added[reading.parts], len(reading.words))
        return dict(zip(reading.words, sums.tolist(), strict=True))

    def _margins(self, reading: Reading) -> Floats:
        weighted = (reading.values @ self.weights[reading.rows]) * self.scales
        return np.asarray(self.intercepts + weighted)

    def _rows(self, word: str) -> Integers:
        rows = self.seen.get(word)
        if rows is None:
            found = (self.places.get(feature) for feature in (f"w {word}", *grams(word)))
            rows = np.array([place for place in found if place is not None], np.int64)
            if f"w {word}" in self.places:
                self.seen[word] = rows
        return rows

    def _normalised(self, rows: Integers, values: Floats) -> Floats:
        """Return the values so that words with their pairs, and runs, each have length 1.

        Apart, as the runs are many, and would leave the words little to say.
        """
        runs = self.runs[rows]
        length = np.where(runs, np.linalg.norm(values[runs]), np.linalg.norm(values[~runs]))
        return np.asarray(values / np.maximum(length, 1e-9), np.float32)


def _runs(vocabulary: Sequence[str]) -> npt.NDArray[np.bool_]:
    return np.array([feature[0] == "c" for feature in vocabulary], np.bool_)


@cache
def shipped() -> Model:
    """Return the model of GoEmotions' labels that comes with Whisper."""
    return Model.load(FOLDER / LABELS_FILE)


@cache
def shipped_moods() -> Model:
    """Return the model of states of mind that comes with Whisper.

    It may know other states than `Emotion` has, until it is trained again: see `states_known`.
    """
    return Model.load(FOLDER / MOODS_FILE)


def states_known() -> tuple[str, ...]:
    """Return the states that the model was trained on, without loading it all."""
    with np.load(FOLDER / MOODS_FILE, allow_pickle=False) as file:
        return tuple(file["classes"].tolist())
