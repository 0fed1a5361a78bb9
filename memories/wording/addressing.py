"""Facts are kept about “they”: said to the person, and as they would say it themselves."""

from __future__ import annotations

import re
from typing import Protocol

from memories.models import Memory

_SECOND = {
    "they": "you",
    "their": "your",
    "them": "you",
    "theirs": "yours",
    "themselves": "yourself",
    "they're": "you're",
}
_FIRST = {
    "they": "I",
    "you": "I",
    "their": "my",
    "your": "my",
    "them": "me",
    "theirs": "mine",
    "yours": "mine",
    "themselves": "myself",
    "yourself": "myself",
    "they're": "I'm",
    "you're": "I'm",
}
_OWN_VERBS = {"are": "am", "were": "was", "aren't": "am not", "weren't": "wasn't"}
_OTHERS_FIRST = re.compile(
    r"(?P<who>they're|you're|they|you|their|your)(?:\s+(?P<verb>(?:are|were)(?:n't)?))?\b", re.I
)
_OTHERS = re.compile(rf"\b(?:{'|'.join(_FIRST)})\b", re.I)
_FIRST_WORD = re.compile(r"^(They're|They|Their|Theirs)\b")
_THIRD = re.compile(r"\b(they're|they|their|them|theirs|themselves)\b")


def second_person(text: str) -> str:
    """Return a sentence about “they” as one to “you”; what is written in capitals is a name."""
    opened = _FIRST_WORD.sub(lambda word: _SECOND[word.group().lower()].capitalize(), text)
    return _THIRD.sub(lambda word: _SECOND[word.group()], opened)


class Kept(Protocol):
    """What a memory is and says: a row, or an entry of an index."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...


def to_person(memory: Kept) -> str:
    """Return what a memory says, to the person whom it is of; facts are kept about “they”."""
    return second_person(memory.text) if memory.kind == Memory.Kind.USER_FACT else memory.text


def first_person(text: str) -> str:
    """Return a sentence about “they” or “you” as the person would say it of themselves."""
    opened = _OTHERS_FIRST.match(text)
    if opened is None:
        return text
    begin, verb = opened["who"].lower(), opened["verb"]
    rest = _OTHERS.sub(lambda word: _FIRST[word.group().lower()], text[opened.end() :])
    verb = f" {_OWN_VERBS.get(verb.lower(), verb)}" if verb else ""
    said = f"{_FIRST[begin]}{verb}{rest}"
    return said[:1].upper() + said[1:]
