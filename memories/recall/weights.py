"""The numbers of recall, from `weights.toml` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import log
from pathlib import Path
from typing import Any

from memories.index.pool import FEW
from memories.recall.asking import Asked

FILE = Path(__file__).with_name("weights.toml")
USUAL_SIZE = 500
# Counts beside the features, as it depends on their sum.
SAME_SESSION = "same_session"


@dataclass(frozen=True, slots=True)
class Floor:
    """What the best evidence has to reach, by how many memories there are."""

    at_500: float
    growth: float

    def of(self, size: int) -> float:
        """Return the floor among `size` memories."""
        return self.at_500 + self.growth * log(max(size, FEW) / USUAL_SIZE)


@dataclass(frozen=True, slots=True)
class Weights:
    """All of them.

    Args:
        learned: learnt weight of each feature where something is asked.
        fixed: the same, of features that no set of questions can show.
        same_session: what each better memory of the same session takes off the score where several
            things are asked for.
        statement: weight of each feature where something is stated.
        word_share: what the share of the words counts beside a cosine of 0 to 1.
        words_alone: share that is enough where a memory has no vector.
    """

    learned: Mapping[str, float]
    fixed: Mapping[str, float]
    same_session: float
    statement: Mapping[str, float]
    word_share: float
    words_alone: float
    named_question: Floor
    personal_question: Floor
    personal_statement: Floor
    other: Floor

    @property
    def question(self) -> dict[str, float]:
        """Return the weight of each feature where something is asked."""
        return {**self.learned, **self.fixed}

    def without(self, name: str) -> Weights:
        """Return the same with a feature of questions, or `SAME_SESSION`, off."""
        return replace(
            self,
            same_session=0.0 if name == SAME_SESSION else self.same_session,
            learned={key: value for key, value in self.learned.items() if key != name},
            fixed={key: value for key, value in self.fixed.items() if key != name},
        )

    def of(self, asked: Asked) -> Mapping[str, float]:
        """Return the weights for a text."""
        return self.question if asked.is_question else self.statement

    def floor(self, asked: Asked, size: int) -> float:
        """Return what the best evidence has to reach for a text to recall anything."""
        if not asked.is_personal:
            return self.other.of(size)
        if asked.is_question and asked.named:
            return self.named_question.of(size)
        return (self.personal_question if asked.is_question else self.personal_statement).of(size)


@cache
def weights() -> Weights:
    """Return the weights of this version."""
    return read(tomllib.loads(FILE.read_text("utf-8")))


def read(values: Mapping[str, Any]) -> Weights:
    """Return weights from the values of a file."""
    gate = values["gate"]
    return Weights(
        learned=values["question"]["learned"],
        fixed=values["question"]["fixed"],
        same_session=values["question"]["several"][SAME_SESSION],
        statement=values["statement"]["fixed"],
        word_share=gate["word_share"],
        words_alone=gate["words_alone"],
        named_question=Floor(**gate["named_question"]),
        personal_question=Floor(**gate["personal_question"]),
        personal_statement=Floor(**gate["personal_statement"]),
        other=Floor(**gate["other"]),
    )
