"""What every fact extractor offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class FactError(Exception):
    """Facts could not be extracted now; trying again may help."""


@dataclass(frozen=True, slots=True)
class FactDraft:
    """A fact that a person stated about themselves, before it is stored.

    Args:
        text: the fact as a sentence about the person as "they": "Their cat is called Miso.", "They
            live in Ghent."; with
            "your" and "you" in place of "their" and "they" it reads well to the person.
        category: one word: name, pet, home, work, family, birthday, like, dislike, health, plan,
            other.
        slot: what it is about, so that a newer fact takes its place: "pet.cat.name"; empty where
            several may be true.
        confidence: how sure the extractor is, 0 to 1.
    """

    text: str
    category: str
    slot: str
    confidence: float


class FactExtractor(Protocol):
    """Finds facts that a person states about themselves."""

    async def extract(self, text: str, *, author_name: str) -> list[FactDraft]:
        """Return the facts stated in one message; an empty list where there are none.

        Raises:
            FactError: the extractor did not answer.
        """
