"""Counts of rows by day. Those of past days hardly change: where there are many, they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from whisper.database.counts import COUNTED

# How long the counts of past days are kept.
KEPT = timedelta(hours=1)

Counts = Mapping[tuple[Any, ...], int]
# By what was counted, and the day when: the time when, and the counts of the days before.
_past: dict[tuple[str, date, int], tuple[datetime, Counts]] = {}


def counts_by_day(
    rows: QuerySet[Any], field: str, now: datetime, *, days: int, by: tuple[str, ...] = ()
) -> Counts:
    """Return how many rows each of the last days has, today included; days without any are absent.

    The key is the day, followed by the values of `by`. Of very many rows the counts of past days
    may be an hour old.
    """
    today = timezone.localdate(now)
    key = (f"{rows.query} {field} {by}", today, days)
    past = _past_counts(key, now)
    if past is not None:
        return {**past, **_counted(rows, field, now, 1, by)}
    counts = _counted(rows, field, now, days, by)
    past = {one: count for one, count in counts.items() if one[0] != today}
    if sum(past.values()) >= COUNTED:
        _keep(key, now, past)
    return counts


def _past_counts(key: tuple[str, date, int], now: datetime) -> Counts | None:
    at, counts = _past.get(key, (None, {}))
    return counts if at is not None and timedelta(0) <= now - at < KEPT else None


def _keep(key: tuple[str, date, int], now: datetime, counts: Counts) -> None:
    for old in [one for one in _past if one[1] != key[1]]:
        del _past[old]
    _past[key] = (now, counts)


def _counted(
    rows: QuerySet[Any], field: str, now: datetime, days: int, by: tuple[str, ...]
) -> dict[tuple[Any, ...], int]:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    recent = rows.filter(**{f"{field}__gte": midnight - timedelta(days=days - 1)}).order_by()
    by_day = recent.annotate(day=TruncDate(field)).values_list("day", *by)
    return {tuple(one): count for *one, count in by_day.annotate(count=Count("*"))}
