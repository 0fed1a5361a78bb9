"""Whom a marked value is about: "self", or which of the people and animals that are named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from memories.facts.hearing.scope import Sentence
from memories.facts.kinship import is_animal, subject_of
from memories.facts.predicates import SELF
from memories.facts.tagging.spans import Tagged
from memories.facts.tagging.words import SUBJECT

# «My sister», «a dog», «our two kids», and a bare «mum» at the start.
_OWNED = re.compile(
    r"(?:\b(?:my|our|an?|another|the|two|three|four|five|[2-9])\s+"
    r"|^\W*)((?:[\w'-]+\s+){0,2}?[\w-]+)",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(r"(?:'s?|’s?)\s+$|\b(?:his|her|their|your)\s+(?:\w+\s+)?$", re.IGNORECASE)
_GAP_OF_LIST = re.compile(r"(?:,|&|\+|/|\band\b|\bor\b|\bn\b|\(\s*\w*\s*\)|\s)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whom a message names by what they are to the person.

    Args:
        subject: as `kinship.subject_of` returns it; empty for somebody else's dog or sister.
        start, end: characters of the message.
    """

    subject: str
    start: int
    end: int


def mentions(text: str, marks: Sequence[Tagged], sentences: Sequence[Sentence]) -> list[Mention]:
    """Return whom a message speaks of, in order: as the tagger marked them, else by their words."""
    found = [
        _mention(subject, one.start, one.end, text[: one.start])
        for one in marks
        if one.kind == SUBJECT and (subject := subject_of(text[one.start : one.end]))
    ]
    for sentence in sentences:
        found += _by_words(sentence, found)
    return sorted(found, key=lambda one: one.start)


def _by_words(sentence: Sentence, known: Sequence[Mention]) -> list[Mention]:
    found = []
    for match in _OWNED.finditer(sentence.text):
        words = match[1].removesuffix("'s").removesuffix("'")
        start = sentence.start + match.start(1)
        if any(one.start < start + len(words) and start < one.end for one in known):
            continue
        subject = subject_of(words)
        if subject:
            before = sentence.text[: match.start(1)]
            found.append(_mention(subject, start, start + len(words), before))
    return found


def _mention(subject: str, start: int, end: int, before: str) -> Mention:
    """Return a mention; of somebody else's dog or sister, one of nobody."""
    return Mention("" if _OF_ANOTHER.search(before[-40:]) else subject, start, end)


def owner(mark: Tagged, people: Sequence[Mention], sentences: Sequence[Sentence]) -> Mention | None:
    """Return whom somebody else's value is about; None where that is not said."""
    home = next((one for one in sentences if one.start <= mark.start < one.end), None)
    if home is None:
        return None
    within = [one for one in people if home.start <= one.start < home.end]
    before = [one for one in within if one.end <= mark.start]
    after = [one for one in within if one.start >= mark.end]
    if before:
        return before[-1]
    if after:
        return after[0]
    if home.others or not within:
        earlier = [one for one in people if one.end <= home.start]
        return earlier[-1] if earlier else None
    return None


def noun_in(value: str) -> str:
    """Return whom a number counts: "child" in "two kids"; "self" where it is nobody we know."""
    return subject_of(value) or SELF


def is_pet(subject: str) -> bool:
    """Tell whether a subject is an animal."""
    return is_animal(subject)
