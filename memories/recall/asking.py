"""What a text asks for, as far as recall needs to know."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from memories.facts.dates import dates_in
from memories.index.traits import tells_time
from memories.wording.phrasing import is_first_person, is_question
from memories.wording.words import terms_of_query, words, words_of_query

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
# "What books has Ann read?", "What are Ann's hobbies?", "Where have I been?": one memory seldom
# holds all of the answer.
_PLURAL = r"(?!(?:does|has|his|is|this|was)\b)\w+[^\Wsu]s"
_VERB = r"(?:are|can|could|did|do|does|had|has|have|might|should|were|will|would)"
_SEVERAL = re.compile(r"\b(?:both|in common|how many)\b", re.IGNORECASE)
_BEGINS_SEVERAL = re.compile(
    rf"\W*(?:(?:what|which)\b(?: \w+){{0,3}}? {_PLURAL} {_VERB}\b"
    r"|(?:what|which|who) (?:are|were)\b"
    r"|(?:what|which|where|who)\b(?: (?!(?:did|do|does)\b)\w+){0,4}? (?:has|have) \w)",
    re.IGNORECASE,
)
# These speak to the companion, not of the person.
_REQUEST = re.compile(r"\b(give|help|let|remind|show|teach|tell) (me|us)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\b\d")
# Nobody says in more when something was.
LONGEST_TIME = 2_000
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
        of_oneself: it speaks of the speaker.
        time: it asks for a time.
        title: it asks for something that has a title.
        number: it asks for a number.
        several: it asks for several things, or for one that was done several times.
        now: when it was said, in seconds since 1970.
        periods: when what is asked for was: first and last second of each time that it names.
    """

    is_question: bool
    is_personal: bool
    named: frozenset[str]
    of_oneself: bool
    time: bool
    title: bool
    number: bool
    several: bool = False
    now: float = 0.0
    periods: tuple[tuple[float, float], ...] = ()


def asked_of(text: str, names: Mapping[str, Sequence[str]], now: datetime | None = None) -> Asked:
    """Read a text.

    Args:
        names: those who speak in the memories, with the stems of their names.
        now: what "last week" is measured from; without it, no times are read.
    """
    question, spoken = is_question(text), words_of_query(text)
    stems = set(terms_of_query(text))
    named = frozenset(name for name, parts in names.items() if not stems.isdisjoint(parts))
    of_oneself = is_first_person(spoken) and is_first_person(words(_REQUEST.sub("", text)))
    return Asked(
        is_question=question,
        is_personal=of_oneself or bool(named) or len(spoken) >= MANY_WORDS,
        named=named,
        of_oneself=of_oneself,
        time=bool(_TIME.search(text)),
        title=bool(_TITLE.search(text)),
        number=bool(_NUMBER.search(text)),
        several=question and asks_for_several(text[:LONGEST_TIME]),
        now=0.0 if now is None else now.timestamp(),
        periods=periods_in(text, now) if question and now is not None else (),
    )


def asks_for_several(text: str) -> bool:
    """Return whether a question asks for several things, or for one that was done several times."""
    return bool(_BEGINS_SEVERAL.match(text) or _SEVERAL.search(text))


def periods_in(text: str, now: datetime) -> tuple[tuple[float, float], ...]:
    """Return the first and last second of each time gone by that a text names."""
    text = text[:LONGEST_TIME]
    # Most texts name none, and this takes a small part of the time of reading one.
    if not (tells_time(words_of_query(text)) or _DIGIT.search(text)):
        return ()
    zone = ZoneInfo("UTC")
    return tuple(
        (one.begins(zone).timestamp(), one.ends(zone).timestamp())
        for one in dates_in(text, now, zone, past=True)
    )
