"""Counts of rows by day. Those of past days hardly change: where there are many, they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from whisper.database.counts import COUNTED

# How long the counts of past days are kept.
KEPT = timedelta(hours=1)

Key = tuple[Any, ...]
Counts = Mapping[Key, int]
Figures = Mapping[Key, tuple[int, ...]]
# By what was counted, and the day when: the time when, and the figures of the days before.
_past: dict[tuple[str, date, int], tuple[datetime, Figures]] = {}


def counts_by_day(
    rows: QuerySet[Any], field: str, now: datetime, *, days: int, by: tuple[str, ...] = ()
) -> Counts:
    """Return how many rows each of the last days has, today included; days without any are absent.

    The key is the day, followed by the values of `by`. Of very many rows the counts of past days
    may be an hour old.
    """
    found = figures_by_day(rows, field, now, days=days, by=by)
    return {key: count for key, (count, *_) in found.items()}


def figures_by_day(
    rows: QuerySet[Any],
    field: str,
    now: datetime,
    *,
    days: int,
    by: tuple[str, ...] = (),
    further: tuple[Aggregate, ...] = (),
) -> Figures:
    """Return what `counts_by_day` does, each count followed by further figures of the same rows."""
    today = timezone.localdate(now)
    key = (f"{rows.query} {field} {by} {further}", today, days)
    past = _past_figures(key, now)
    if past is not None:
        return {**past, **_counted(rows, field, now, 1, by, further)}
    found = _counted(rows, field, now, days, by, further)
    past = {one: figures for one, figures in found.items() if one[0] != today}
    if sum(count for count, *_ in past.values()) >= COUNTED:
        _keep(key, now, past)
    return found


def _past_figures(key: tuple[str, date, int], now: datetime) -> Figures | None:
    at, figures = _past.get(key, (None, {}))
    return figures if at is not None and timedelta(0) <= now - at < KEPT else None


def _keep(key: tuple[str, date, int], now: datetime, figures: Figures) -> None:
    for old in [one for one in _past if one[1] != key[1]]:
        del _past[old]
    _past[key] = (now, figures)


def _counted(
    rows: QuerySet[Any],
    field: str,
    now: datetime,
    days: int,
    by: tuple[str, ...],
    further: tuple[Aggregate, ...],
) -> dict[Key, tuple[int, ...]]:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    recent = rows.filter(**{f"{field}__gte": midnight - timedelta(days=days - 1)}).order_by()
    by_day = recent.annotate(day=TruncDate(field)).values_list("day", *by)
    figures = {f"figure_{number}": one for number, one in enumerate((Count("*"), *further))}
    cut = 1 + len(by)
    return {
        row[:cut]: tuple(int(figure or 0) for figure in row[cut:])
        for row in by_day.annotate(**figures)
    }
