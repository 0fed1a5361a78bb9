"""Who searches memories now, and how far its copy is behind."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from prometheus_client import Gauge

from memories.index import copied_index, memory_index
from memories.index.changes import INDEX
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.health import Health, register
from whisper.models import OutboxEntry

# A copy that is further behind does not know what was said just now.
MOST_BEHIND = timedelta(seconds=10)

WAITING = Gauge("whisper_index_waiting", "Entries that the index has not been told of yet.")
BEHIND = Gauge("whisper_index_behind_seconds", "How long the oldest of them waits.")
SET_ASIDE = Gauge("whisper_index_set_aside", "Entries that the index refuses for good.")


def behind() -> timedelta:
    """Return how long the oldest change has waited for the index."""
    waiting = OutboxEntry.objects.filter(topic=INDEX, failed_at=None).order_by("id")
    oldest = waiting.values_list("created_at", flat=True).first()
    late = timedelta(0) if oldest is None else max(timezone.now() - oldest, timedelta(0))
    BEHIND.set(late.total_seconds())
    return late


def backlog() -> tuple[int, int]:
    """Return how many entries wait, and how many were set aside."""
    entries = OutboxEntry.objects.filter(topic=INDEX)
    waiting = entries.filter(failed_at=None).count()
    set_aside = entries.exclude(failed_at=None).count()
    WAITING.set(waiting)
    SET_ASIDE.set(set_aside)
    return waiting, set_aside


@register("memory index")
async def _health() -> Health:
    if copied_index() is None:
        return Health(True, detail="in process")
    name = environment.memory_index
    late = await in_database(behind)
    waiting, set_aside = await in_database(backlog)
    figures = {
        "waiting": waiting,
        "set_aside": set_aside,
        "behind_seconds": late.total_seconds(),
    }
    if trouble := await memory_index().trouble():
        detail = f"{name}: {trouble}; searching in process"
    elif late > MOST_BEHIND:
        detail = f"{name} is {late.total_seconds():.0f} s behind, {waiting} changes wait"
    elif set_aside:
        detail = f"{name} refuses {set_aside} changes"
    else:
        return Health(True, detail=f"{name}, {waiting} changes wait", figures=figures)
    return Health(True, degraded=True, detail=detail, figures=figures)
