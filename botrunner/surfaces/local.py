"""What terminal and web chat have in common: ids of our own, and nothing earlier to read."""

from __future__ import annotations

from django.utils import timezone

from botrunner.history.base import CachedMessage
from botrunner.surfaces.base import Delivered, Outgoing
from whisper.ids import new_message_id

COMPANION_ID = 0


class LocalSurface:
    """A surface without a platform behind it."""

    companion_id = COMPANION_ID

    async def show(self, piece: str) -> None:
        """Show nothing before the reply is finished."""

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        """Give the reply an id."""
        return [Delivered(new_message_id(), reply.text, timezone.now())]

    async def earlier(self, limit: int) -> list[CachedMessage]:
        """Return nothing: the record has all that was said here."""
        return []
