"""What an operator does about a person who asks for it: report, export, erase."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils import timezone

from whisper.action_log import Actor, log
from whisper.database.access import in_database
from whisper.personal_data import erasures, registry


class NoReasonError(Exception):
    """Whoever acts on somebody else's data says why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What an erasure removed, and what is left.

    Args:
        removed: how many of each kind there were.
        left: rows of each table that an export still finds, without the person's refusal.
    """

    person_id: int
    at: datetime
    reason: str
    removed: Mapping[str, int]
    left: Mapping[str, int]

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is left."""
        return not self.left

    def lines(self) -> list[str]:
        """Return the certificate as text."""
        gone = [f"  {name}: {count:,}" for name, count in self.removed.items() if count]
        left = [f"  {name}: {count:,}" for name, count in self.left.items()]
        return [
            f"Erasure of {self.person_id}, {self.at:%Y-%m-%d %H:%M} UTC",
            f"Reason: {self.reason}",
            "Removed:",
            *(gone or ["  nothing; there was nothing"]),
            "Left:",
            *(left or ["  nothing, apart from the refusal and the id and time of the erasure"]),
        ]


async def report_on(person_id: int) -> dict[str, int]:
    """Return how much is held of a person, by table; nothing of what it says."""
    tables = await registry.export_person(person_id)
    return {name: len(rows) for name, rows in tables.items() if rows}


async def export_for(person_id: int, *, actor: Actor, reason: str) -> bytes:
    """Return everything held about a person as a zip, as they get it themselves.

    Raises:
        NoReasonError: no reason is given.
    """
    _check(reason)
    archive = await registry.export_archive(person_id)
    await in_database(
        partial(log, "person.export", actor=actor, reason=reason, person_id=person_id)
    )
    return archive


async def erase_for(person_id: int, *, actor: Actor, reason: str) -> Certificate:
    """Erase everything held about a person, as they do themselves, and certify it.

    The action log keeps who did it and why, but not about whom: the list of erasures has the id.

    Raises:
        NoReasonError: no reason is given.
    """
    _check(reason)
    removed = await registry.erase_person(person_id)
    await in_database(partial(log, "person.erase", actor=actor, reason=reason))
    at = await in_database(erasures.erased_at, person_id) or timezone.now()
    return Certificate(person_id, at, reason, removed, await _left(person_id))


async def _left(person_id: int) -> dict[str, int]:
    held, stays = await report_on(person_id), registry.tables_that_stay()
    return {name: count for name, count in held.items() if name not in stays}


def _check(reason: str) -> None:
    if not reason.strip():
        raise NoReasonError("Say why: the action log keeps it.")
