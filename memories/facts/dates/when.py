"""A day or a span of days that a person named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
            if self.first.month == self.last.month:
                return f"in {self.first:%B %Y}"
            return f"between {self.first:%B} and {self.last:%B %Y}"
        return f"between {self.first.day} {self.first:%B} and {self.last.day} {self.last:%B %Y}"
