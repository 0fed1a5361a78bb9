"""Read what was forgotten and can be brought back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Window
from django.db.models.functions import RowNumber

from memories.models import ForgottenMemory
from whisper.accounts.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """What was forgotten at once, and can be brought back.

    Args:
        by: account of the admin who did it.
        people: how many people's memories they are; shared facts are nobody's.
        rows: some of them, the newest first.
    """

    batch: UUID
    at: datetime
    by: int | None
    reason: str
    count: int
    people: int
    rows: list[ForgottenMemory]

    @property
    def more(self) -> int:
        """Return how many memories it has besides those."""
        return self.count - len(self.rows)


def forgotten_since(
    since: datetime, *, limit: int, shown: int, reading: Reading
) -> list[Forgetting]:
    """Return what was forgotten since a time, the latest first.

    Args:
        limit: how many times of forgetting.
        shown: how many memories of each.
        reading: what the admin may read; other memories are counted, not shown.
    """
    rows = ForgottenMemory.objects.filter(forgotten_at__gt=since)
    latest = rows.values("batch", "forgotten_by", "reason").annotate(
        at=Max("forgotten_at"), count=Count("pk"), people=Count("person_id", distinct=True)
    )
    found = list(latest.order_by("-at")[:limit])
    place = Window(RowNumber(), partition_by="batch", order_by="-created_at")
    readable = reading.only(ForgottenMemory.objects.all())
    numbered = readable.filter(batch__in=[one["batch"] for one in found])
    first: dict[UUID, list[ForgottenMemory]] = {}
    for row in numbered.annotate(number=place).filter(number__lte=shown).order_by("-created_at"):
        first.setdefault(row.batch, []).append(row)
    return [
        Forgetting(
            batch=one["batch"],
            at=one["at"],
            by=one["forgotten_by"],
            reason=one["reason"],
            count=one["count"],
            people=one["people"],
            rows=first.get(one["batch"], []),
        )
        for one in found
    ]
