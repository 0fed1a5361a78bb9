"""What every fact extractor offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from memories.facts.ledger import Fact
from memories.facts.statements import Said, Statement


class FactError(Exception):
    """Facts could not be extracted now; trying again may help."""


@dataclass(frozen=True, slots=True)
class FactDraft:
    """A fact that a person stated about themselves, as one sentence.

    Args:
        text: the fact as a sentence about the person as "they": "Their cat is called Miso.", "They
            live in Ghent."; with
            "your" and "you" in place of "their" and "they" it reads well to the person.
        category: one word: name, pet, home, work, family, birthday, like, dislike, health, plan,
            other.
        slot: what it is about, so that a newer fact takes its place: "pet.cat.name"; empty if
            several may be true.
        confidence: how sure the extractor is, 0 to 1.
    """

    text: str
    category: str
    slot: str
    confidence: float


class FactExtractor(Protocol):
    """Finds what a person states about themselves and theirs."""

    async def statements(self, said: Said, known: Sequence[Fact]) -> list[Statement]:
        """Return what one message states; an empty list if it states nothing.

        Args:
            known: the facts that hold, so that ends and corrections can be recognised.

        Raises:
            FactError: the extractor did not answer.
        """
