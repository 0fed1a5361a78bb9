"""Delete what is older than the settings allow."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from memories.actions.messages import delete_message
from memories.actions.places import ERASED_AT_ONCE
from memories.models import ImportedRow, Message, PlaceDecision, ReplyTrace
from whisper.retention import AT_ONCE


def delete_old_messages(before: datetime, *, guild_id: int | None = None) -> int:
    """Erase some messages, oldest first, with what was made of them alone; return how many.

    Args:
        guild_id: only those of this server.
    """
    rows = Message.objects.filter(sent_at__lt=before).order_by("sent_at")
    if guild_id is not None:
        rows = rows.filter(guild_id=guild_id)
    chosen = list(rows.values_list("pk", "platform", "platform_id")[:ERASED_AT_ONCE])
    for pk, platform, platform_id in chosen:
        with transaction.atomic():
            delete_message(platform, platform_id, deleted_at=before, logged=False)
            Message.objects.filter(pk=pk).delete()
    return len(chosen)


def delete_old_traces(before: datetime) -> int:
    """Delete some traces of replies; the replies stay."""
    rows = ReplyTrace.objects.filter(created_at__lt=before).values_list("pk", flat=True)
    return ReplyTrace.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]


def delete_old_decisions(before: datetime) -> int:
    """Delete some decisions about places."""
    rows = PlaceDecision.objects.filter(decided_at__lt=before).values_list("pk", flat=True)
    return PlaceDecision.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]


def empty_old_imports(before: datetime) -> int:
    """Take the original texts out of some imported rows; that they were imported stays."""
    old = ImportedRow.objects.filter(run__finished_at__lt=before)
    full = old.exclude(Q(document="") & Q(metadata={})).values_list("pk", flat=True)
    rows = ImportedRow.objects.filter(pk__in=list(full[:AT_ONCE]))
    return rows.update(document="", metadata={})
