"""The time of day that people name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time

_HOURS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_PART = r"(?:morning|afternoon|evening|tonight|night)"
# “Quarter past nine”, “tonight at 7”, “9 in the evening”
_CLOCK = re.compile(
    rf"(?:\b(?P<before>{_PART}),? )?(?P<lead>\b(?:at|by) |@ ?)?"
    r"(?P<past>\b(?:quarter past|half past|quarter to|half) )?"
    rf"(?<![\w.:/-])(?P<hour>\d{{1,2}}|{'|'.join(_HOURS)})(?:[:.](?P<minute>\d\d))?"
    r"(?P<half> ?[ap]\.?m\b\.?| ?o['’]?clock)?(?![\w/]|[:.]\d)"
    rf"(?:,? (?:in the |this |at |tomorrow )?(?P<after>{_PART})\b)?"
    r"(?! (?:hours?|minutes?|days?|weeks?|people|of|the|years?)\b)",
    re.IGNORECASE,
)
_NOON = re.compile(r"\bat (?P<noon>noon|midnight)\b", re.IGNORECASE)
# An hour below it is taken as one after noon where nothing says which half of the day is meant.
_EARLIEST_HOUR = 7
_NOON_HOUR, _DAY, _HOUR_LONG = 12, 24, 60
_MONTHS = 12
_AFTER_DAY = re.compile(
    r"\b(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?|tomorrow|today|tmrw?)"
    r",? $",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"\b(?:(?:(?:at|by|from) )?the (?:end|start|beginning|middle) of|on|by|at|for|in|from)\s+$",
    re.IGNORECASE,
)
# “Tomorrow *evening*”, “in an hour *and a half*”
_REST_OF_DAY = re.compile(
    r"(?:,? (?:(?:in the|at) )?(?:morning|lunchtime|afternoon|evening|night)\b| and a half\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in a text.

    Args:
        start, end: the characters that name it.
    """

    at: time
    start: int
    end: int


def clock_in(text: str) -> time | None:
    """Return the time of day that a text names; None if it names none."""
    found = named_clock(text)
    return found.at if found else None


def named_clock(text: str) -> Clock | None:
    """Return the first time of day that a text names, with its words; None if it names none."""
    return next(_clocks(text), None)


def _clocks(text: str) -> Iterator[Clock]:
    for match in _CLOCK.finditer(text):
        at = _read(match) if _tells_time(match) else None
        if at is not None:
            yield Clock(at, *match.span())
    if noon := _NOON.search(text):
        hour = _NOON_HOUR if noon["noon"].lower() == "noon" else 0
        yield Clock(time(hour), *noon.span())


def _tells_time(match: re.Match[str]) -> bool:
    """Return whether a number is one of the clock by the words around it."""
    if match["half"] or match["past"] or match["after"]:
        return True
    if match["minute"] and _AFTER_DAY.search(match.string[: match.start()]):
        # “Mon 8.45”; “Fri 6.3.” is a date.
        return ":" in match[0] or int(match["minute"]) > _MONTHS
    # “Up at 4” is when one's day begins.
    if match.string[: match.start()].lower().endswith("up "):
        return False
    # “One by one”
    is_number = match["hour"].isdigit() or (match["lead"] or "").lower() == "at "
    return bool(match["lead"]) and is_number


def _read(match: re.Match[str]) -> time | None:
    hour = _HOURS.get(match["hour"].lower()) or int(match["hour"])
    minute = int(match["minute"] or 0)
    half = (match["half"] or "").strip().lower()
    part = (match["after"] or match["before"] or "").lower()
    if half.startswith(("a", "p")) and not 1 <= hour <= _NOON_HOUR:
        return None
    if half.startswith("a") or (part == "morning" and not half.startswith("p")):
        hour %= _NOON_HOUR
    elif half.startswith("p") or part or 0 < hour < _EARLIEST_HOUR:
        hour += _NOON_HOUR if hour < _NOON_HOUR else 0
    past = (match["past"] or "").strip().lower()
    if past == "quarter to":
        hour, minute = hour - 1, 45
    elif past:
        minute = 15 if past == "quarter past" else 30
    return time(hour, minute) if hour < _DAY and minute < _HOUR_LONG else None


def end_of_day(text: str, end: int) -> int:
    """Return where the words for a day end, with its part: “tomorrow evening”.

    Args:
        end: where the words for the day itself end.
    """
    rest = _REST_OF_DAY.match(text, end)
    return rest.end() if rest else end


def blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return a text with spaces in place of the words that name days and times.

    Args:
        spans: the characters that name them; the preposition before one goes with it.
    """
    for start, end in sorted(spans):
        lead = _LEAD_IN.search(text[:start])
        first = lead.start() if lead else start
        text = text[:first] + " " * (end - first) + text[end:]
    return text
