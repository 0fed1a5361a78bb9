"""Remove what is held of a person, or what was made of it; change how it felt."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from memories.actions.base import BATCH, number
from memories.actions.forgetting import drop_feelings, drop_of
from memories.actions.memories import forget
from memories.index import changes, revisions
from memories.models import (
    ForgottenMemory,
    ImportedRow,
    Memory,
    Message,
    Partition,
    PlaceDecision,
    ReplyTrace,
)
from profiles.queries import erased_extent
from whisper.models import OutboxEntry

RowT = TypeVar("RowT", bound=Model)

# Fields in which the older bot kept with a message what it made of it.
DERIVED_FIELDS = {
    "detected_emotion",
    "confidence",
    "intensity",
    "relationship_level",
    "interaction_count",
}


def drop_derived(person_id: int) -> None:
    """Forget the facts and summaries made of what a person said; moods go on their own."""
    with transaction.atomic():
        own = Memory.objects.filter(person_id=person_id)
        forget(own.exclude(kind=Memory.Kind.CONVERSATION).values_list("pk", flat=True))
        drop_of(Q(person_id=person_id) & ~Q(kind=Memory.Kind.CONVERSATION))
        # Prompts tell what was known of them, and how they felt.
        ReplyTrace.objects.filter(person_id=person_id).delete()
        rows = list(ImportedRow.objects.filter(person_id=person_id).exclude(metadata={}))
        for row in rows:
            row.metadata = {
                name: value for name, value in row.metadata.items() if not _is_derived(name)
            }
        ImportedRow.objects.bulk_update(rows, ["metadata"], batch_size=BATCH)


def drop_moods(person_id: int) -> None:
    """Forget how what a person said felt; what they said stays."""
    with transaction.atomic():
        _feel(Memory.objects.filter(person_id=person_id).exclude(emotion=""), "")
        drop_feelings(person_id)


def judge_mood(message_pk: int, emotion: str) -> None:
    """Let what is remembered of a message feel as it was judged since, unless that is forgotten."""
    with transaction.atomic():
        felt = Memory.objects.filter(sources=message_pk, kind=Memory.Kind.CONVERSATION)
        _feel(felt.exclude(emotion__in=["", emotion]), emotion)


def _feel(rows: QuerySet[Memory], emotion: str) -> None:
    revisions.lock(memory.partition_key for memory in rows.defer("embedding"))
    # Read again under the lock: they may be gone, or forgotten, by now.
    memories = list(rows.defer("embedding").order_by("revision"))
    for memory in memories:
        memory.emotion = emotion
    number(memories)
    Memory.objects.bulk_update(memories, ["emotion", "revision"], batch_size=BATCH)
    changes.changed(memories)


def _is_derived(name: str) -> bool:
    """Return whether a field of the older bot says what it made of a message."""
    derived = name in DERIVED_FIELDS or name.startswith(("emotional_", "personality_"))
    # Two of them alone tell where it was said.
    return derived and not name.endswith(("guild_id", "channel_id"))


def erase_person(person_id: int, before: datetime | None = None) -> dict[str, int]:
    """Erase everything that a person said and everything remembered of it; return the counts.

    Args:
        before: erase again what is older than this erasure of theirs; who agreed again since keeps
            what is newer.
    """
    extent = erased_extent(person_id, erasure=before)
    whose = Q(person_id=person_id)

    def gone(model: type[RowT], field: str) -> QuerySet[RowT]:
        return model._default_manager.filter(whose, extent.of(model, field))

    with transaction.atomic():
        traces = gone(ReplyTrace, "created_at").delete()[0]
        memories = forget(gone(Memory, "created_at").values_list("pk", flat=True))
        memories += drop_of(whose & extent.of(ForgottenMemory, "created_at"))
        messages = gone(Message, "sent_at").delete()[1]
        decisions = gone(PlaceDecision, "decided_at").delete()[0]
        imported = gone(ImportedRow, "run__started_at").delete()[0]
        gone(OutboxEntry, "created_at").delete()
        if extent.is_everything:
            Partition.objects.filter(key=f"person:{person_id}").delete()
    return {
        "messages": messages.get(Message._meta.label, 0),
        "memories": memories,
        "traces": traces,
        "decisions": decisions,
        "imported rows": imported,
    }
