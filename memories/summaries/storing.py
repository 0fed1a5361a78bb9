"""Store what a session was about."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from memories.actions import MemoryDraft, remember
from memories.models import Memory, Message
from profiles.queries import still_agrees

IMPORTANCE = 0.6


def keep_summary(person_id: int, messages: Sequence[Message], text: str) -> None:
    """Store the summary of a session, if its messages still say what it was made of."""
    with transaction.atomic():
        # They may have been forgotten, deleted or edited while the summary was written.
        if still_agrees(person_id) and still_say(messages):
            remember(draft_of(person_id, messages, text))


def origin_of(messages: Sequence[Message]) -> str:
    return f"summary:{messages[-1].pk}"


def draft_of(person_id: int, messages: Sequence[Message], text: str) -> MemoryDraft:
    """Return the summary of a session, with the span from its first to its last message."""
    last = messages[-1]
    return MemoryDraft(
        person_id=person_id,
        kind=Memory.Kind.SUMMARY,
        text=text,
        place=last.place,
        guild_id=last.guild_id,
        channel_id=last.audience_channel_id,
        said_at=last.sent_at,
        valid_from=messages[0].sent_at,
        origin=origin_of(messages),
        importance=IMPORTANCE,
        sources=[message.pk for message in messages],
    )


def still_say(messages: Sequence[Message]) -> bool:
    """Return whether all messages are there and say what they said."""
    rows = Message.objects.filter(pk__in=[message.pk for message in messages])
    texts = dict(rows.values_list("pk", "text"))
    return all(texts.get(message.pk) == message.text for message in messages)
