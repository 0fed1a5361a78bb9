"""Figures of the front page: what was counted, and its course over the last days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from whisper.console.by_day import counts_by_day

# Days of a tile's line, today included.
DAYS = 14
# Size of a line's drawing, in units of its own.
WIDTH, HEIGHT = 84, 22


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure with its course over the last days.

    Args:
        title: what is counted.
        value: the count, of today unless the note says otherwise.
        note: one line below it.
        link: the page that it leads to.
        series: one count per day, the oldest first; empty for no line.
    """

    title: str
    value: int
    note: str
    link: str
    series: Sequence[int] = ()

    @property
    def shown(self) -> str:
        """Return the count with its thousands apart."""
        return f"{self.value:,}"

    @property
    def points(self) -> str:
        """Return the points of the line, for an SVG polyline of WIDTH by HEIGHT."""
        most, last = max(self.series, default=0) or 1, max(len(self.series) - 1, 1)
        return " ".join(
            f"{WIDTH * number / last:.1f},{HEIGHT - HEIGHT * count / most:.1f}"
            for number, count in enumerate(self.series)
        )


def per_day(rows: QuerySet[Any], field: str, now: datetime, *, days: int = DAYS) -> list[int]:
    """Return how many rows each of the last days has, the oldest first, by a time of theirs."""
    counts = counts_by_day(rows, field, now, days=days)
    return [counts.get((day,), 0) for day in last_days(now, days)]


def last_days(now: datetime, days: int = DAYS) -> list[date]:
    """Return the last days, the oldest first and today last."""
    today = timezone.localdate(now)
    return [today - timedelta(days=back) for back in range(days - 1, -1, -1)]


def compared(counts: Sequence[int]) -> str:
    """Return in words how many there were on the days before today, on average."""
    usual = sum(counts[:-1]) / max(len(counts) - 1, 1)
    return f"today; usually {usual:,.{0 if usual >= 10 else 1}f}"
