"""What is held of a person here: what they said, what is remembered of it, and why of replies."""

from __future__ import annotations

from django.db.models import Q

from memories import actions
from memories.models import ImportedRow, Memory, Message, ReplyTrace
from memories.visibility import Scope, is_visible
from whisper.db import in_database
from whisper.personal_data import Holder, Rows, table


async def export(person_id: int) -> dict[str, Rows]:
    """Return messages, memories and traces."""
    return await in_database(_export, person_id)


async def erase(person_id: int) -> dict[str, int]:
    """Erase messages, memories and traces, with what waits to be done about them."""
    return await in_database(actions.erase_person, person_id)


HOLDER = Holder("memories", export, erase)


def _export(person_id: int) -> dict[str, Rows]:
    said = Q(person_id=person_id) | Q(author_id=person_id)
    scope = Scope.access(person_id)
    own = Memory.objects.filter(owner_id=person_id).defer("embedding")
    visible = {memory.pk for memory in own if is_visible(memory, scope)}
    return {
        "messages": table(
            Message.objects.filter(said).order_by("sent_at", "message_id"),
            "platform",
            "message_id",
            "channel_id",
            "guild_id",
            "place",
            "author_id",
            "author_name",
            "from_companion",
            "text",
            "attachments",
            "reply_to",
            "sent_at",
            "edited_at",
            "deleted_at",
        ),
        "memories": [
            row
            for row in table(
                Memory.objects.filter(owner_id=person_id).order_by("said_at"),
                "id",
                "kind",
                "text",
                "context",
                "speaker",
                "place",
                "guild_id",
                "channel_id",
                "said_at",
                "category",
                "slot",
                "emotion",
                "confidence",
                "importance",
                "valid_from",
                "valid_to",
                "superseded_by_id",
            )
            if row["id"] in visible
        ],
        "imported rows": table(
            ImportedRow.objects.filter(person_id=person_id).order_by("pk"),
            "store",
            "key",
            "outcome",
            "reason",
            "document",
            "metadata",
        ),
        "traces": table(
            ReplyTrace.objects.filter(person_id=person_id).order_by("created_at"),
            "message__message_id",
            "prompt",
            "recalled",
            "emotion",
            "milliseconds",
            "tokens",
            "model",
            "error",
            "created_at",
        ),
    }
