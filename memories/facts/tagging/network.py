"""The network: two layers over a window of five words, in numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from memories.facts.tagging.words import FEATURES, TAGS, Floats

MODEL_FILE = Path(__file__).parent / "model" / "facts.npz"
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
        seen = windows(states.astype(np.float32), shapes)
        tags = np.zeros((len(states), len(TAGS)), np.float32)
        owners = np.zeros((len(states), 2), np.float32)
        for weights in self.members:
            _, _, _, scores, flags = forward(weights, *seen)
            chances = np.exp(scores - scores.max(axis=1, keepdims=True))
            tags += chances / chances.sum(axis=1, keepdims=True) / len(self.members)
            owners += 1 / (1 + np.exp(-flags)) / len(self.members)
        return Judgement(tags, owners[:, 0], owners[:, 1])


def windows(states: Floats, shapes: Floats) -> tuple[Floats, Floats]:
    """Return each word's window of states, shape (words, 5, width), and of shapes, (words, 24)."""
    count = len(states)
    index = np.arange(count)[:, None] + np.arange(-WINDOW, WINDOW + 1)
    inside = (index >= 0) & (index < count)
    index = np.where(inside, index, 0)
    wide = states[index] * inside[:, :, None]
    narrow = (shapes[index] * inside[:, :, None])[:, 1:4].reshape(count, _FROM_SHAPES)
    return wide, narrow


def forward(
    weights: dict[str, Floats],
    states: Floats,
    shapes: Floats,
    drop: tuple[Floats, Floats] | None = None,
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return the layers: projected, joined, hidden, scores of tags, scores of owner and end.

    Args:
        states: shape (words, 5, width).
        shapes: shape (words, 24).
        drop: what training multiplies the joined and the hidden layer with.
    """
    projected = np.maximum(states @ weights["A"] + weights["a"], 0)
    joined = np.concatenate([projected.reshape(len(projected), -1), shapes], axis=1)
    if drop is not None:
        joined = joined * drop[0]
    hidden = np.maximum(joined @ weights["B"] + weights["b"], 0)
    if drop is not None:
        hidden = hidden * drop[1]
    tags, owners = hidden @ weights["C"] + weights["c"], hidden @ weights["D"] + weights["d"]
    return projected, joined, hidden, tags, owners


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
def shipped(path: Path = MODEL_FILE) -> Network:
    """Return the network that comes with the code.

    Raises:
        TaggerError: it was trained for other tags.
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
