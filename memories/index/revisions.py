"""Counters of change, by which every copy of memories knows when it is old.

All of it belongs inside a transaction. Who changes memories locks their partitions first, so that
two writers wait for each other in one order and revisions become visible in the order of raising.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from django.db.models import F

from memories.models import Partition
from whisper.database.prepared import prepared, prepared_update

_held = prepared(
    lambda *keys: (
        Partition.objects.select_for_update()
        .filter(key__in=keys)
        .order_by("key")
        .values_list("key", flat=True)
    )
)
_revisions = prepared(
    lambda *keys: Partition.objects.filter(key__in=keys).values_list("key", "revision")
)

_raise = prepared_update(
    lambda by, *keys: (
        Partition.objects.filter(key__in=keys),
        {"revision": F("revision") + by},
    )
)


def lock(keys: Iterable[str]) -> set[str]:
    """Hold partitions until the transaction ends and return the keys of those that exist."""
    return set(_held(*sorted(set(keys))))


def lock_or_make(keys: Iterable[str]) -> None:
    """Hold partitions until the transaction ends; those that are missing are made."""
    keys = set(keys)
    missing = keys - lock(keys)
    if not missing:
        return
    # A partition that was erased and starts again must not come to a revision it had before, by
    # which a process would take its old copy for the new one: so the time is where it begins.
    start = time.time_ns() // 1_000_000
    Partition.objects.bulk_create(
        [Partition(key=key, revision=start, removed_at_revision=start) for key in sorted(missing)],
        ignore_conflicts=True,
    )
    lock(missing)


def raise_revisions(keys: Iterable[str], by: int = 1) -> dict[str, int]:
    """Raise the revisions of locked partitions and return the new ones.

    Args:
        by: how much, of each alike: one statement does it, and revisions may be left out.
    """
    keys = set(keys)
    _raise(by, *keys)
    return dict(_revisions(*keys))


def next_revision(key: str) -> int:
    """Raise a partition's revision by one and return it; a missing partition is made."""
    lock_or_make([key])
    return raise_revisions([key])[key]


def note_removal(keys: Iterable[str]) -> None:
    """Tell that memories of locked partitions were removed: their copies are loaded again."""
    revision = F("revision") + 1
    Partition.objects.filter(key__in=set(keys)).update(
        revision=revision, removed_at_revision=revision
    )
