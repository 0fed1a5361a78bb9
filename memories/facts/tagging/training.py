"""Trains the tagger with numpy: Adam on whole sentences, the same result for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from memories.facts.predicates.close import are_close
from memories.facts.tagging.corpus import Example
from memories.facts.tagging.network import HIDDEN, PROJECTED, WINDOW, Network, fresh
from memories.facts.tagging.second_look import features_of, is_looked_at
from memories.facts.tagging.spans import Tagged
from memories.facts.tagging.tagger import marked, states_of_texts
from memories.facts.tagging.words import FEATURES, TAGS, Floats, shapes

EPOCHS_AGAIN = 2
RATE_AGAIN = 1.2e-3
PROGRESS_EACH = 4_000
LEARNING_RATE = 2e-3
WARM_UP_STEPS = 200
WEIGHT_DECAY = 1e-4
# Share of the joined and of the hidden layer that is left out at random.
DROPPED = 0.22, 0.3
SENTENCES_PER_STEP = 56
_SPREAD = np.arange(-WINDOW, WINDOW + 1)

Ints = npt.NDArray[np.int64]
Halves = npt.NDArray[np.float16]
Weights = dict[str, Floats]


@dataclass(slots=True)
class TrainingSet:
    """Examples as arrays; the words of all sentences stand one after the other.

    Args:
        states: the embedder's states, shape (words, width), half precision.
        shapes: shape (words, 8).
        tags, others, over: as in `Example`, shape (words,).
        starts: where each sentence begins, and the number of words, shape (sentences + 1,).
    """

    states: npt.NDArray[np.float16]
    shapes: Floats
    tags: Ints
    others: Ints
    over: Ints
    starts: Ints

    @classmethod
    def of(cls, examples: Sequence[Example], states: Sequence[Halves]) -> TrainingSet:
        """Return the arrays of examples and the states of their words."""
        lengths = [len(example.words) for example in examples]
        return cls(
            np.concatenate(list(states)),
            np.concatenate([shapes(one.text, one.words) for one in examples]),
            np.array([tag for one in examples for tag in one.tags]),
            np.array([flag for one in examples for flag in one.others]),
            np.array([flag for one in examples for flag in one.over]),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        )


def states_of(examples: Sequence[Example], progress: Callable[[str], None]) -> list[Halves]:
    """Return the states of each example's words, in half precision: there are many.

    Raises:
        EmbeddingError: the embedder can't be loaded.
    """
    found: list[Halves] = []
    for at in range(0, len(examples), PROGRESS_EACH):
        some = examples[at : at + PROGRESS_EACH]
        read = states_of_texts([(one.text, one.words) for one in some])
        found += [states.astype(np.float16) for states in read]
        progress(f"{len(found)} of {len(examples)} messages read")
    return found


def train_members(
    data: TrainingSet, members: int, *, epochs: int, progress: Callable[[str], None]
) -> Iterator[Weights]:
    """Yield the weights of each network of a lot, trained one after the other.

    One is trained from nothing; each of the lot continues from the one before with a rate that
    starts high again, so that it settles elsewhere (snapshots: Huang and others 2017, arXiv
    1704.00109). That takes half the time of training each from nothing.

    Args:
        members: networks of the lot.
        epochs: of the one that they start from.
    """
    weights = train(data, epochs=epochs, seed=0, progress=progress)
    for seed in range(1, members + 1):
        weights = train(data, epochs=EPOCHS_AGAIN, seed=seed, progress=progress, start=weights)
        yield weights


def train_more(
    data: TrainingSet, members: Sequence[Weights], *, progress: Callable[[str], None]
) -> Iterator[Weights]:
    """Yield the weights of networks that continue from those of a lot, with further messages."""
    for seed, start in enumerate(members, 1):
        yield train(data, epochs=EPOCHS_AGAIN, seed=seed, progress=progress, start=start)


def train(
    data: TrainingSet,
    *,
    epochs: int,
    seed: int,
    progress: Callable[[str], None],
    start: Weights | None = None,
) -> Weights:
    """Return the weights of a tagger trained on a set.

    Args:
        start: weights to continue from; they stay as they are. None: from nothing.
    """
    random = np.random.default_rng(seed)
    weights = {name: values.copy() for name, values in start.items()} if start else {}
    weights = weights or fresh(data.states.shape[1], seed)
    highest = RATE_AGAIN if start else LEARNING_RATE
    adam = _Adam(weights)
    per_epoch = (len(data.starts) - 1) // SENTENCES_PER_STEP
    for epoch in range(epochs):
        losses = []
        for chosen in _batches(data, random):
            loss, gradients = _step(weights, data, *chosen, random)
            losses.append(loss)
            adam.apply(gradients, _rate(adam.steps, epochs * per_epoch, highest))
        progress(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.4f}")
    return weights


def _rate(step: int, steps: int, highest: float) -> float:
    falling = 0.5 * (1 + np.cos(np.pi * step / steps))
    return float(highest * min(1, (step + 1) / WARM_UP_STEPS) * falling)


def _batches(data: TrainingSet, random: np.random.Generator) -> Iterator[tuple[Ints, Ints]]:
    """Yield the rows of some sentences, and for each the windows within them (-1: outside)."""
    order = random.permutation(len(data.starts) - 1)
    for at in range(0, len(order) - SENTENCES_PER_STEP + 1, SENTENCES_PER_STEP):
        rows, index, count = [], [], 0
        for sentence in order[at : at + SENTENCES_PER_STEP]:
            start, end = int(data.starts[sentence]), int(data.starts[sentence + 1])
            places = np.arange(end - start)[:, None] + _SPREAD
            inside = (places >= 0) & (places < end - start)
            rows.append(np.arange(start, end))
            index.append(np.where(inside, places + count, -1))
            count += end - start
        yield np.concatenate(rows), np.concatenate(index)


def _step(
    weights: Weights, data: TrainingSet, rows: Ints, index: Ints, random: np.random.Generator
) -> tuple[float, Weights]:
    """Return the loss of some sentences and the gradients of the weights."""
    count = len(rows)
    states = data.states[rows].astype(np.float32)
    inside = (index >= 0)[:, :, None]
    projected = np.maximum(states @ weights["A"] + weights["a"], 0)
    outside = np.maximum(weights["a"], 0)
    wide = np.where(inside, projected[index], outside).reshape(count, -1)
    narrow = (data.shapes[rows][index] * inside)[:, 1:4].reshape(count, FEATURES * 3)
    keep = [
        _dropout(random, count, size, share)
        for size, share in zip((wide.shape[1] + narrow.shape[1], HIDDEN), DROPPED, strict=True)
    ]
    joined = np.concatenate([wide, narrow], axis=1) * keep[0]
    raw = np.maximum(joined @ weights["B"] + weights["b"], 0)
    hidden = raw * keep[1]
    loss, to_tags = _of_tags(hidden @ weights["C"] + weights["c"], data.tags[rows])
    to_owners = _of_owners(hidden @ weights["D"] + weights["d"], data, rows)
    to_hidden = (to_tags @ weights["C"].T + to_owners @ weights["D"].T) * keep[1] * (raw > 0)
    to_wide = ((to_hidden @ weights["B"].T) * keep[0])[:, : wide.shape[1]]
    to_projected, to_bias = _back(
        to_wide.reshape(count, len(_SPREAD), PROJECTED), index, projected, outside
    )
    return loss, {
        "A": states.T @ to_projected,
        "a": to_projected.sum(axis=0) + to_bias,
        "B": joined.T @ to_hidden,
        "b": to_hidden.sum(axis=0),
        "C": hidden.T @ to_tags,
        "c": to_tags.sum(axis=0),
        "D": hidden.T @ to_owners,
        "d": to_owners.sum(axis=0),
    }


def _back(
    to_wide: Floats, index: Ints, projected: Floats, outside: Floats
) -> tuple[Floats, Floats]:
    """Return the gradient of each projected row, and of the bias by what lies outside."""
    gradient = np.zeros_like(projected)
    bias = np.zeros_like(outside)
    for side in range(len(_SPREAD)):
        inside = index[:, side] >= 0
        # Within one side of the window each row stands once.
        gradient[index[inside, side]] += to_wide[inside, side]
        bias += to_wide[~inside, side].sum(axis=0)
    return gradient * (projected > 0), bias * (outside > 0)


def _dropout(random: np.random.Generator, rows: int, columns: int, share: float) -> Floats:
    return ((random.random((rows, columns)) > share) / (1 - share)).astype(np.float32)


def _of_tags(scores: Floats, right: Ints) -> tuple[float, Floats]:
    """Return the mean cross entropy and its gradient."""
    count = np.arange(len(right))
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    loss = float(-np.log(chances[count, right] + 1e-9).mean())
    chances[count, right] -= 1
    return loss, chances / len(right)


def _of_owners(scores: Floats, data: TrainingSet, rows: Ints) -> Floats:
    """Return the gradient of both yes-or-no judgements, for words that have a tag."""
    chances = np.asarray(1 / (1 + np.exp(-scores)), np.float32)
    gradient = np.zeros_like(chances)
    tagged = data.others[rows] >= 0
    for column, right in enumerate((data.others, data.over)):
        gradient[tagged, column] = (chances[tagged, column] - right[rows][tagged]) / len(rows)
    return gradient


class _Adam:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101)."""

    def __init__(self, weights: Weights) -> None:
        self.weights, self.steps = weights, 0
        self._means = {name: np.zeros_like(values) for name, values in weights.items()}
        self._squares = {name: np.zeros_like(values) for name, values in weights.items()}

    def apply(self, gradients: Weights, rate: float) -> None:
        self.steps += 1
        for name, gradient in gradients.items():
            mean, square = self._means[name], self._squares[name]
            mean += 0.1 * (gradient - mean)
            square += 0.001 * (gradient**2 - square)
            size = np.sqrt(square / (1 - 0.999**self.steps)) + 1e-8
            decay = WEIGHT_DECAY * self.weights[name] if name.isupper() else 0
            self.weights[name] -= rate * (mean / (1 - 0.9**self.steps) / size + decay)


def accuracy(weights: Weights, data: TrainingSet) -> float:
    """Return the share of words whose tag is right, 0 to 1, as a check that training worked."""
    random = np.random.default_rng(0)
    right = count = 0
    for rows, index in _batches(data, random):
        inside = (index >= 0)[:, :, None]
        projected = np.maximum(
            data.states[rows].astype(np.float32) @ weights["A"] + weights["a"], 0
        )
        wide = np.where(inside, projected[index], np.maximum(weights["a"], 0))
        narrow = (data.shapes[rows][index] * inside)[:, 1:4].reshape(len(rows), -1)
        joined = np.concatenate([wide.reshape(len(rows), -1), narrow], axis=1)
        hidden = np.maximum(joined @ weights["B"] + weights["b"], 0)
        right += int(
            ((hidden @ weights["C"] + weights["c"]).argmax(axis=1) == data.tags[rows]).sum()
        )
        count += len(rows)
    return right / count if count and len(TAGS) else 0.0


def looked_at(examples: Sequence[Example], networks: Sequence[Network]) -> tuple[Floats, Floats]:
    """Return what marks are looked at by, and 1 for each that is right, else 0.

    Args:
        examples: messages with the right answers.
        networks: of each lot, in their order.
    """
    rows: list[Floats] = []
    right: list[bool] = []
    for at in range(0, len(examples), PROGRESS_EACH):
        some = examples[at : at + PROGRESS_EACH]
        read = states_of_texts([(one.text, one.words) for one in some])
        for one, states in zip(some, read, strict=True):
            shape = shapes(one.text, one.words)
            judged = [network.judge(states, shape) for network in networks]
            for mark in filter(is_looked_at, marked(one.words, judged)):
                rows.append(features_of(one.text, one.words, states, judged, mark))
                right.append(_is_right(one, mark))
    return np.stack(rows), np.array(right, np.float32)


def _is_right(example: Example, mark: Tagged) -> bool:
    """Return whether some word of a mark has its kind, or one that is close to it."""
    within = [
        TAGS[tag][2:]
        for (start, end), tag in zip(example.words, example.tags, strict=True)
        if tag and mark.start <= start and end <= mark.end
    ]
    return any(are_close(kind, mark.kind) for kind in within)
