"""The time of day that people name."""

from __future__ import annotations

import re
from datetime import time

_HOURS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_CLOCK = re.compile(
    r"\b(?:at |@ ?)(?P<hour>\d{1,2})(?::(?P<minute>\d\d))? ?(?P<half>am|pm)?\b"
    r"|\b(?P<hour2>\d{1,2})(?::(?P<minute2>\d\d))? ?(?P<half2>am|pm)\b|\bat (?P<noon>noon"
    r"|midnight)\b",
    re.IGNORECASE,
)
# An hour without am or pm below it is taken as one after noon.
_EARLIEST_HOUR = 7
# “Quarter past nine”, “half ten”
_IN_WORDS = re.compile(
    r"\b(?:(?P<part>quarter past|half past|quarter to|half)|at)"
    rf" (?P<hour>1?\d|{'|'.join(_HOURS)})\b"
    r"(?! (?:hours?|minutes?|days?|weeks?|people|of|the|years?))(?![:.]\d)",
    re.IGNORECASE,
)


def clock_in(text: str) -> time | None:
    """Return the time of day that a text names; None if it names none."""
    words = _IN_WORDS.search(text)
    if words and (words["part"] or words["hour"].lower() in _HOURS):
        hour = _HOURS.get(words["hour"].lower()) or int(words["hour"])
        hour += 12 if hour < _EARLIEST_HOUR else 0
        part = (words["part"] or "").lower()
        minute = 15 if part == "quarter past" else 30 if part.startswith("half") else 0
        return time(hour % 24, minute) if part != "quarter to" else time((hour - 1) % 24, 45)
    match = _CLOCK.search(text)
    if match is None:
        return None
    if match["noon"]:
        return time(12 if match["noon"].lower() == "noon" else 0)
    hour = int(match["hour"] or match["hour2"])
    minute = int(match["minute"] or match["minute2"] or 0)
    half = (match["half"] or match["half2"] or "").lower()
    after_noon = not half and 0 < hour < _EARLIEST_HOUR
    if (half == "pm" and hour < 12) or after_noon:
        hour += 12
    elif half == "am" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
