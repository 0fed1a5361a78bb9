"""Read what memories were made from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from memories.index.base import Entry
from memories.models import Memory, Message

MOST_OF_SUMMARIES = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMessage:
    """Where a memory's message is, for a link to it or a reply that quotes it."""

    platform: str
    platform_id: int
    channel_id: int
    guild_id: int | None


def source_messages(entries: Iterable[Entry]) -> dict[UUID, SourceMessage]:
    """Return the messages that memories were made from, by the memories' ids.

    What was made otherwise (a command, an import) has none, and neither has what was deleted since.
    """
    keys = {entry.id: entry.source_pk for entry in entries if entry.source_pk is not None}
    columns = ("platform", "platform_id", "channel_id", "guild_id")
    rows = Message.objects.filter(pk__in=set(keys.values()), deleted_at=None)
    found = {row["pk"]: row for row in rows.values("pk", *columns)}
    return {
        memory: SourceMessage(**{name: found[pk][name] for name in columns})
        for memory, pk in keys.items()
        if pk in found
    }


def lines_of_summaries(entries: Iterable[Entry]) -> list[Message]:
    """Return what a person said in the sessions that summaries stand for, oldest first.

    Args:
        entries: memories of one person; only summaries count.
    """
    summaries = [entry.id for entry in entries if entry.kind == Memory.Kind.SUMMARY]
    if not summaries:
        return []
    rows = Message.objects.filter(
        memories__in=summaries, from_companion=False, deleted_at=None
    ).exclude(text="")
    return list(rows.distinct().order_by("sent_at")[:MOST_OF_SUMMARIES])
