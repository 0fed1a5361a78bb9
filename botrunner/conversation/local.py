"""What terminal and web chat have in common: ids of our own, and nothing earlier to read."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.utils import timezone

from botrunner.conversation.base import Delivered, Incoming, Outgoing, Reply, Surface
from botrunner.conversation.queries import is_kept
from botrunner.conversation.respond import respond
from botrunner.conversation.surroundings import NOTHING_AROUND, Surroundings
from botrunner.history.base import CachedMessage
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.ids import new_platform_id

logger = logging.getLogger(__name__)

DATABASE_AWAY = (
    "I can't reach my memory right now, so I may not have kept that. Please say it again in a "
    "moment."
)
DATABASE_FAILED = (
    "I've kept what you said, but my memory failed before I was done with it. Please ask again if "
    "something is missing."
)


async def respond_if_possible(incoming: Incoming, surface: Surface) -> Reply | None:
    """Answer a message; if the database fails, say whether the message was kept."""
    try:
        return await respond(incoming, surface)
    except DatabaseUnavailableError as error:
        logger.error("conversation: the database failed while a message was answered: %s", error)
        text = DATABASE_FAILED if await _is_surely_kept(incoming) else DATABASE_AWAY
        await surface.deliver(Outgoing(text))
        return Reply(text, (), "", {}, None, error=str(error))


async def _is_surely_kept(incoming: Incoming) -> bool:
    """Return whether the database has a message; while it can't say, nothing is sure."""
    try:
        return await in_database(is_kept, incoming.platform, incoming.platform_id)
    except DatabaseUnavailableError:
        return False


class LocalSurface:
    """A surface without a platform behind it."""

    async def show(self, piece: str) -> None:
        """Show nothing before the reply is finished."""

    async def may_leave(self) -> None:
        """Wait for nothing: one reply at a time is made here."""

    async def deliver(self, reply: Outgoing) -> list[Delivered]:
        """Give the reply an id."""
        return [Delivered(new_platform_id(), reply.text, timezone.now())]

    async def take_back(self) -> None:
        """Leave what was shown: nobody deletes a message here while its reply is written."""

    async def surroundings(self, turn: Sequence[Incoming]) -> Surroundings:
        """Return nothing: a person is alone with the companion here."""
        return NOTHING_AROUND

    async def earlier(self, limit: int) -> list[CachedMessage]:
        """Return nothing: the database has all that was said here."""
        return []
