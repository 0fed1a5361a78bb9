"""The outbox in metrics and health."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from prometheus_client import Counter, Gauge, Histogram

from whisper.database.access import in_database
from whisper.health import Fault, Health, register
from whisper.outbox.queries import Backlog, backlogs
from whisper.outbox.topics import HANDLERS, title_of

OUTCOMES = Counter(
    "whisper_outbox_entries", "Entries by what became of them.", ["topic", "outcome"]
)
SECONDS = Histogram(
    "whisper_outbox_batch_seconds",
    "Time of one batch.",
    ["topic"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300),
)
WAITING = Gauge("whisper_outbox_waiting", "Entries that wait or are in hand.", ["topic"])
SET_ASIDE = Gauge("whisper_outbox_set_aside", "Entries that were given up.", ["topic"])
LATE = Gauge("whisper_outbox_late_seconds", "How long the first entry has been due.", ["topic"])

# Work that is due for longer is reported as late.
SLACK = timedelta(minutes=5)
SHOWN = 5


def show(found: Sequence[Backlog]) -> None:
    """Set the gauges to what waits now."""
    now, by_topic = timezone.now(), {one.topic: one for one in found}
    for topic in {*HANDLERS, *by_topic}:
        backlog = by_topic.get(topic, Backlog(topic))
        WAITING.labels(topic).set(backlog.waiting)
        SET_ASIDE.labels(topic).set(backlog.set_aside)
        LATE.labels(topic).set(backlog.late(now).total_seconds())


@register("outbox")
async def _health() -> Health:
    found, now = await in_database(backlogs), timezone.now()
    # In a process without a worker nothing else does.
    show(found)
    given_up = sum(one.set_aside for one in found)
    late = [one for one in found if one.late(now) > SLACK]
    parts = [
        f"{title_of(one.topic)}: {one.waiting:,} wait, the first for {_minutes(one.late(now))}"
        for one in late[:SHOWN]
    ]
    if given_up:
        titles = ", ".join(
            f"{title_of(one.topic)}: {one.set_aside:,}" for one in found if one.set_aside
        )
        parts.append(f"{given_up:,} set aside ({titles}); see manage.py outbox list")
    waiting = sum(one.waiting for one in found)
    latest = max((one.late(now).total_seconds() for one in found), default=0.0)
    return Health(
        True,
        degraded=bool(parts),
        detail="; ".join(parts) or (f"{waiting:,} wait" if waiting else "nothing waits"),
        figures={"waiting": waiting, "set_aside": given_up, "late_seconds": latest},
        faults=[_fault(one) for one in found if one.set_aside],
    )


def _fault(backlog: Backlog) -> Fault:
    return Fault(
        f"Work was given up ({title_of(backlog.topic)}: {backlog.set_aside:,})",
        "Retry it once its cause is gone.",
        backlog.failed_at,
    )


def _minutes(wait: timedelta) -> str:
    return f"{wait.total_seconds() / 60:,.0f} min"
