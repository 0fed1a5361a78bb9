"""How facts grow old: ages follow birthdays, and what holds for a while only becomes past."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from memories.facts.ledger import Fact
from memories.facts.predicates import PREDICATES

_UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_BIRTHDAY = re.compile(r"(?:(?P<day>\d{1,2}) )?(?P<month>[A-Za-z]+)(?: (?P<year>\d{4}))?")


def at_time(fact: Fact, now: datetime, zone: ZoneInfo, *, birthday: str = "") -> Fact:
    """Return a fact as it is at a time: of an age that follows a birthday, the age reached.

    Args:
        zone: of whom it is, for the day.
        birthday: the subject's, as it is stored: "3 May", "3 May 1991", "May"; empty: not known.
    """
    if fact.predicate != "age" or fact.until is not None or not birthday:
        return fact
    reached = age_at(fact.value, fact.since, birthday, now, zone)
    return fact if reached is None else replace(fact, value=str(reached), since=now)


def age_at(value: str, said: datetime, birthday: str, now: datetime, zone: ZoneInfo) -> int | None:
    """Return the age in years at a time; None if the words aren't a whole age or a birthday.

    Args:
        value: the age when it was said: "29", "twenty-nine".
    """
    years, match = number_of(value), _BIRTHDAY.fullmatch(birthday)
    month = _MONTHS.get(match["month"].lower()) if match else None
    if years is None or match is None or month is None:
        return None
    # Of a month alone the birthday has surely passed once the month has.
    day = int(match["day"] or calendar.monthrange(2024, month)[1])
    first, last = (one.astimezone(zone).date() for one in (said, now))
    if match["year"]:
        return _birthdays_before(last, month, day) - int(match["year"])
    return years + _birthdays_before(last, month, day) - _birthdays_before(first, month, day)


def _birthdays_before(day: date, birth_month: int, birth_day: int) -> int:
    """Return the year of the latest birthday up to a day."""
    return day.year - ((day.month, day.day) < (birth_month, birth_day))


def number_of(words: str) -> int | None:
    """Return the whole number that digits or English words name, up to 99 in words; else None."""
    if words.isascii() and words.isdigit():
        return int(words)
    parts = re.split(r"[\s-]+", words.lower().strip())
    if len(parts) == 1 and parts[0] in _UNITS:
        return _UNITS.index(parts[0])
    if parts[0] not in _TENS or len(parts) > 2 or parts[-1] not in {parts[0], *_UNITS[1:10]}:
        return None
    tens = 10 * (_TENS.index(parts[0]) + 2)
    return tens + (_UNITS.index(parts[1]) if len(parts) == 2 else 0)


def is_out_of_date(fact: Fact, now: datetime) -> bool:
    """Return whether a fact was said too long ago to be told as true today."""
    holds = PREDICATES[fact.predicate].holds
    return holds is not None and fact.until is None and fact.since + holds <= now
