"""Tell indexes that hold a copy what changed: in the transaction of the change, by ids alone.

The memories are read again from the database when the work is done, so that an old entry writes
nothing old.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from memories.index.engines import engine
from memories.models import Memory, Partition
from whisper.models import OutboxEntry

INDEX = "memories.index"
# A batch of the outbox holds as many entries again: that much is done at a time.
IDS_AN_ENTRY = 64


@dataclass(frozen=True, slots=True)
class Removal:
    """A memory that is gone from the database.

    Args:
        partition: key of the partition that it was searched in.
        revision: the partition's revision at the removal, above any that the memory had.
    """

    id: UUID
    partition: str
    revision: int


def changed(memories: Iterable[Memory]) -> None:
    """Let the index take memories over that are new or changed."""
    if engine().is_copy:
        _write({"changed": ids} for ids in _parts([str(memory.pk) for memory in memories]))


def removed(memories: Sequence[Memory]) -> None:
    """Let the index drop memories that were removed; call it when their revisions are raised."""
    if not engine().is_copy:
        return
    gone: dict[str, list[str]] = {}
    for memory in memories:
        gone.setdefault(memory.partition_key, []).append(str(memory.pk))
    revisions = dict(Partition.objects.filter(key__in=gone).values_list("key", "revision"))
    _write(
        {"removed": ids, "partition": key, "revision": revisions[key]}
        for key in gone
        for ids in _parts(gone[key])
    )


def queue(changed: Sequence[UUID], removed: Sequence[Removal]) -> None:
    """Queue changes and removals for the index again."""
    _write({"changed": ids} for ids in _parts([str(one) for one in changed]))
    _write(
        {"removed": [str(one.id)], "partition": one.partition, "revision": one.revision}
        for one in removed
    )


def changes_in(payloads: Iterable[dict[str, Any]]) -> list[UUID]:
    """Return what entries tell of as changed, each once."""
    ids = (one for payload in payloads for one in payload.get("changed", ()))
    return [UUID(one) for one in dict.fromkeys(ids)]


def removals_in(payloads: Iterable[dict[str, Any]]) -> list[Removal]:
    """Return what entries tell of as removed."""
    return list(_removals(payloads))


def _removals(payloads: Iterable[dict[str, Any]]) -> Iterator[Removal]:
    for payload in payloads:
        for one in payload.get("removed", ()):
            yield Removal(UUID(one), payload["partition"], payload["revision"])


def _parts(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), IDS_AN_ENTRY):
        yield ids[start : start + IDS_AN_ENTRY]


def _write(payloads: Iterable[dict[str, Any]]) -> None:
    # Without an owner: when a person is erased, the entries that say so must stay.
    OutboxEntry.objects.bulk_create(OutboxEntry(topic=INDEX, payload=one) for one in payloads)
