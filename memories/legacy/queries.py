"""Read what is written back for the older bot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from memories.models import ImportedRow, Memory, Message
from profiles.models import Profile

BATCH = 500
STORES = "chroma:"


def to_export(*, shared: bool) -> Iterator[tuple[Memory, ImportedRow | None]]:
    """Yield memories with the row that they came from: those first, in their order of storing.

    Args:
        shared: what belongs to all, in place of what belongs to people.
    """
    rows = ImportedRow.objects.filter(_from_older_bot(), memory__person_id__isnull=shared)
    for row in rows.select_related("memory").order_by("pk").iterator(chunk_size=BATCH):
        if row.memory is not None:
            yield row.memory, row
    for memory in _new(shared=shared).order_by("said_at", "pk").iterator(chunk_size=BATCH):
        yield memory, None


def count_to_export() -> int:
    """Return how many memories are written."""
    rows = ImportedRow.objects.filter(_from_older_bot(), memory__isnull=False).count()
    return rows + sum(_new(shared=shared).count() for shared in (False, True))


def left_here() -> int:
    """Return how many memories are not written: the older bot would tell them to everybody."""
    shared = Memory.objects.filter(person_id=None).exclude(_came_along())
    return shared.exclude(hidden=False, guild_id=None).count()


def replies_to(memories: Sequence[Memory]) -> dict[UUID, str]:
    """Return what was answered to the messages that memories were made from."""
    sources = Memory.sources.through.objects.filter(memory__in=memories)
    source_of = dict(sources.values_list("message_id", "memory_id"))
    answered = Message.objects.filter(pk__in=source_of, trace__reply__isnull=False)
    found = answered.values_list("pk", "trace__reply__text")
    return {source_of[message]: text for message, text in found}


def profiles_of(memories: Sequence[Memory]) -> dict[int, Profile]:
    """Return the profiles of the people whose memories these are."""
    owners = {memory.person_id for memory in memories if memory.person_id is not None}
    return {one.person_id: one for one in Profile.objects.filter(person_id__in=owners)}


def _from_older_bot() -> Q:
    return Q(store__startswith=STORES) & ~Q(outcome="forgotten")


def _came_along() -> Q:
    return Q(imported_rows__store__startswith=STORES)


def _new(*, shared: bool) -> QuerySet[Memory]:
    new = Memory.objects.filter(person_id__isnull=shared).exclude(_came_along())
    return new.filter(hidden=False, guild_id=None) if shared else new
