"""Do work that follows from a change: at least once, in order of writing within a topic.

An entry is claimed by moving its `due_at` a lease ahead, so that an entry of a killed worker is due
again after that.
Handlers must be idempotent.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection, transaction
from django.utils import timezone

from whisper.database.access import in_database
from whisper.database.errors import DatabaseAwayError
from whisper.models import OutboxEntry

logger = logging.getLogger(__name__)

Payload = dict[str, Any]
Handler = Callable[[Sequence[Payload]], Awaitable[None]]

LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=10)
# More than the longest wait needs; a timedelta overflows at 47.
MOST_DOUBLINGS = 16
BATCH = 64
# How long a topic waits if its service is unavailable.
PAUSE_SECONDS = 1.0

_handlers: dict[str, Handler] = {}
_again_at_start: set[str] = set()
_paused_until: dict[str, float] = {}
_draining: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()


class PermanentError(Exception):
    """The work can never succeed; its entry is set aside with the reason."""


class AwayError(Exception):
    """A service that a topic needs is unavailable: all its work waits, and nothing counts as
    failed.
    """


def handles(topic: str, *, again_at_start: bool = False) -> Callable[[Handler], Handler]:
    """Register the coroutine that does a topic's entries, up to `BATCH` payloads a call.

    Args:
        again_at_start: whether a starting worker takes over at once what another one has claimed,
            since that may have been killed; for work that is cheap to do twice.
    """

    def register(handler: Handler) -> Handler:
        _handlers[topic] = handler
        if again_at_start:
            _again_at_start.add(topic)
        return handler

    return register


def handlers() -> Mapping[str, Handler]:
    """Return who does each topic."""
    return dict(_handlers)


def enqueue(
    topic: str, payload: Payload, *, person_id: int | None = None, due_at: datetime | None = None
) -> OutboxEntry:
    """Write an entry; call it inside the transaction that makes the change.

    Args:
        due_at: when it is to be done; at once without one.
    """
    return OutboxEntry.objects.create(
        topic=topic, payload=payload, person_id=person_id, due_at=due_at or timezone.now()
    )


def pending() -> int:
    """Return how many entries wait to be done."""
    return OutboxEntry.objects.filter(failed_at=None).count()


async def drain() -> int:
    """Do what is due now and return how many entries were taken, failed ones included.

    Within an event loop one call waits for the other: what was due before a call is done after it.
    """
    async with _draining.setdefault(asyncio.get_running_loop(), asyncio.Lock()):
        entries = await in_database(_claim)
        for start in _runs(entries):
            await _do(start)
        return len(entries)


async def run(stop: asyncio.Event, *, idle_seconds: float = 0.5) -> None:
    """Drain until `stop` is set; the batch in hand is finished first."""
    started = False
    while not stop.is_set():
        try:
            if not started:
                await in_database(_take_up)
                started = True
            if await drain():
                continue
        except Exception:
            logger.exception("outbox: the database can't be reached")
        try:
            await asyncio.wait_for(stop.wait(), idle_seconds)
        except TimeoutError:
            continue


def _take_up() -> None:
    """Make due what a killed worker had in hand."""
    now = timezone.now()
    entries = OutboxEntry.objects.filter(failed_at=None, due_at__gt=now)
    entries.filter(topic__in=_again_at_start).update(due_at=now)


def _claim() -> list[OutboxEntry]:
    now = timezone.now()
    paused = [topic for topic, until in _paused_until.items() if until > time.monotonic()]
    with transaction.atomic():
        due = OutboxEntry.objects.filter(failed_at=None, due_at__lte=now).order_by("id")
        if paused:
            due = due.exclude(topic__in=paused)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        entries = list(due[:BATCH])
        OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).update(
            due_at=now + LEASE
        )
    return entries


def _runs(entries: list[OutboxEntry]) -> list[list[OutboxEntry]]:
    """Return the entries by topic, each topic in order of writing."""
    topics: dict[str, list[OutboxEntry]] = {}
    for entry in entries:
        topics.setdefault(entry.topic, []).append(entry)
    return list(topics.values())


async def _do(entries: list[OutboxEntry]) -> None:
    """Run one topic's entries together; if that fails, one by one, so that a bad one delays no
    other.
    """
    handler = _handlers.get(entries[0].topic)
    try:
        if handler is None:
            raise PermanentError(f"nothing handles {entries[0].topic}")
        await handler([entry.payload for entry in entries])
    except AwayError as error:
        await _note(_let_wait, entries, error)
    except Exception as error:
        if len(entries) > 1:
            for entry in entries:
                await _do([entry])
            return
        await _note(_put_back, entries[0], error)
    else:
        _paused_until.pop(entries[0].topic, None)
        await _note(_finish, entries)


async def _note(how: Callable[..., None], *args: Any) -> None:
    """Note in the database what became of entries.

    If that fails they are due again after their lease, and the other entries are done meanwhile.

    Raises:
        DatabaseAwayError: the database is away, and would be for the others as well.
    """
    try:
        await in_database(how, *args)
    except DatabaseAwayError:
        raise
    except Exception:
        logger.exception("outbox: can't store the result of an entry; it will be repeated")


def _let_wait(entries: list[OutboxEntry], error: AwayError) -> None:
    topic = entries[0].topic
    if topic not in _paused_until:
        logger.warning("outbox: %s waits (%s)", topic, error)
    _paused_until[topic] = time.monotonic() + PAUSE_SECONDS
    rows = OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries])
    rows.update(due_at=timezone.now(), last_error=str(error))


def _finish(entries: list[OutboxEntry]) -> None:
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()


def _put_back(entry: OutboxEntry, error: Exception) -> None:
    permanent = isinstance(error, PermanentError)
    delay = min(FIRST_RETRY * 2 ** min(entry.attempts, MOST_DOUBLINGS), LONGEST_RETRY)
    logger.warning(
        "outbox: %s failed%s", entry.topic, "" if permanent else ", will retry", exc_info=error
    )
    now = timezone.now()
    OutboxEntry.objects.filter(pk=entry.pk).update(
        attempts=entry.attempts + 1,
        # Only the kind of error: its text could quote what a person said.
        last_error=str(error) if permanent else type(error).__name__,
        due_at=now + delay,
        failed_at=now if permanent else None,
    )
