"""What changes rows of counts by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from whisper.models import DailyCount

# How long they are kept.
KEPT = timedelta(days=90)


@transaction.atomic
def add(counts: Mapping[str, int], day: date) -> None:
    """Add to what is held of a day."""
    # Another process may write the same rows: where they exist, the database adds.
    new = [DailyCount(day=day, name=name) for name in sorted(counts)]
    DailyCount.objects.bulk_create(new, ignore_conflicts=True)
    for name in sorted(counts):
        row = DailyCount.objects.filter(day=day, name=name)
        row.update(number=F("number") + counts[name])


def delete_old_counts(now: datetime) -> int:
    """Delete counts of days that nobody looks back to; return how many."""
    return DailyCount.objects.filter(day__lt=now.date() - KEPT).delete()[0]
