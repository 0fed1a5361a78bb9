"""Read the outbox."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from whisper.database.prepared import Value, prepared
from whisper.models import OutboxEntry
from whisper.outbox.topics import AFTER

# Greater than any key.
BEYOND = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits of a topic.

    Args:
        waiting: how many entries wait to be done or are in hand.
        set_aside: how many were given up.
        due_since: when the first of those that wait fell due; None if none has.
        failed_at: when the latest was given up; None if none was.
    """

    topic: str
    waiting: int = 0
    set_aside: int = 0
    due_since: datetime | None = None
    failed_at: datetime | None = None

    def late(self, now: datetime) -> timedelta:
        """Return for how long the first entry has been due."""
        return max(now - self.due_since, timedelta(0)) if self.due_since else timedelta(0)


def pending() -> int:
    """Return how many entries wait to be done."""
    return OutboxEntry.objects.filter(failed_at=None).count()


def set_aside(pks: Collection[int] | None = None, *, topic: str = "") -> QuerySet[OutboxEntry]:
    """Return the entries that were given up, the first first.

    Args:
        pks: only these.
        topic: only of this topic.
    """
    entries = OutboxEntry.objects.filter(failed_at__isnull=False).order_by("id")
    if pks is not None:
        entries = entries.filter(pk__in=pks)
    return entries.filter(topic=topic) if topic else entries


def backlogs() -> list[Backlog]:
    """Return what waits of each topic that has anything, by topic."""
    now = timezone.now()
    waits = Q(failed_at=None)
    rows = OutboxEntry.objects.values("topic").annotate(
        waiting=Count("id", filter=waits),
        aside=Count("id", filter=~waits),
        since=Min("due_at", filter=waits & Q(due_at__lte=now)),
        failed=Max("failed_at"),
    )
    return [
        Backlog(row["topic"], row["waiting"], row["aside"], row["since"], row["failed"])
        for row in rows.order_by("topic")
    ]


def free(topic: Value, now: Value, barrier: Value) -> QuerySet[OutboxEntry]:
    """Return the entries of a topic that are due and unclaimed, in order of writing.

    Args:
        barrier: of `barrier_of`.
    """
    return OutboxEntry.objects.filter(
        topic=topic, failed_at=None, claim="", due_at__lte=now, pk__lt=barrier
    ).order_by("id")


def barrier_of(topic: str) -> int:
    """Return the key before which entries of a topic may be done.

    It is that of the first entry, waiting or in hand, of the topics that go first. Entries that
    failed before hold up nothing. If there are no others, it is greater than any key.
    """
    untried = [
        pk
        for first in AFTER.get(topic, ())
        for pk in (*_first_waiting(first), *_first_in_hand(first))
    ]
    return min(untried, default=BEYOND)


def _untried(topic: str) -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.filter(topic=topic, failed_at=None, attempts=0, last_error="")


_first_waiting = prepared(
    lambda topic: _untried(topic).filter(claim="").order_by("id").values_list("pk", flat=True)[:1]
)
_first_in_hand = prepared(
    lambda topic: _untried(topic).exclude(claim="").order_by("id").values_list("pk", flat=True)[:1]
)


def due_topics(topics: Iterable[str]) -> list[str]:
    """Return which of the topics have anything to do.

    Workers ask all the time: it is one statement, which looks no further than a topic's first row.
    """
    now, asked = timezone.now(), list(topics)
    if not asked:
        return []
    # Written out, as composing it takes longer than running it.
    table, at = OutboxEntry._meta.db_table, connection.ops.adapt_datetimefield_value(now)
    one = (
        f"SELECT %s WHERE EXISTS (SELECT 1 FROM {table} WHERE topic = %s"  # noqa: S608
        " AND failed_at IS NULL AND claim = '' AND due_at <= %s)"
    )
    values = [value for topic in asked for value in (topic, topic, at)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(asked)), values)
        due = {topic for (topic,) in cursor.fetchall()}
    return [topic for topic in asked if topic in due and _may_begin(topic, now)]


def _may_begin(topic: str, now: datetime) -> bool:
    """Return whether something of a due topic need not wait for another topic."""
    return topic not in AFTER or bool(_first_free(topic, now, barrier_of(topic)))


_first_free = prepared(
    lambda topic, now, barrier: free(topic, now, barrier).values_list("pk", flat=True)[:1]
)


def unknown_topics(known: Iterable[str]) -> list[str]:
    """Return the topics of entries that wait and that nobody here does."""
    entries = OutboxEntry.objects.filter(failed_at=None).exclude(topic__in=list(known))
    return list(entries.order_by("topic").values_list("topic", flat=True).distinct())
