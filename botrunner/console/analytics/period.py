"""The time that figures are of, in steps, beside the time before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models.functions import TruncDay, TruncMonth, TruncWeek
from django.utils import timezone
from django.utils.dateparse import parse_date

from botrunner.console.days import midnight

# What can be chosen, in days, with what it is called.
RANGES: Mapping[str, tuple[int, str]] = {
    "30": (30, "30 days"),
    "90": (90, "3 months"),
    "365": (365, "A year"),
}
USUAL = "90"
LONGEST = timedelta(days=3_660)
# The most days of which a chart shows each day, and each week; beyond that it shows months.
DAYS_SHOWN, WEEKS_SHOWN = 45, 200
DAY, WEEK, MONTH = "day", "week", "month"
TRUNCATED: Mapping[str, Callable[[str], Any]] = {DAY: TruncDay, WEEK: TruncWeek, MONTH: TruncMonth}


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included, in steps.

    Args:
        chosen: a key of `RANGES`; empty for days that were entered.
    """

    first: date
    last: date
    chosen: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str], today: date) -> Period:
        """Return what an address asks for; what makes no sense is left out."""
        first, last = _day(query.get("since", "")), _day(query.get("until", ""))
        if first and first <= (last or today) and (last or today) - first <= LONGEST:
            return cls(first, last or today)
        chosen = query.get("range", USUAL)
        chosen = chosen if chosen in RANGES else USUAL
        days, _ = RANGES[chosen]
        return cls(today - timedelta(days=days - 1), today, chosen)

    @property
    def step(self) -> str:
        """Return how long a step is."""
        days = (self.last - self.first).days + 1
        return DAY if days <= DAYS_SHOWN else WEEK if days <= WEEKS_SHOWN else MONTH

    @property
    def steps(self) -> list[date]:
        """Return the first day of each step, the oldest first; the first may begin earlier."""
        return _steps(self.first, self.last, self.step)

    @property
    def before(self) -> Period:
        """Return the period of as many steps that ends where this one begins."""
        last = self.steps[0] - timedelta(days=1)
        first, count = last, len(self.steps)
        while len(_steps(first, last, self.step)) < count:
            first = _begin(first, self.step) - timedelta(days=1)
        return Period(_begin(first, self.step), last, self.chosen)

    @property
    def months(self) -> list[date]:
        """Return the first day of each calendar month that ends in it, the oldest first."""
        found = _steps(self.steps[0], self.last + timedelta(days=1), MONTH)
        return found[:-1]

    def whole_months(self, today: date) -> tuple[datetime, datetime]:
        """Return when the first of its months begins, and the last one that is over ends."""
        over = [month for month in self.months if _after(month, MONTH) <= today]
        if not over:
            return self.since, self.since
        return midnight(over[0]), midnight(_after(over[-1], MONTH))

    @property
    def since(self) -> datetime:
        """Return when its first step begins."""
        return midnight(self.steps[0])

    @property
    def until(self) -> datetime:
        """Return when its last day is over."""
        return midnight(self.last + timedelta(days=1))

    def truncated(self, field: str) -> Any:
        """Return the expression of the step that a time is in."""
        return TRUNCATED[self.step](field)

    def name_of(self, step: date) -> str:
        """Return what a step is called."""
        return name_of_month(step) if self.step == MONTH else f"{step:%-d %b %Y}"


def name_of_month(month: date) -> str:
    """Return what a month is called."""
    return f"{month:%B %Y}"


def day_of(step: datetime | date) -> date:
    """Return the day that a truncated time is."""
    return timezone.localtime(step).date() if isinstance(step, datetime) else step


def _steps(first: date, last: date, step: str) -> list[date]:
    found = [_begin(first, step)]
    while (following := _after(found[-1], step)) <= last:
        found.append(following)
    return found


def _begin(day: date, step: str) -> date:
    if step == WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == MONTH else day


def _after(day: date, step: str) -> date:
    if step == MONTH:
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if step == WEEK else 1)


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 2015 <= found.year <= 2999 else None
