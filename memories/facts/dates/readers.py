"""What each way of naming a date means: one function for each.

Each takes what a pattern of `patterns` matched, the day it was said, and whether a day without a
year is the latest one gone by; it returns the first and last day, and raises `NoSuchDateError` if
no calendar has them.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from memories.facts.dates.days import (
    Days,
    NoSuchDateError,
    easter,
    next_day,
    plus_months,
    real_day,
    whole_month,
)
from memories.facts.dates.words import WEEKDAYS, day_number, month_number, number

Reader = Callable[[re.Match[str], date, bool], Days]


def read_relative(match: re.Match[str], today: date, past: bool) -> Days:
    words = match.group().lower()
    if words.endswith("day after tomorrow"):
        shift = 2
    elif words.startswith(("tom", "tmr", "tmw", "2mor")):
        shift = 1
    elif "before yesterday" in words:
        shift = -2
    elif words.startswith(("yest", "last night")):
        shift = -1
    else:
        shift = 0
    day = today + timedelta(days=shift)
    return day, day


def read_weekday(match: re.Match[str], today: date, past: bool) -> Days:
    wanted = WEEKDAYS.index(match["weekday"][:3].lower())
    ahead = (wanted - today.weekday()) % 7
    which = (match["which"] or "").lower()
    if which in {"last", "past"} or past:
        back = (today.weekday() - wanted) % 7 or 7
        day = today - timedelta(days=back)
    elif which == "next":
        # “Next Friday” on a Monday: of next week, as most people mean it.
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
        day = monday + timedelta(days=wanted)
    else:
        day = today + timedelta(days=ahead or (7 if which != "this" else 0))
    return day, day


def read_in_some(match: re.Match[str], today: date, past: bool) -> Days:
    count, unit = number(match["count"]), match["unit"].lower().rstrip("s")
    sign = -1 if match["ago"] else 1
    if unit in {"hour", "minute"}:
        return today, today
    if unit == "month":
        day = plus_months(today, sign * count)
    elif unit == "year":
        day = plus_months(today, sign * 12 * count)
        return (day, day) if sign > 0 else (date(day.year, 1, 1), date(day.year, 12, 31))
    else:
        day = today + timedelta(days=sign * count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    return day, day


def read_stretch(match: re.Match[str], today: date, past: bool) -> Days:
    which, unit = match["which"].lower(), match["unit"].lower()
    shift = {"next": 1, "coming": 1, "last": -1, "past": -1}.get(which, 0)
    monday = today - timedelta(days=today.weekday())
    if unit == "week":
        start = monday + timedelta(days=7 * shift)
        return start, start + timedelta(days=6)
    if unit.startswith("weekend"):
        start = monday + timedelta(days=5 + 7 * shift)
        return start, start + timedelta(days=1)
    if unit == "month":
        day = plus_months(today.replace(day=1), shift)
        return whole_month(day.year, day.month)
    year = today.year + shift
    return date(year, 1, 1), date(year, 12, 31)


_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def read_season(match: re.Match[str], today: date, past: bool) -> Days:
    first = _SEASONS[match["season"].lower()]
    past = past or (match["which"] or "").lower() == "last"
    year = today.year
    if not past and date(year, first, 1) + timedelta(days=90) < today:
        year += 1
    if past and date(year, first, 1) > today:
        year -= 1
    if (match["which"] or "").lower() == "next" and first <= today.month:
        year = today.year + 1
    end = plus_months(date(year, first, 1), 3) - timedelta(days=1)
    return date(year, first, 1), end


def read_end_of(match: re.Match[str], today: date, past: bool) -> Days:
    if match["unit"].lower() == "month":
        last = whole_month(today.year, today.month)[1]
    elif match["unit"].lower() == "year":
        last = date(today.year, 12, 31)
    else:
        last = today + timedelta(days=6 - today.weekday())
    return last, last


def read_day_and_month(match: re.Match[str], today: date, past: bool) -> Days:
    month, day = month_number(match["month"]), day_number(match["day"])
    day_found = real_day(int(match["year"]), month, day) if match["year"] else None
    found = day_found or next_day(month, day, today, past=past)
    return found, found


def read_numeric(match: re.Match[str], today: date, past: bool) -> Days:
    first, second, year = int(match["first"]), int(match["second"]), match["year"]
    # “14.07.” has the day first everywhere; “7/4” is taken as American, with the month first.
    month, day = (second, first) if match["sign"] == "." or first > 12 else (first, second)
    if year:
        whole = int(year) if len(year) == 4 else 2000 + int(year) - (100 if int(year) > 50 else 0)
        found = real_day(whole, month, day)
    else:
        found = next_day(month, day, today, past=past)
    return found, found


def read_iso(match: re.Match[str], today: date, past: bool) -> Days:
    found = real_day(int(match["year"]), int(match["month"]), int(match["day"]))
    return found, found


def read_in_month(match: re.Match[str], today: date, past: bool) -> Days:
    month = month_number(match["month"])
    if match["year"]:
        return whole_month(int(match["year"]), month)
    year = today.year
    past = past or (match["which"] or "").lower() == "last"
    if past and month > today.month:
        year -= 1
    elif not past and month < today.month:
        year += 1
    return whole_month(year, month)


def read_ordinal(match: re.Match[str], today: date, past: bool) -> Days:
    day = int(match["day"])
    month = today.replace(day=1)
    for _ in range(12):
        length = calendar.monthrange(month.year, month.month)[1]
        if day <= length and (found := month.replace(day=day)) >= today:
            return found, found
        month = plus_months(month, 1)
    raise NoSuchDateError(f"{day}.")


def read_year(match: re.Match[str], today: date, past: bool) -> Days:
    year = int(match["year"])
    return date(year, 1, 1), date(year, 12, 31)


_HOLIDAYS = {
    "christmas eve": (12, 24),
    "christmas": (12, 25),
    "xmas": (12, 25),
    "new year's eve": (12, 31),
    "new years eve": (12, 31),
    "new year's day": (1, 1),
    "new years day": (1, 1),
    "new year": (1, 1),
    "halloween": (10, 31),
    "valentine's day": (2, 14),
    "valentines day": (2, 14),
    "leap day": (2, 29),
    "boxing day": (12, 26),
}


def read_holiday(match: re.Match[str], today: date, past: bool) -> Days:
    name = match.group("holiday").lower().replace("’", "'")
    if name == "easter":
        first, last = easter(today.year)
        years = -1 if past and first > today else 1 if not past and last < today else 0
        return easter(today.year + years)
    month, day = _HOLIDAYS[name]
    found = next_day(month, day, today, past=past)
    return found, found
