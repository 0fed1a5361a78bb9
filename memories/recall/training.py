"""Learn the weights of questions from a set of questions whose answers are known.

The loss is the cross-entropy between the softmax of the scores of a pool and the share that each
wanted memory has of the answer, with a penalty on the squares of the weights of standardised
features. It is convex, so Newton's method finds the one minimum; halved steps keep it falling.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PENALTY = 0.05
STEPS, SMALLEST_STEP, ENOUGH = 50, 1e-4, 1e-8


@dataclass(frozen=True, slots=True)
class Example:
    """A question's pool.

    Args:
        features: of each memory, shape (memories, features).
        wanted: whether each belongs to the answer, shape (memories,).
    """

    features: Floats
    wanted: npt.NDArray[np.bool_]


def learned(examples: Sequence[Example], names: Sequence[str]) -> dict[str, float]:
    """Return the weight of each feature.

    Args:
        examples: those whose pool holds none of what is wanted teach nothing and are left out.
        names: of the features, in their order.

    Raises:
        ValueError: no example teaches anything.
    """
    telling = [one for one in examples if one.wanted.any()]
    if not telling:
        raise ValueError("no question has an answer among what is proposed")
    problem = _Problem.of(telling)
    weights = _minimum(problem) / problem.spread
    return dict(zip(names, weights.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class _Problem:
    """All examples as one matrix of standardised features."""

    rows: Floats
    target: Floats
    starts: npt.NDArray[np.intp]
    example: npt.NDArray[np.intp]
    spread: Floats

    @classmethod
    def of(cls, examples: Sequence[Example]) -> _Problem:
        sizes = [len(one.wanted) for one in examples]
        features = np.concatenate([one.features for one in examples])
        spread = np.maximum(features.std(axis=0), 1e-9)
        return cls(
            rows=(features - features.mean(axis=0)) / spread,
            target=np.concatenate([one.wanted / one.wanted.sum() for one in examples]),
            starts=np.cumsum([0, *sizes])[:-1],
            example=np.repeat(np.arange(len(sizes)), sizes),
            spread=spread,
        )

    def loss(self, weights: Floats) -> tuple[float, Floats]:
        """Return the loss, and the softmax of each pool."""
        scores = self.rows @ weights
        highest = np.maximum.reduceat(scores, self.starts)
        risen = np.exp(scores - highest[self.example])
        total = np.add.reduceat(risen, self.starts)
        missing = (np.log(total) + highest).sum() - self.target @ scores
        penalty = PENALTY * float(weights @ weights) / 2
        return float(missing) / len(self.starts) + penalty, risen / total[self.example]

    def step(self, weights: Floats, shares: Floats) -> Floats:
        """Return Newton's step."""
        number = len(self.starts)
        slope = self.rows.T @ (shares - self.target) / number + PENALTY * weights
        weighted = self.rows * shares[:, None]
        means = np.add.reduceat(weighted, self.starts)
        bend = (weighted.T @ self.rows - means.T @ means) / number
        return np.linalg.solve(bend + PENALTY * np.eye(len(weights)), slope)


def _minimum(problem: _Problem) -> Floats:
    weights = np.zeros(problem.rows.shape[1])
    loss, shares = problem.loss(weights)
    for _ in range(STEPS):
        step, size = problem.step(weights, shares), 1.0
        lower, shares = problem.loss(weights - step)
        while lower > loss and size > SMALLEST_STEP:
            size /= 2
            lower, shares = problem.loss(weights - size * step)
        weights = weights - size * step
        if loss - lower < ENOUGH:
            break
        loss = lower
    return weights
