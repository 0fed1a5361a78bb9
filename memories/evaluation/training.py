"""Learn recall's weights from conversations, and tell what they reach on those left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from memories.evaluation.measure import Score
from memories.evaluation.pools import AskedPool, scored
from memories.recall.asking import asked_of
from memories.recall.features import features_of
from memories.recall.training import Example, learned
from memories.recall.weights import FILE, Weights

_SECTION = re.compile(r"(?<=\[question\.learned\]\n).*?(?=\n*\[|\Z)", re.DOTALL)


def train(asked: Sequence[AskedPool], by: Weights) -> Weights:
    """Return weights whose learnt part is learnt from these questions.

    Raises:
        ValueError: none of them has an answer among what is proposed.
    """
    return replace(by, learned=learned([_example(one, by) for one in asked], list(by.learned)))


def left_out(conversations: Sequence[Sequence[AskedPool]], by: Weights) -> dict[str, Score]:
    """Return the scores of each conversation under weights learnt from all the others.

    Raises:
        ValueError: there are fewer than two conversations.
    """
    if len(conversations) < 2:
        raise ValueError("it takes two conversations to leave one out")
    total: dict[str, Score] = {}
    for number, conversation in enumerate(conversations):
        others = [one for at, asked in enumerate(conversations) if at != number for one in asked]
        for name, score in scored(conversation, train(others, by)).items():
            total.setdefault(name, Score()).include(score)
    return total


def write(weights: Mapping[str, float]) -> None:
    """Put learnt weights into the file of this version."""
    lines = "\n".join(f"{name} = {value:.2f}" for name, value in weights.items())
    FILE.write_text(_SECTION.sub(lines, FILE.read_text("utf-8")), "utf-8")


def _example(one: AskedPool, by: Weights) -> Example:
    asked = asked_of(one.pool.query.text, one.pool.names)
    features = features_of(one.pool, asked, by.learned)
    wanted = [one.origins[entry.id] in one.case.wanted for entry in one.pool.entries]
    return Example(features.T, np.array(wanted, np.bool_))
