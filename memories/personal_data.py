"""What is held of a person here: what they said, what is remembered of it, and why of replies."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from memories import actions
from memories.embeddings.queries import forget_vectors
from memories.index.engines import engine_names
from memories.legacy.actions import leave_runs
from memories.models import ForgottenMemory, ImportedRow, Memory, Message, PlaceDecision, ReplyTrace
from profiles.queries import erased_extent
from whisper.database.access import in_database
from whisper.models import OutboxEntry
from whisper.personal_data.registry import Holder, Rows, columns, table


async def export(person_id: int) -> dict[str, Rows]:
    """Return messages, memories, traces, decisions and work that waits."""
    return await in_database(_export, person_id)


async def erase(person_id: int, before: datetime | None) -> dict[str, int]:
    """Erase all of it; an engine that holds copies of memories is told in the same transaction."""
    forget_vectors()
    return await in_database(_erase, person_id, before)


HOLDER = Holder(
    "memories",
    export,
    erase,
    holds=(
        "memories.Message",
        "memories.Memory",
        "memories.Memory_sources",
        "memories.ForgottenMemory",
        "memories.ForgottenMemory_sources",
        "memories.Partition",
        "memories.ReplyTrace",
        "memories.PlaceDecision",
        "memories.ImportedRow",
        "whisper.OutboxEntry",
        *(f"index {name}" for name in engine_names()),
    ),
    impersonal={
        "memories.PlaceName": "names of servers and channels",
        "memories.RemovedPlace": "ids of channels and servers that are gone",
        "whisper.ImportRun": "counts and reasons; what was read is in its imported rows",
    },
    drop_derived=actions.drop_derived,
    drop_moods=actions.drop_moods,
    withdraw=actions.withdraw,
    from_messages=(
        "memories.Message",
        "memories.Memory",
        "memories.Memory_sources",
        "memories.ForgottenMemory",
        "memories.ForgottenMemory_sources",
        "memories.ReplyTrace",
        "whisper.OutboxEntry",
        *(f"index {name}" for name in engine_names()),
    ),
    wordless={
        "memories.Partition": "counters",
        "memories.PlaceDecision": "ids of memories and places",
        "memories.ImportedRow": "what older stores held; what Discord says does not get there",
    },
)


def _erase(person_id: int, before: datetime | None) -> dict[str, int]:
    with transaction.atomic():
        leave_runs(person_id)
        counts = actions.erase_person(person_id, before)
    if erased_extent(person_id, erasure=before).is_everything:
        # Others' partitions are locked here, after the person's own are free again.
        actions.leave_id_out(person_id)
    return counts


def _export(person_id: int) -> dict[str, Rows]:
    of_them = Q(person_id=person_id)
    messages = Message.objects.filter(of_them)
    memories = Memory.objects.filter(person_id=person_id).order_by("said_at")
    # They can be brought back for a day.
    aside = ForgottenMemory.objects.filter(of_them).order_by("forgotten_at", "pk")
    traces = ReplyTrace.objects.filter(of_them).order_by("created_at")
    decisions = PlaceDecision.objects.filter(of_them).order_by("decided_at")
    imported = ImportedRow.objects.filter(of_them).order_by("pk")
    waiting = OutboxEntry.objects.filter(person_id=person_id).order_by("pk")
    return {
        "messages": table(messages.order_by("sent_at", "platform_id"), *columns(Message, "id")),
        "memories": table(memories, *columns(Memory, "embedding", "revision")),
        "forgotten memories": table(aside, *columns(ForgottenMemory, "batch", "forgotten_by")),
        "traces": table(
            traces, "message__platform_id", *columns(ReplyTrace, "id", "message_id", "reply_id")
        ),
        "decisions": table(decisions, *columns(PlaceDecision, "id")),
        "imported rows": table(imported, *columns(ImportedRow, "id", "run_id")),
        "waiting work": table(waiting, *columns(OutboxEntry, "id")),
    }
