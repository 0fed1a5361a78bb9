"""A second look at what was marked: whether its sentence tells anything at all.

The networks see a word with two to each side. A joke, a guess or another's words often look like a
fact that closely, and differ in the rest of the sentence. A logistic regression over the sentence's
mean state and the networks' confidences makes guesses of such marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from memories.facts.tagging.network import MODEL, Judgement, TaggerError
from memories.facts.tagging.spans import GUESS, LEAST, Tagged
from memories.facts.tagging.words import SUBJECT, TAGS, THING, Floats, Span

FILE = MODEL / "second_look.npz"
# A mark that is less likely right is a guess, which counts only where the words beside it say the
# same; chosen on lines that no network had seen.
LEAST_LIKELY = 0.3
# Whom a fact is about, and what a favourite is of, states nothing by itself; “four ducks now” says
# enough in a few words.
_UNLOOKED = frozenset({SUBJECT, THING, "count"})
_KINDS = tuple(dict.fromkeys(tag[2:] for tag in TAGS[1:]))
_SENTENCE_ENDS = frozenset(".!?\n")
_PENALTY, _STEPS = 10.0, 300
_SMALLEST = 1e-3


@dataclass(frozen=True, slots=True)
class Look:
    """A logistic regression.

    Args:
        weights: of each feature and last the bias, shape (features + 1,).
        means, deviations: of each feature in training, shape (features,).
    """

    weights: Floats
    means: Floats
    deviations: Floats

    def chances(self, features: Floats) -> Floats:
        """Return how likely each mark is right, 0 to 1.

        Args:
            features: shape (marks, features), rows from `features_of`.
        """
        scaled = (features - self.means) / self.deviations
        return np.asarray(1 / (1 + np.exp(-(scaled @ self.weights[:-1] + self.weights[-1]))))


def is_looked_at(mark: Tagged) -> bool:
    """Return whether a mark is sure enough to count, and of something that is stated."""
    return mark.confidence >= LEAST and mark.kind not in _UNLOOKED


def features_of(
    text: str, words: Sequence[Span], states: Floats, judged: Sequence[Judgement], mark: Tagged
) -> Floats:
    """Return what a mark is looked at by.

    Args:
        words, states: of the text, and their states, shape (words, width).
        judged: what the networks of each lot say of the words.
    """
    within = [place for place, word in enumerate(words) if _covers(mark, word)]
    first, end = _sentence(text, words, within[0])
    tags = [TAGS.index(f"B-{mark.kind}"), TAGS.index(f"I-{mark.kind}")]
    shares = [float(one.tags[within][:, tags].sum(axis=1).mean()) for one in judged]
    odds = [float(np.log((share + _SMALLEST) / (1 + _SMALLEST - share))) for share in shares]
    kind = [float(one == mark.kind) for one in _KINDS]
    scores = [*odds, min(odds), max(odds), float(np.mean(odds))]
    shape = [mark.others, mark.over, len(within), (end - first) / 20, within[0] == first]
    sentence = states[first:end].mean(axis=0)
    return np.concatenate([np.array([*scores, *shape, *kind], np.float32), sentence])


def believed(
    text: str,
    words: Sequence[Span],
    states: Floats,
    judged: Sequence[Judgement],
    marks: Sequence[Tagged],
) -> list[Tagged]:
    """Return the marks, those that the second look doubts as guesses.

    Args:
        words, states, judged: as in `features_of`.

    Raises:
        TaggerError: it was trained for other tags.
    """
    looked = [one for one in marks if is_looked_at(one)]
    if not looked:
        return list(marks)
    rows = np.stack([features_of(text, words, states, judged, one) for one in looked])
    chances = shipped().chances(rows)
    doubted = [one for one, chance in zip(looked, chances, strict=True) if chance < LEAST_LIKELY]
    return [replace(one, confidence=GUESS) if one in doubted else one for one in marks]


def train(features: Floats, right: Floats) -> Look:
    """Return a regression that tells right marks from wrong ones.

    Args:
        features: shape (marks, features).
        right: 1 for a mark that is right, else 0, shape (marks,).
    """
    means, deviations = features.mean(axis=0), features.std(axis=0) + 1e-6
    scaled = np.c_[(features - means) / deviations, np.ones(len(features))]
    weights, speed = np.zeros(scaled.shape[1]), np.zeros(scaled.shape[1])
    rate = 1 / (np.linalg.norm(scaled, 2) ** 2 / 4 + _PENALTY)
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-scaled @ weights))
        pull = scaled.T @ (chances - right) + _PENALTY * np.append(weights[:-1], 0)
        speed = 0.9 * speed - rate * pull
        weights = weights + speed
    return Look(*(np.asarray(part, np.float32) for part in (weights, means, deviations)))


def save(look: Look, path: Path) -> None:
    """Write a regression with the names of the tags it is for."""
    np.savez_compressed(
        path,
        tags=np.array(TAGS),
        weights=look.weights,
        means=look.means,
        deviations=look.deviations,
    )


@cache
def shipped() -> Look:
    """Return the regression that comes with the code.

    Raises:
        TaggerError: it was trained for other tags.
    """
    with np.load(FILE, allow_pickle=False) as stored:
        if tuple(stored["tags"]) != TAGS:
            raise TaggerError("the second look knows other tags: run manage.py train_facts")
        return Look(stored["weights"], stored["means"], stored["deviations"])


def _covers(mark: Tagged, word: Span) -> bool:
    return mark.start <= word[0] and word[1] <= mark.end


def _sentence(text: str, words: Sequence[Span], place: int) -> tuple[int, int]:
    """Return the first word of a word's sentence and the one after its last."""
    ends = [
        at + 1
        for at, (start, end) in enumerate(words)
        if text[start] in _SENTENCE_ENDS
        or (at + 1 < len(words) and "\n" in text[end : words[at + 1][0]])
    ]
    first = max((end for end in ends if end <= place), default=0)
    return first, min((end for end in ends if end > place), default=len(words))
