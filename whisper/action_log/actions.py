"""The only writer of the action log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Model, Q

from whisper.action_log.base import COMPANION, Actor
from whisper.models import ActionEntry
from whisper.personal_data.withdrawing import Withdrawal

Changes = Mapping[str, tuple[Any, Any]]
REASON_LENGTH = 255


def log(
    action: str,
    *,
    actor: Actor,
    reason: str = "",
    person_id: int | None = None,
    on: Model | None = None,
    changes: Changes | None = None,
    count: int = 1,
) -> ActionEntry | None:
    """Log an action in the transaction of the change; return None if nothing changed.

    Args:
        action: what was done, as `memory.forget`.
        reason: why, in the words of whoever acts; empty if none was asked for.
        person_id: whose data it concerns.
        on: the row that was changed, where it was one.
        changes: of each field the value before and after. Never what somebody said: a text that
            changed is given as `("…", "…")`.
        count: how many rows it concerned.
    """
    if count == 0:
        return None
    return ActionEntry.objects.create(
        action=action,
        actor_kind=actor.kind,
        actor_id=actor.id,
        reason=reason[:REASON_LENGTH],
        person_id=person_id,
        object_type=on._meta.label_lower if on is not None else "",
        object_id=str(on.pk) if on is not None else "",
        changes={name: [_shown(one) for one in pair] for name, pair in (changes or {}).items()},
        count=count,
    )


def log_each(
    action: str,
    counts: Mapping[int | None, int],
    *,
    actor: Actor,
    reason: str = "",
    on: Model | None = None,
) -> None:
    """Log an action that concerned several people, once for each of them.

    Args:
        counts: how many rows of each person it concerned; None for rows of nobody in particular.
        reason: why, in the words of whoever acts.
    """
    entries = [
        ActionEntry(
            action=action,
            actor_kind=actor.kind,
            actor_id=actor.id,
            reason=reason[:REASON_LENGTH],
            person_id=person_id,
            object_type=on._meta.label_lower if on is not None else "",
            object_id=str(on.pk) if on is not None else "",
            count=count,
        )
        for person_id, count in counts.items()
    ]
    if len(entries) == 1:
        # Without a transaction of its own, which a page would wait for twice more.
        entries[0].save(force_insert=True)
    else:
        ActionEntry.objects.bulk_create(entries)


@dataclass(slots=True)
class Tally:
    """Logs what a job deletes in one entry, however many transactions that takes.

    Args:
        action: what is done, as `retention.delete`.
        reason: what is deleted, in words.
        count: rows deleted so far.
    """

    action: str
    reason: str
    count: int = 0
    _entry_pk: int | None = None

    def after(self, delete_some: Callable[[], int]) -> int:
        """Delete some rows, count them in the entry, and return how many there were."""
        with transaction.atomic():
            gone = delete_some()
            if not gone:
                return 0
            entry_pk = self._noted(gone)
        self.count, self._entry_pk = self.count + gone, entry_pk
        return gone

    def _noted(self, gone: int) -> int | None:
        """Count rows in the entry, which is written with the first of them; return its key."""
        if self._entry_pk is not None:
            ActionEntry.objects.filter(pk=self._entry_pk).update(count=F("count") + gone)
            return self._entry_pk
        entry = log(self.action, actor=COMPANION, reason=self.reason, count=gone)
        return entry.pk if entry else None


def forget_person(person_id: int, which: Q | None = None) -> int:
    """Remove what the log says about a person, and their id where they acted on others.

    Args:
        which: only these entries; all without.
    """
    entries = ActionEntry.objects.filter(which or Q())
    acted = entries.filter(actor_kind=ActionEntry.ActorKind.PERSON, actor_id=person_id)
    acted.exclude(person_id=person_id).update(actor_id=None)
    return entries.filter(person_id=person_id).delete()[0]


def withdraw(withdrawal: Withdrawal) -> None:
    """Take the words of a withdrawn message out of what the log says of its author.

    A name that they told is there as the value before and after.
    """
    # However old: Discord's clock, which dates the message, may be ahead of ours.
    entries = ActionEntry.objects.filter(person_id=withdrawal.person_id).exclude(changes={})
    for entry in entries:
        changes = withdrawal.quotations.without_in(entry.changes)
        if changes != entry.changes:
            ActionEntry.objects.filter(pk=entry.pk).update(changes=changes)


def _shown(value: Any) -> Any:
    """Return a value as JSON keeps it; large numbers are ids, which JavaScript would round."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float) and abs(value) < 2**53:
        return value
    return str(value)
