"""What a line has that some questions ask for, besides its words, and its date."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum
from math import log1p

from memories.wording.words import words, words_of_query


class Trait(IntEnum):
    """What ranking asks of a memory whatever the query is: a number each, 0 or 1 unless said.

    Attributes:
        LENGTH: how much it says: the logarithm of its words, divided by 6.
        ASKS: it ends with a question.
        TELLS_TIME: it has a word for a time.
        QUOTES: it has a quotation.
        COUNTS: it has a number.
        ANSWERS: the line before it asks.
        FACT: it is a fact.
        IMPORTANCE: how important it was found, 0 to 1.
    """

    LENGTH = 0
    ASKS = 1
    TELLS_TIME = 2
    QUOTES = 3
    COUNTS = 4
    ANSWERS = 5
    FACT = 6
    IMPORTANCE = 7


_LETTERS_A_WORD = 6
_DESCRIPTION = " ["
_TIME_SPOKEN = """
afternoon ago april august autumn birthday christmas day days december easter evening fall
february friday halloween january july june last march may monday month months morning next
night november october recently saturday september since soon spring summer sunday thanksgiving
thursday today tomorrow tonight tuesday wednesday week weekend weeks winter year years yesterday
"""
_TIME_WORDS = frozenset(_TIME_SPOKEN.split())
_QUOTATION = re.compile(r"[\"“”«»]|'[A-Z]")
_NUMBER = re.compile(
    r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|once|twice)\b", re.IGNORECASE
)

# Column and meaning of the parts of a date.
WEEKDAY, DAY, MONTH, YEAR = range(4)
_MONTHS = "january february march april may june july august september october november december"
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
MONTHS, WEEKDAYS = _MONTHS.split(), _WEEKDAYS.split()
_DATE_WORDS: dict[str, tuple[int, int]] = {
    **{name: (MONTH, number) for number, name in enumerate(MONTHS, 1)},
    **{name[:3]: (MONTH, number) for number, name in enumerate(MONTHS, 1) if name != "march"},
    "sept": (MONTH, 9),
    **{name: (WEEKDAY, number) for number, name in enumerate(WEEKDAYS)},
}
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_LAST_DAY, _YEARS = 31, range(1900, 2200)


def traits_of(text: str, *, is_fact: bool) -> list[float]:
    """Return the traits of a memory in their order, 0 where more than its text and kind decides.

    What stands in brackets at its end describes something shared with it: “So nice! [a picture]”.
    """
    spoken = text.partition(_DESCRIPTION)[0].rstrip()
    return [
        log1p(len(text) / _LETTERS_A_WORD) / 6,
        spoken.endswith("?"),
        tells_time(words(text)),
        bool(_QUOTATION.search(text)),
        bool(_NUMBER.search(text)),
        0.0,
        is_fact,
        0.0,
    ]


def tells_time(spoken: Iterable[str]) -> bool:
    """Return whether some of these words, in lower case, tell a time."""
    return not _TIME_WORDS.isdisjoint(spoken)


def date_of(when: datetime) -> tuple[int, int, int, int]:
    """Return weekday (Monday is 0), day, month and year."""
    return when.weekday(), when.day, when.month, when.year


def dates_in(text: str) -> dict[tuple[int, int], str]:
    """Return the parts of dates that a text names: which part and its value, with its word."""
    found: dict[tuple[int, int], str] = {}
    for word in words_of_query(text):
        part = _DATE_WORDS.get(word) or _numbered(word)
        if part is not None:
            found.setdefault(part, word)
    return found


def _numbered(word: str) -> tuple[int, int] | None:
    """Return the part of a date that a number is."""
    if not word[0].isdecimal():
        return None
    if (number := _ORDINAL.fullmatch(word)) and int(number[1]) <= _LAST_DAY:
        return DAY, int(number[1])
    if word.isdecimal() and len(word) == 4 and int(word) in _YEARS:
        return YEAR, int(word)
    return None
