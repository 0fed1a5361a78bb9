"""Claims on entries, and their outcomes.

A claim is a row with a counter that its worker raises while it works. Other workers watch the
counter: if it stands still for `LEASE`, by the watcher's own monotonic clock, its worker was killed
or lost the database. No wall clocks are compared, so a clock that jumps takes no batch from the
worker that has it. Claims of a process that has ended, as another one on its machine can see, are
free at once. What a worker notes after it lost its claim changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from whisper.database.inserting import insert
from whisper.database.prepared import Value, prepared, prepared_delete, prepared_update
from whisper.models import OutboxClaim, OutboxEntry
from whisper.outbox.queries import barrier_of, free
from whisper.outbox.topics import PermanentError, UnknownTopicError
from whisper.processes import lives

logger = logging.getLogger(__name__)

BATCH = 64
LEASE = timedelta(minutes=1)
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=10)
# More than the longest wait needs; a timedelta overflows at 47.
MOST_DOUBLINGS = 16
# After this many failures, which take some two hours, an entry is set aside.
MOST_ATTEMPTS = 20
# How far the clocks of two machines may be apart.
CLOCKS_APART = timedelta(minutes=1)
# What a batch leaves behind, since nothing could be noted of it, waits for this time.
LEFT_BEHIND = timedelta(seconds=10)
MENDED_AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries of one topic that one worker has in hand, in order of writing."""

    token: str
    topic: str
    entries: tuple[OutboxEntry, ...]


def claim(topic: str, *, most: int = BATCH, token: str = "") -> Batch | None:
    """Take some due entries of a topic; None if there are none.

    Args:
        most: how many; never more than `BATCH`.
        token: of `lives.new_token`, for a caller who needs to know it even if the claim fails.
    """
    token = token or lives.new_token()
    with transaction.atomic():
        entries = tuple(_due(topic, timezone.now(), barrier_of(topic))[:most])
        if not entries:
            return None
        insert(OutboxClaim(token=token, topic=topic))
        _mark_claimed(token, *(one.pk for one in entries))
    return Batch(token, topic, entries)


def _locked_batch(topic: Value, now: Value, barrier: Value) -> QuerySet[OutboxEntry]:
    """Return a batch of due entries, locked if the database lets other workers skip them."""
    due = free(topic, now, barrier)
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    return due[:BATCH]


_due = prepared(_locked_batch)


def renew(token: str) -> bool:
    """Show that a batch is still worked on; False if another worker took it over."""
    return OutboxClaim.objects.filter(token=token).update(beat=F("beat") + 1) == 1


def finish(batch: Batch, entries: Sequence[OutboxEntry]) -> None:
    """Remove entries that are done."""
    _delete_entries(batch.token, *(entry.pk for entry in entries))


def put_back(batch: Batch, entry: OutboxEntry, error: Exception) -> None:
    """Have an entry tried again later; one that can't succeed, or never did, is set aside."""
    attempts, now = entry.attempts + 1, timezone.now()
    given_up = isinstance(error, PermanentError) or attempts >= MOST_ATTEMPTS
    reason = _reason(error, attempts)
    delay = min(FIRST_RETRY * 2 ** min(entry.attempts, MOST_DOUBLINGS), LONGEST_RETRY)
    _held(batch, [entry]).update(
        attempts=attempts,
        last_error=reason,
        due_at=now + delay,
        failed_at=now if given_up else None,
        claim="",
    )
    if given_up:
        logger.error("outbox: set aside entry %d of %s: %s", entry.pk, entry.topic, reason)
    else:
        logger.warning("outbox: %s failed, will retry: %s", entry.topic, reason)


def let_wait(batch: Batch, entries: Sequence[OutboxEntry], reason: str) -> None:
    """Free entries whose service is away; it does not count as a failed attempt."""
    _held(batch, entries).update(claim="", last_error=reason)


def close(batch: Batch) -> None:
    """Give a claim back, with what is left in it."""
    with transaction.atomic():
        _free_rest(batch.token, timezone.now() + LEFT_BEHIND)
        _delete_claim(batch.token)


_mark_claimed = prepared_update(
    lambda token, *pks: (OutboxEntry.objects.filter(pk__in=pks), {"claim": token})
)
_delete_entries = prepared_delete(
    lambda token, *pks: OutboxEntry.objects.filter(pk__in=pks, claim=token)
)
_free_rest = prepared_update(
    lambda token, due_at: (
        OutboxEntry.objects.filter(claim=token),
        {"claim": "", "due_at": due_at},
    )
)
_delete_claim = prepared_delete(lambda token: OutboxClaim.objects.filter(token=token))


def give_back(tokens: Collection[str]) -> None:
    """Free what nobody has in hand any more."""
    with transaction.atomic():
        _release(tokens)


def take_over(topics: Collection[str]) -> None:
    """Free what other workers have in hand of some topics."""
    with transaction.atomic():
        claims = OutboxClaim.objects.filter(topic__in=topics)
        _release(list(claims.values_list("token", flat=True)))


def free_of_ended(marks: Collection[str]) -> int:
    """Free the batches of processes that have ended, and return how many there were.

    Args:
        marks: of `lives.ended`.
    """
    if not marks:
        return 0
    tokens = [
        token
        for token in OutboxClaim.objects.values_list("token", flat=True)
        if lives.mark_of(token) in marks
    ]
    give_back(tokens)
    return len(tokens)


class Watch:
    """Tells which claims stand still, by the clock of whoever watches.

    Args:
        lease: for how long they have to.
    """

    def __init__(self, lease: timedelta = LEASE) -> None:
        self._seconds = lease.total_seconds()
        self._seen: dict[str, tuple[int, float]] = {}

    def still(self, claims: Iterable[tuple[str, int]], now: float) -> list[tuple[str, int]]:
        """Return the claims that have stood still for a lease.

        Args:
            claims: of each its token and how often it was renewed.
            now: the watcher's monotonic clock, in seconds.
        """
        before, self._seen = self._seen, {}
        for token, beat in claims:
            known = before.get(token)
            same = known is not None and known[0] == beat
            self._seen[token] = known if known is not None and same else (beat, now)
        return [
            (token, beat)
            for token, (beat, since) in self._seen.items()
            if now - since >= self._seconds
        ]


def free_abandoned(watch: Watch, now: float) -> int:
    """Free the batches of workers that are gone, and return how many there were.

    Args:
        now: the watcher's monotonic clock, in seconds.
    """
    freed = 0
    for token, beat in watch.still(OutboxClaim.objects.values_list("token", "beat"), now):
        with transaction.atomic():
            # Not if it was renewed meanwhile.
            if OutboxClaim.objects.filter(token=token, beat=beat).delete()[0]:
                _release([token])
                freed += 1
    return freed


def mend_times() -> int:
    """Have work done in time that was put off by a clock that was ahead; return how much it was."""
    now = timezone.now()
    limit = now + CLOCKS_APART
    ahead = Q(created_at__gt=limit) | Q(attempts__gt=0, due_at__gt=limit + LONGEST_RETRY)
    entries = list(OutboxEntry.objects.filter(ahead, failed_at=None)[:MENDED_AT_A_TIME])
    for entry in entries:
        wait = max(entry.due_at - entry.created_at, timedelta(0)) if not entry.attempts else None
        entry.created_at = min(entry.created_at, now)
        entry.due_at = now + (wait or timedelta(0))
    OutboxEntry.objects.bulk_update(entries, ["created_at", "due_at"])
    return len(entries)


def _held(batch: Batch, entries: Sequence[OutboxEntry]) -> QuerySet[OutboxEntry]:
    """Return the entries that are still this batch's."""
    pks = [entry.pk for entry in entries]
    return OutboxEntry.objects.filter(pk__in=pks, claim=batch.token)


def _release(tokens: Collection[str]) -> None:
    OutboxEntry.objects.filter(claim__in=tokens).update(claim="")
    OutboxClaim.objects.filter(token__in=tokens).delete()


def _reason(error: Exception, attempts: int) -> str:
    """Return why an attempt failed: the kind of error and where, as its text could quote people."""
    if isinstance(error, PermanentError | UnknownTopicError):
        return str(error)
    where = _where(error)
    reason = f"{type(error).__name__}{f' in {where}' if where else ''}"
    return f"{reason}, {attempts} times" if attempts >= MOST_ATTEMPTS else reason


def _where(error: Exception) -> str:
    """Return the module and line that raised an error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else ""
