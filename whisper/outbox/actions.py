"""What is put into the outbox, and what an admin decides about work that was set aside."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from whisper.action_log import COMPANION, Actor, log
from whisper.database.inserting import insert, insert_all
from whisper.models import OutboxEntry
from whisper.outbox.queries import set_aside
from whisper.outbox.topics import Payload


def enqueue(
    topic: str, payload: Payload, *, person_id: int | None = None, due_at: datetime | None = None
) -> OutboxEntry:
    """Write an entry; call it inside the transaction that makes the change.

    Args:
        due_at: when it is to be done; at once without one.
    """
    made = entry(topic, payload, person_id=person_id, due_at=due_at)
    insert(made)
    return made


def entry(
    topic: str, payload: Payload, *, person_id: int | None = None, due_at: datetime | None = None
) -> OutboxEntry:
    """Return an entry for `enqueue_all`; the arguments are those of `enqueue`."""
    now = timezone.now()
    return OutboxEntry(
        topic=topic, payload=payload, person_id=person_id, created_at=now, due_at=due_at or now
    )


def enqueue_all(entries: Iterable[OutboxEntry]) -> None:
    """Write entries in their order, as `enqueue` does one."""
    insert_all(entries)


def retry(
    pks: Collection[int] | None = None,
    *,
    topic: str = "",
    actor: Actor = COMPANION,
    reason: str = "",
) -> int:
    """Have work that was set aside tried again, and return how many entries that is.

    Args:
        pks: which entries; all of them without.
        topic: only of this topic.
    """
    with transaction.atomic():
        count = set_aside(pks, topic=topic).update(
            failed_at=None, attempts=0, claim="", due_at=timezone.now()
        )
        log("outbox.retry", actor=actor, reason=reason, count=count)
    return count


def drop(
    pks: Collection[int] | None = None,
    *,
    topic: str = "",
    actor: Actor = COMPANION,
    reason: str = "",
) -> int:
    """Give up work that was set aside, and return how many entries that was.

    Args:
        pks: which entries; all of them without.
        topic: only of this topic.
    """
    with transaction.atomic():
        count = set_aside(pks, topic=topic).delete()[0]
        log("outbox.drop", actor=actor, reason=reason, count=count)
    return count
