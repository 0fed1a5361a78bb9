"""Pages of big tables: each begins where the last one ended, and nothing counts all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

from whisper.ids import LARGEST


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a list.

    Args:
        rows: at most as many as were asked for.
        next: where the next page begins; empty on the last one.
    """

    rows: Sequence[Any]
    next: str = ""


def newest_first(rows: QuerySet[Any], field: str, after: str, size: int) -> Slice:
    """Return the rows that follow a mark, the newest first; rows without a time are left out.

    Args:
        field: name of the time that they are ordered by.
        after: `next` of the page before; empty, or not a mark, for the first page.
    """
    found = rows.filter(**{f"{field}__isnull": False}).order_by(f"-{field}", "-pk")
    mark = _mark(after, rows.model)
    if mark is not None:
        at, pk = mark
        found = found.filter(Q(**{f"{field}__lt": at}) | Q(**{field: at, "pk__lt": pk}))
    taken = list(found[: size + 1])
    last = taken[size - 1] if len(taken) > size else None
    next_page = mark_before(getattr(last, field), last.pk) if last else ""
    return Slice(taken[:size], next_page)


def mark_before(at: datetime, pk: int = 0) -> str:
    """Return the mark of the page with rows older than a time, or as old with a lower key."""
    return f"{at.isoformat()}_{pk}"


def _mark(text: str, model: type[Model]) -> tuple[datetime, Any] | None:
    at_text, _, key = text.rpartition("_")
    try:
        at, pk = parse_datetime(at_text), model._meta.pk.to_python(key)
    except (ValueError, ValidationError, OverflowError):
        return None
    is_time = at is not None and at.tzinfo is not None
    fits = not isinstance(pk, int) or 0 <= pk <= LARGEST
    return (at, pk) if is_time and at and fits and pk is not None else None
