"""What terminal and web chat have in common: ids of our own, and nothing earlier to read."""

from __future__ import annotations

from django.utils import timezone

from botrunner.conversation.base import Delivered, Incoming, Outgoing, Reply, Surface
from botrunner.conversation.respond import respond
from botrunner.history.base import CachedMessage
from whisper.database.errors import DatabaseUnavailableError
from whisper.ids import new_platform_id

DATABASE_AWAY = (
    "I can't reach my memory right now, so I could not keep that. Please say it again in a moment."
)


async def respond_if_possible(incoming: Incoming, surface: Surface) -> Reply | None:
    """Answer a message, or say that it could not be kept."""
    try:
        return await respond(incoming, surface)
    except DatabaseUnavailableError as error:
        await surface.deliver(Outgoing(DATABASE_AWAY))
        return Reply(DATABASE_AWAY, (), "", {}, None, error=str(error))


class LocalSurface:
    """A surface without a platform behind it."""

    async def show(self, piece: str) -> None:
        """Show nothing before the reply is finished."""

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        """Give the reply an id."""
        return [Delivered(new_platform_id(), reply.text, timezone.now())]

    async def earlier(self, limit: int) -> list[CachedMessage]:
        """Return nothing: the record has all that was said here."""
        return []
