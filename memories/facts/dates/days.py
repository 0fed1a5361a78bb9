"""Days of the calendar: the next one with a date, whole months, Easter."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

Days = tuple[date, date]


class NoSuchDateError(ValueError):
    """A day that no calendar has, such as 31 February."""


def real_day(year: int, month: int, day: int) -> date:
    """Return a day.

    Raises:
        NoSuchDateError: no calendar has it.
    """
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDateError(f"{day}.{month}.{year}") from None


def next_day(month: int, day: int, today: date, *, past: bool = False) -> date:
    """Return the next day with this date, today included.

    Args:
        past: whether the latest one is meant instead.

    Raises:
        NoSuchDateError: no calendar has it.
    """
    years = range(today.year, today.year + 9) if not past else range(today.year, today.year - 9, -1)
    for year in years:
        if day == 29 and month == 2 and not calendar.isleap(year):
            continue
        found = real_day(year, month, day)
        if (found >= today) != past or found == today:
            return found
    raise NoSuchDateError(f"{day}.{month}.")


def whole_month(year: int, month: int) -> Days:
    """Return a month's first and last day."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def plus_months(day: date, months: int) -> date:
    """Return the day some months later, or the last of its month; before it if negative."""
    months += day.month - 1
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def easter(year: int) -> Days:
    """Return Easter, from Good Friday to Monday, by the reckoning of Meeus and Jones."""
    century, of_century = divmod(year, 100)
    moon = year % 19 * 19 + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    moon %= 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    leap = (year % 19 + 11 * moon + 22 * weekday) // 451
    days = moon + weekday - 7 * leap + 114
    sunday = date(year, days // 31, days % 31 + 1)
    return sunday - timedelta(days=2), sunday + timedelta(days=1)
