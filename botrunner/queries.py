"""Read from the record what the bot asks it."""

from __future__ import annotations

from datetime import timedelta

from memories.models import Message
from memories.queries import pending_messages

# What is older was asked too long ago to be answered now.
RECOVERED = timedelta(hours=24)


def stored_message(message_id: int) -> Message | None:
    """Return a Discord message of the record, None where it was never stored."""
    return Message.objects.filter(platform=Message.Platform.DISCORD, message_id=message_id).first()


def unanswered() -> list[Message]:
    """Return the Discord messages of the last day that still wait for an answer, oldest first."""
    return pending_messages(Message.Platform.DISCORD, since=RECOVERED)
