"""How well a model judges texts whose labels are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from profiles.emotions.labels import EKMAN, EKMAN_GROUPS, LABELS, POLARITY, STATE, STATES
from profiles.emotions.model import Floats, Model

Bools = npt.NDArray[np.bool_]

# For each kind of judgement, which label (row) belongs to which group (column).
GROUPINGS: Mapping[str, Bools] = {
    "labels": np.eye(len(LABELS), dtype=np.bool_),
    "states": np.array([[STATE[label] == state for state in STATES] for label in LABELS]),
    "ekman": np.array([[EKMAN[label] == group for group in EKMAN_GROUPS] for label in LABELS]),
}
_SIGN = np.array([POLARITY[label] for label in LABELS])
_GRID = np.linspace(0.03, 0.9, 88)


def probabilities(model: Model, texts: Iterable[str]) -> Floats:
    """Return the probability of each label, shape (texts, 28)."""
    return np.array([model.probabilities(model.read(text)) for text in texts])


def grouped(judged: Floats, groups: Bools) -> Floats:
    """Return how likely at least one label of each group is.

    Args:
        judged: probabilities of labels, shape (texts, 28).
        groups: which label is in which group, shape (28, groups).
    """
    return np.asarray(1 - np.exp(np.log1p(-np.minimum(judged, 0.9999)) @ groups))


def evaluate(model: Model, texts: Iterable[str], labels: Bools) -> dict[str, float]:
    """Return macro-F1 of 28 labels, Ekman's 7 and the states, micro-F1, and polarity.

    Polarity is judged where all true labels are of one sign: the larger sum of probabilities wins.
    """
    judged = probabilities(model, texts)
    chosen = {
        kind: _chosen(grouped(judged, groups), model.thresholds[kind])
        for kind, groups in GROUPINGS.items()
    }
    # What no label stands for can't be right.
    macro = {}
    for kind, groups in GROUPINGS.items():
        true = labels @ groups
        macro[kind] = float(f1(chosen[kind], true)[true.any(axis=0)].mean())
    good, bad = labels @ (_SIGN > 0), labels @ (_SIGN < 0)
    one_sign = (good ^ bad) & ~(labels @ (_SIGN == 0))
    return {
        "macro-F1, 28 labels": macro["labels"],
        "micro-F1, 28 labels": float(f1(chosen["labels"].ravel(), labels.ravel())),
        "macro-F1, Ekman 7": macro["ekman"],
        "macro-F1, states": macro["states"],
        "polarity accuracy": float(((judged @ _SIGN > 0) == good)[one_sign].mean()),
    }


def best_thresholds(judged: Floats, true: Bools) -> Floats:
    """Return, for each column, the threshold with the best F1."""
    return np.array(
        [
            _GRID[
                int(np.argmax([f1(judged[:, column] >= value, true[:, column]) for value in _GRID]))
            ]
            for column in range(true.shape[1])
        ]
    )


def f1(chosen: Bools, true: Bools) -> Floats:
    """Return F1 along the first axis."""
    both = chosen.sum(axis=0) + true.sum(axis=0)
    return np.asarray(2 * (chosen & true).sum(axis=0) / np.maximum(both, 1))


def _chosen(judged: Floats, thresholds: Floats) -> Bools:
    """Return what is above its threshold; if nothing is, what is nearest to it."""
    nearest = np.argmax(judged / thresholds, axis=1)
    chosen = judged >= thresholds
    chosen[np.arange(len(judged)), nearest] |= ~chosen.any(axis=1)
    return np.asarray(chosen)
