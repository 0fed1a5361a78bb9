"""Words for months, weekdays, numbers and units of time, as patterns and as numbers."""

from __future__ import annotations

import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30,
    "a couple of": 2, "a few": 3, "few": 3,
}  # fmt: skip
_ORDINAL_WORDS = """
first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first
twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth
twenty-ninth thirtieth thirty-first
"""
_ORDINALS = _ORDINAL_WORDS.split()
ORDINAL = rf"(?:{'|'.join(_ORDINALS[::-1])})".replace("-", "[ -]?")
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)"
)
NUMBER = (
    r"(?:\d{1,3}|a couple of|a few|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
)
UNIT = r"(?:day|week|fortnight|month|year|hour|minute)s?"


def number(words: str) -> int:
    """Return the number that words of the pattern `NUMBER` say."""
    return int(words) if words.isdigit() else _NUMBERS[" ".join(words.lower().split())]


def day_number(words: str) -> int:
    """Return the day of a month that digits or an ordinal say: “21”, “twenty first”.

    Raises:
        ValueError: the words don't name one.
    """
    if words.isdigit():
        return int(words)
    plain = re.sub(r"[ -]", "", words.lower())
    return [one.replace("-", "") for one in _ORDINALS].index(plain) + 1


def month_number(word: str) -> int:
    """Return the number of a month, 1 to 12, by its name or the start of it."""
    return MONTHS.index(word[:3].lower()) + 1
