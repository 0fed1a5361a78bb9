"""Pages of big tables: each begins where the last one ended, and nothing counts all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet, UUIDField
from django.utils.dateparse import parse_datetime

from whisper.ids import LARGEST

# Begins the mark of rows that have no time.
UNTIMED = "untimed"


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a list.

    Args:
        rows: at most as many as were asked for.
        next: where the next page begins; empty on the last one.
        back_to: time of the oldest row examined, if that is why there are fewer.
    """

    rows: Sequence[Any]
    next: str = ""
    back_to: datetime | None = None


def newest_first(
    rows: QuerySet[Any], field: str, after: str, size: int, *, within: int = 0
) -> Slice:
    """Return the rows that follow a mark, the newest first; rows without a time are left out.

    Args:
        field: name of the time that they are ordered by.
        after: `next` of the page before; empty, or not a mark, for the first page.
        within: how many rows of the whole table are looked through, so that a page takes no longer
            where few rows fit; 0 for all.
    """
    mark = _mark(after, rows.model)
    found = _after(rows, field, mark)
    bound = _bound(rows.model, field, mark, within) if within else None
    if bound is not None:
        found = found.filter(**{f"{field}__gte": bound})
    taken = list(found[: size + 1])
    if len(taken) > size:
        last = taken[size - 1]
        return Slice(taken[:size], mark_before(getattr(last, field), last.pk))
    if bound is None:
        return Slice(taken)
    return Slice(taken, f"{bound.isoformat()}_{_lowest(rows.model)}", bound)


def with_untimed(
    rows: QuerySet[Any], field: str, after: str, size: int, *, within: int = 0
) -> Slice:
    """Return what `newest_first` does, and on pages of their own in the end rows without a time."""
    untimed = rows.filter(**{f"{field}__isnull": True}).order_by("-pk")
    start, _, key = after.partition("_")
    if start != UNTIMED:
        page = newest_first(rows, field, after, size, within=within)
        more = not page.next and untimed.exists()
        return Slice(page.rows, f"{UNTIMED}_" if more else page.next, page.back_to)
    if key.isdecimal() and int(key) <= LARGEST:
        untimed = untimed.filter(pk__lt=int(key))
    taken = list(untimed[: size + 1])
    return Slice(taken[:size], f"{UNTIMED}_{taken[size - 1].pk}" if len(taken) > size else "")


def mark_before(at: datetime, pk: Any = 0) -> str:
    """Return the mark of the page with rows older than a time, or as old with a lower key."""
    return f"{at.isoformat()}_{pk}"


def _after(rows: QuerySet[Any], field: str, mark: tuple[datetime, Any] | None) -> QuerySet[Any]:
    found = rows.filter(**{f"{field}__isnull": False}).order_by(f"-{field}", "-pk")
    if mark is None:
        return found
    at, pk = mark
    # The first condition alone begins at the mark in an index of the time.
    older = Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": pk})
    return found.filter(older, **{f"{field}__lte": at})


def _bound(
    model: type[Model], field: str, mark: tuple[datetime, Any] | None, within: int
) -> datetime | None:
    """Return the time of the last row that is looked at; None if there are no more than these."""
    times = _after(model._default_manager.all(), field, mark).order_by(f"-{field}")
    found: list[datetime] = list(times.values_list(field, flat=True)[within : within + 1])
    return found[0] if found else None


def _lowest(model: type[Model]) -> object:
    """Return a key that no row has, and that is lower than each."""
    return UUID(int=0) if isinstance(model._meta.pk, UUIDField) else 0


def _mark(text: str, model: type[Model]) -> tuple[datetime, Any] | None:
    at_text, _, key = text.rpartition("_")
    try:
        at, pk = parse_datetime(at_text), model._meta.pk.to_python(key)
    except (ValueError, ValidationError, OverflowError):
        return None
    is_time = at is not None and at.tzinfo is not None
    fits = not isinstance(pk, int) or 0 <= pk <= LARGEST
    return (at, pk) if is_time and at and fits and pk is not None else None
