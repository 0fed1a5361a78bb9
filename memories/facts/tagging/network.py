"""The first reader of messages: two layers over a window of five words, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from memories.facts.tagging.words import FEATURES, TAGS, Floats

MODEL = Path(__file__).parent / "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Networks that are trained on the same sentences and averaged.

    Args:
        name: of the file of their weights.
        sentences: files of the sentences that state facts.
        messages: made of the sentences.
        members: how many networks.
        sure: confidence from which a mark counts that none of the lots before made, 0 to 1.
        more: messages that they last continued with, after sentences were added.
    """

    name: str
    sentences: tuple[str, ...]
    messages: int
    members: int
    sure: float = 0.0
    more: int = 0


# Those that are asked first stand in front. Each lot marks what those before it miss in more ways
# of speaking: trained together, they would be less sure of the common ones.
LOTS = (
    Lot(name="facts.npz", sentences=("templates.txt",), messages=24_000, members=5),
    Lot(
        name="registers.npz",
        sentences=("templates.txt", "registers.txt"),
        messages=36_000,
        members=6,
        sure=0.92,
    ),
    Lot(
        name="passing.npz",
        sentences=("templates.txt", "registers.txt", "talk.txt", "passing.txt", "said.txt"),
        messages=42_000,
        members=3,
        sure=0.8,
    ),
)
# Words to each side that a word is judged with; their shapes count only next to it.
WINDOW = 2
PROJECTED, HIDDEN = 96, 192
_FROM_SHAPES = FEATURES * 3

Indices = npt.NDArray[np.intp]


class TaggerError(Exception):
    """The weights can't be used with this version of the code."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the network says of each word of a text.

    Args:
        tags: probability of each tag, shape (words, tags).
        others: probability that it is somebody else's, not the author's own, shape (words,).
        over: probability that it is over, shape (words,).
    """

    tags: Floats
    others: Floats
    over: Floats


class Network:
    """Judges words by the token states of the embedder: the mean of some networks' judgements.

    Each is sure of other things, so together they are wrong less often than the best of them.
    """

    def __init__(self, members: Sequence[dict[str, Floats]]) -> None:
        self.members = tuple(members)

    def judge(self, states: Floats, shapes: Floats) -> Judgement:
        """Judge the words of one text.

        Args:
            states: shape (words, width of the embedder's states).
            shapes: shape (words, 8), from `words.shapes`.
        """
        states, around = states.astype(np.float32), _around(len(states))
        tags = np.zeros((len(states), len(TAGS)), np.float32)
        owners = np.zeros((len(states), 2), np.float32)
        for weights in self.members:
            scores, flags = _scores(weights, states, shapes, around)
            chances = np.exp(scores - scores.max(axis=1, keepdims=True))
            tags += chances / chances.sum(axis=1, keepdims=True) / len(self.members)
            owners += 1 / (1 + np.exp(-flags)) / len(self.members)
        return Judgement(tags, owners[:, 0], owners[:, 1])


def _around(count: int) -> Indices:
    """Return the rows of each word's window, shape (words, 5); `count` where there is no word."""
    index = np.arange(count)[:, None] + np.arange(-WINDOW, WINDOW + 1)
    return np.where((index >= 0) & (index < count), index, count)


def _scores(
    weights: dict[str, Floats], states: Floats, shapes: Floats, around: Indices
) -> tuple[Floats, Floats]:
    """Return one network's scores of tags, and of owner and end.

    Each word is projected once, however many windows it stands in.

    Args:
        around: from `_around`.
    """
    projected = np.maximum(states @ weights["A"] + weights["a"], 0)
    wide = np.concatenate([projected, np.maximum(weights["a"], 0)[None]])[around]
    narrow = np.concatenate([shapes, np.zeros((1, FEATURES), np.float32)])[around][:, 1:4]
    count = len(states)
    joined = np.concatenate([wide.reshape(count, -1), narrow.reshape(count, -1)], axis=1)
    hidden = np.maximum(joined @ weights["B"] + weights["b"], 0)
    return hidden @ weights["C"] + weights["c"], hidden @ weights["D"] + weights["d"]


def fresh(width: int, seed: int) -> dict[str, Floats]:
    """Return weights to start training from."""
    random = np.random.default_rng(seed)

    def normal(rows: int, columns: int, scale: float = 1.0) -> Floats:
        values = random.standard_normal((rows, columns)) * np.sqrt(2 / rows) * scale
        return np.asarray(values, np.float32)

    joined = (2 * WINDOW + 1) * PROJECTED + _FROM_SHAPES
    return {
        "A": normal(width, PROJECTED, 0.7),
        "a": np.zeros(PROJECTED, np.float32),
        "B": normal(joined, HIDDEN),
        "b": np.zeros(HIDDEN, np.float32),
        "C": normal(HIDDEN, len(TAGS), 0.5),
        "c": np.zeros(len(TAGS), np.float32),
        "D": normal(HIDDEN, 2, 0.5),
        "d": np.zeros(2, np.float32),
    }


def save(members: Sequence[dict[str, Floats]], path: Path) -> None:
    """Write networks in half precision, with the names of the tags they are for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {"tags": np.array(TAGS)}
    for number, weights in enumerate(members):
        arrays |= {f"{number}.{name}": rows.astype(np.float16) for name, rows in weights.items()}
    np.savez_compressed(path, **arrays)


@cache
def all_shipped() -> tuple[Network, ...]:
    """Return the networks that come with the code, a mean of each lot.

    Raises:
        TaggerError: some were trained for other tags.
    """
    return tuple(shipped(MODEL / lot.name) for lot in LOTS)


@cache
def shipped(path: Path) -> Network:
    """Return the networks in a file.

    Raises:
        TaggerError: they were trained for other tags.
    """
    with np.load(path, allow_pickle=False) as stored:
        if tuple(stored["tags"]) != TAGS:
            raise TaggerError("the tagger knows other tags: run manage.py train_facts")
        members: dict[str, dict[str, Floats]] = {}
        for name in stored.files:
            number, dot, part = name.partition(".")
            if dot:
                members.setdefault(number, {})[part] = stored[name].astype(np.float32)
    return Network(list(members.values()))
