"""Counts by day of what leaves no row behind, such as reads of a cache.

A process counts in memory, and writes what it counted with its signs of life. One that is killed
loses what it counted since the last one.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.utils import timezone

from whisper.daily_counts import actions
from whisper.models import DailyCount

_counted: Counter[str] = Counter()


def count(name: str) -> None:
    """Count one more of something today, such as `cache.hit`."""
    _counted[name] += 1


def write() -> None:
    """Add what this process counted to what is held of today."""
    global _counted
    taken, _counted = _counted, Counter()
    if not taken:
        return
    try:
        actions.add(taken, timezone.localdate())
    except BaseException:
        _counted.update(taken)
        raise


def by_day(*names: str, days: int, now: date) -> dict[str, list[int]]:
    """Return how many of each there were on the last days, the oldest first and today last."""
    wanted = [now - timedelta(days=back) for back in range(days - 1, -1, -1)]
    rows = DailyCount.objects.filter(name__in=names, day__gte=wanted[0])
    found = {(row.name, row.day): row.number for row in rows}
    return {name: [found.get((name, day), 0) for day in wanted] for name in names}
