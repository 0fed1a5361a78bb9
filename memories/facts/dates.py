"""Dates that people name, worked out from when and where they said so.

A small reader of English rather than a library: dateparser takes 300 ms to import, reads “may” and
“sat” as dates and gives no end of “in March” or “next week”.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from memories.facts.clock import clock_in

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30,
    "a couple of": 2, "a few": 3, "few": 3,
}  # fmt: skip
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?)"
)
_NUMBER = (
    r"(?:\d{1,3}|a couple of|a few|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve)"
)
_UNIT = r"(?:day|week|fortnight|month|year|hour|minute)s?"


# Stands for a day that does not exist, so that no shorter reading of its words is taken.
NO_DAY = date.min


@dataclass(frozen=True, slots=True)
class When:
    """A day or a span of days that a person named.

    Args:
        first, last: its first and last day; the same for one day.
        at: the time of day, if it was named.
        start, end: the characters that name it.
    """

    first: date
    last: date
    at: time | None = None
    start: int = 0
    end: int = 0

    @property
    def is_day(self) -> bool:
        return self.first == self.last

    def begins(self, zone: ZoneInfo) -> datetime:
        """Return the moment it begins."""
        return datetime.combine(self.first, self.at or time.min, zone)

    def ends(self, zone: ZoneInfo) -> datetime:
        """Return the moment its last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time.min, zone)

    def said(self) -> str:
        """Return it in words: "on Friday, 6 March 2026", "in March 2026", "in 2019"."""
        clock = f" at {self.at:%H:%M}" if self.at else ""
        if self.is_day:
            return f"on {self.first:%A}, {self.first.day} {self.first:%B %Y}{clock}"
        if (self.last - self.first).days > 300:
            return f"in {self.first.year}"
        if self.first.day == 1 and (self.last + timedelta(days=1)).day == 1:
            return f"in {self.first:%B %Y}"
        return f"between {self.first.day} {self.first:%B} and {self.last.day} {self.last:%B %Y}"


class NoSuchDateError(ValueError):
    """A day that no calendar has, such as 31 February."""


def _num(words: str) -> int:
    return int(words) if words.isdigit() else _NUMBERS[" ".join(words.lower().split())]


def _month(word: str) -> int:
    return _MONTHS.index(word[:3].lower()) + 1


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDateError(f"{day}.{month}.{year}") from None


def _next(month: int, day: int, today: date, *, past: bool = False) -> date:
    """Return the next day with this number, today included; or the latest."""
    years = range(today.year, today.year + 9) if not past else range(today.year, today.year - 9, -1)
    for year in years:
        if day == 29 and month == 2 and not calendar.isleap(year):
            continue
        found = _day(year, month, day)
        if (found >= today) != past or found == today:
            return found
    raise NoSuchDateError(f"{day}.{month}.")


def _whole_month(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _plus_months(day: date, months: int) -> date:
    months += day.month - 1
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


Days = tuple[date, date]
Reader = Callable[[re.Match[str], date, bool], Days]


def _relative(match: re.Match[str], today: date, past: bool) -> Days:
    words = match.group().lower()
    days = {"the day after tomorrow": 2, "day after tomorrow": 2, "overmorrow": 2}
    if words in days:
        shift = days[words]
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


def _weekday(match: re.Match[str], today: date, past: bool) -> Days:
    number = _WEEKDAYS.index(match["weekday"][:3].lower())
    ahead = (number - today.weekday()) % 7
    which = (match["which"] or "").lower()
    if which in {"last", "past"} or past:
        back = (today.weekday() - number) % 7 or 7
        day = today - timedelta(days=back)
    elif which == "next":
        # “Next Friday” on a Monday: of next week, as most people mean it.
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
        day = monday + timedelta(days=number)
    else:
        day = today + timedelta(days=ahead or (7 if which != "this" else 0))
    return day, day


def _in_some(match: re.Match[str], today: date, past: bool) -> Days:
    count, unit = _num(match["count"]), match["unit"].lower().rstrip("s")
    sign = -1 if match["ago"] else 1
    if unit in {"hour", "minute"}:
        return today, today
    if unit == "month":
        day = _plus_months(today, sign * count)
    elif unit == "year":
        day = _plus_months(today, sign * 12 * count)
        return (day, day) if sign > 0 else (date(day.year, 1, 1), date(day.year, 12, 31))
    else:
        day = today + timedelta(days=sign * count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    return day, day


def _stretch(match: re.Match[str], today: date, past: bool) -> Days:
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
        day = _plus_months(today.replace(day=1), shift)
        return _whole_month(day.year, day.month)
    year = today.year + shift
    return date(year, 1, 1), date(year, 12, 31)


_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


def _season(match: re.Match[str], today: date, past: bool) -> Days:
    first = _SEASONS[match["season"].lower()]
    past = past or (match["which"] or "").lower() == "last"
    year = today.year
    if not past and date(year, first, 1) + timedelta(days=90) < today:
        year += 1
    if past and date(year, first, 1) > today:
        year -= 1
    if (match["which"] or "").lower() == "next" and first <= today.month:
        year = today.year + 1
    end = _plus_months(date(year, first, 1), 3) - timedelta(days=1)
    return date(year, first, 1), end


def _end_of(match: re.Match[str], today: date, past: bool) -> Days:
    if match["unit"].lower() == "month":
        last = _whole_month(today.year, today.month)[1]
    elif match["unit"].lower() == "year":
        last = date(today.year, 12, 31)
    else:
        last = today + timedelta(days=6 - today.weekday())
    return last, last


def _day_and_month(match: re.Match[str], today: date, past: bool) -> Days:
    month, day = _month(match["month"]), int(match["day"])
    day_found = _day(int(match["year"]), month, day) if match["year"] else None
    found = day_found or _next(month, day, today, past=past)
    return found, found


def _numeric(match: re.Match[str], today: date, past: bool) -> Days:
    first, second, year = int(match["first"]), int(match["second"]), match["year"]
    # “14.07.” has the day first everywhere; “7/4” is taken as American, with the month first.
    month, day = (second, first) if match["sign"] == "." or first > 12 else (first, second)
    if year:
        whole = int(year) if len(year) == 4 else 2000 + int(year) - (100 if int(year) > 50 else 0)
        found = _day(whole, month, day)
    else:
        found = _next(month, day, today, past=past)
    return found, found


def _iso(match: re.Match[str], today: date, past: bool) -> Days:
    found = _day(int(match["year"]), int(match["month"]), int(match["day"]))
    return found, found


def _in_month(match: re.Match[str], today: date, past: bool) -> Days:
    month = _month(match["month"])
    if match["year"]:
        return _whole_month(int(match["year"]), month)
    year = today.year
    past = past or (match["which"] or "").lower() == "last"
    if past and month > today.month:
        year -= 1
    elif not past and month < today.month:
        year += 1
    return _whole_month(year, month)


def _ordinal(match: re.Match[str], today: date, past: bool) -> Days:
    day = int(match["day"])
    month = today.replace(day=1)
    for _ in range(12):
        length = calendar.monthrange(month.year, month.month)[1]
        if day <= length and (found := month.replace(day=day)) >= today:
            return found, found
        month = _plus_months(month, 1)
    raise NoSuchDateError(f"{day}.")


def _year(match: re.Match[str], today: date, past: bool) -> Days:
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


def _easter(year: int) -> tuple[date, date]:
    """Return Easter, from Good Friday to Monday, by the reckoning of Meeus and Jones."""
    century, of_century = divmod(year, 100)
    moon = year % 19 * 19 + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    moon %= 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    leap = (year % 19 + 11 * moon + 22 * weekday) // 451
    days = moon + weekday - 7 * leap + 114
    sunday = date(year, days // 31, days % 31 + 1)
    return sunday - timedelta(days=2), sunday + timedelta(days=1)


def _holiday(match: re.Match[str], today: date, past: bool) -> Days:
    name = match.group("holiday").lower().replace("’", "'")
    if name == "easter":
        first, last = _easter(today.year)
        years = -1 if past and first > today else 1 if not past and last < today else 0
        return _easter(today.year + years)
    month, day = _HOLIDAYS[name]
    found = _next(month, day, today, past=past)
    return found, found


_ORDINAL = r"(?:st|nd|rd|th)"
# “3.2 kilos”, “1/2 cup”
_MEASURED = (
    r"(?:k(?:g|m|ilos?|ilomet(?:er|re)s?)?|g|grams?|pounds?|lbs?|stone|oz|miles?|mi|met(?:er|re)s?"
    r"|[cm]?m|feet|ft|inch(?:es)?|lit(?:er|re)s?|ml|cups?|points?|stars?|degrees|percent|hours?|hrs?"
    r"|min(?:ute)?s?|million|billion|gb|mb|tb)"
)
# The first that fits at a place counts, so longer ways of saying a date stand before shorter ones.
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (r"\b(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b", _iso),
        (
            r"(?<![\d.])(?P<first>\d{1,2})(?P<sign>[./])(?P<second>\d{1,2})"
            r"(?:(?P=sign)(?P<year>\d{4}|\d\d)?)?(?![\d%])"
            rf"(?! ?{_MEASURED}\b)",
            _numeric,
        ),
        (
            rf"\b(?:(?:on )?the )?(?P<day>\d{{1,2}})(?:{_ORDINAL})?(?: of)?[ -]?(?P<month>{_MONTH})"
            r"(?:,? ?(?P<year>\d{4}))?",
            _day_and_month,
        ),
        (
            rf"\b(?P<month>{_MONTH}) ?(?:the )?(?P<day>\d{{1,2}})(?!\d)(?:{_ORDINAL})?"
            r"(?:,? (?P<year>\d{4}))?",
            _day_and_month,
        ),
        (
            r"\b(?:the )?day (?:after tomorrow|before yesterday)\b|\btomorrow\b|\btomorow\b"
            r"|\btommorr?ow\b|\btmrw?\b|\btmw\b|\b2morrow\b"
            r"|\btoday\b|\btonight\b|\btonite\b|\blast night\b|\byesterday\b"
            r"|\bthis (?:morning|afternoon|evening)\b",
            _relative,
        ),
        (
            rf"\b(?P<ago>)(?:in|within) (?P<count>{_NUMBER}) (?:more )?(?P<unit>{_UNIT})(?:'"
            rf" time)?\b",
            _in_some,
        ),
        (rf"\b(?P<count>{_NUMBER}) (?P<unit>{_UNIT}) (?P<ago>ago|back)\b", _in_some),
        (
            r"\b(?:at |by |until )?(?:the )?end of (?:the |this )?(?P<unit>week|month|year)\b",
            _end_of,
        ),
        (
            r"\b(?P<which>next|this|last|coming|past) (?P<unit>weekend|week|month|year)\b",
            _stretch,
        ),
        (
            rf"\b(?:on )?(?:(?P<which>this|next|last|coming|past)"
            rf" )?(?P<weekday>{_WEEKDAY})s?\b(?!')",
            _weekday,
        ),
        (
            r"\b(?:in |by |for |before |until |since |during |mid[- ])?"
            r"(?:(?P<which>next|last|this) )?"
            rf"(?<![\w'])(?P<month>{_MONTH})(?:,? (?P<year>\d{{4}}))?(?! (?:be|have|i|not)\b)",
            _in_month,
        ),
        (
            r"\b(?:in |over )?(?:(?P<which>the|this|next|last) )(?P<season>spring|summer|autumn"
            r"|fall"
            r"|winter)\b",
            _season,
        ),
        (rf"\b(?:on |by )?the (?P<day>\d{{1,2}}){_ORDINAL}\b", _ordinal),
        (
            r"\b(?:on |at |before |after |for )?(?P<holiday>christmas eve|christmas|xmas"
            r"|new year[’']?s (?:eve|day)|halloween|valentine[’']?s day|leap day|boxing day"
            r"|easter)\b(?! (?:eggs?|bunny|island))",
            _holiday,
        ),
        (r"\b(?:in|since|until|till|from|of|back in|to) (?P<year>(?:19|20)\d\d)\b", _year),
    )
)
_BARE_WEEKDAY = re.compile(rf"(?:on )?(?:(?:this|next) )?{_WEEKDAY}", re.IGNORECASE)
_BEFORE_DAY = re.compile(r",? ?(?:the )?\(?", re.IGNORECASE)
# “may” is a month only after a number or a word of time; so are short weekdays.
_DOUBTFUL = re.compile(
    r"(?:this |next |last )?(?:may|march|mar|sat|sun|mon|wed|dec|jan)\.?", re.IGNORECASE
)


def dates_in(text: str, said: datetime, zone: ZoneInfo, *, past: bool = False) -> list[When]:
    """Return the dates that a text names, in their order; days that do not exist are left out.

    Args:
        said: when it was said.
        zone: where; “tomorrow” shortly before midnight depends on it.
        past: whether a day without a year is the latest one gone by, not the next one.
    """
    today = local_day(said, zone)
    found = sorted(_found(text, today, past), key=lambda one: (one.start, -one.end))
    kept: list[When] = []
    for one in found:
        if kept and _goes_with(text, kept[-1], one):
            kept[-1] = When(one.first, one.last, one.at, kept[-1].start, one.end)
        elif not kept or one.start >= kept[-1].end:
            kept.append(one)
    kept = [one for one in kept if one.first != NO_DAY]
    clock = clock_in(text)
    if clock and len(kept) == 1 and kept[0].is_day:
        kept = [When(kept[0].first, kept[0].last, clock, kept[0].start, kept[0].end)]
    return kept


def _goes_with(text: str, weekday: When, day: When) -> bool:
    """Return whether a date follows its weekday: “Friday 13 March”, “Friday the 13th”."""
    return (
        bool(_BARE_WEEKDAY.fullmatch(text[weekday.start : weekday.end]))
        and day.is_day
        and day.first != NO_DAY
        and bool(_BEFORE_DAY.fullmatch(text[weekday.end : day.start]))
    )


def local_day(said: datetime, zone: ZoneInfo) -> date:
    """Return the day that a moment belongs to where the person is."""
    return said.astimezone(zone).date()


def _found(text: str, today: date, past: bool) -> Iterator[When]:
    for pattern, reader in _READERS:
        for match in pattern.finditer(text):
            if _DOUBTFUL.fullmatch(match.group().strip()) and not match.group()[:1].isupper():
                continue
            try:
                first, last = reader(match, today, past)
            except (NoSuchDateError, ValueError, OverflowError):
                first = last = NO_DAY
            yield When(first, last, None, match.start(), match.end())
