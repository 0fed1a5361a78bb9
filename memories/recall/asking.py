"""What a text asks for, as far as recall needs to know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from memories.wording.phrasing import is_first_person, is_question
from memories.wording.words import terms, words

_TIME = re.compile(
    r"\bwhen\b|\b(what|which) (date|day|month|year|time)\b"
    r"|\bhow (long|many (days|weeks|months|years))\b",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"\b(albums?|bands?|books?|called|films?|games?|movies?|novels?|play\w*|podcasts?|read|reading"
    r"|series|shows?|songs?|titles?|watch\w*)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\bhow (many|much|old|long|often)\b", re.IGNORECASE)
# These speak to the companion, not of the person.
_REQUEST = re.compile(r"\b(give|help|let|remind|show|teach|tell) (me|us)\b", re.IGNORECASE)
# Fewer words say too little to be about somebody without saying so.
MANY_WORDS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """A text, read once for all memories.

    Args:
        is_question: it asks rather than states.
        is_personal: it is about the person, or somebody who speaks in their memories, or tells a
            good deal; the rest may be about anything in the world.
        named: speakers whom it names.
        of_oneself: it speaks of whoever says it.
        time: it asks for a time.
        title: it asks for something that has a title.
        number: it asks for a number.
    """

    is_question: bool
    is_personal: bool
    named: frozenset[str]
    of_oneself: bool
    time: bool
    title: bool
    number: bool


def asked_of(text: str, names: Mapping[str, Sequence[str]]) -> Asked:
    """Read a text.

    Args:
        names: those who speak in the memories, with the stems of their names.
    """
    stems = set(terms(text))
    named = frozenset(name for name, parts in names.items() if not stems.isdisjoint(parts))
    of_oneself = is_first_person(_REQUEST.sub("", text))
    return Asked(
        is_question=is_question(text),
        is_personal=of_oneself or bool(named) or len(words(text)) >= MANY_WORDS,
        named=named,
        of_oneself=of_oneself,
        time=bool(_TIME.search(text)),
        title=bool(_TITLE.search(text)),
        number=bool(_NUMBER.search(text)),
    )
