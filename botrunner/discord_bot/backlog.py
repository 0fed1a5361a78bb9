"""Messages that come while the database is away: kept at hand, and answered when it is back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import discord

from botrunner.discord_bot.adapter import NETWORK
from whisper.database.access import in_database, ping
from whisper.database.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)

DATABASE_AWAY = (
    "I can't reach my memory right now. I have your message, and I'll reply as soon as I can."
)
MOST = 1000
PAUSE_SECONDS = 0.5

Answer = Callable[[discord.Message], Awaitable[None]]


class Backlog:
    """Holds messages until the database is back.

    Args:
        answer: answers a message, or brings it here again.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._messages: dict[int, discord.Message] = {}
        self._told: set[int] = set()
        self._task: asyncio.Task[None] | None = None

    async def take(self, message: discord.Message) -> None:
        """Keep a message, and say so once per channel."""
        if len(self._messages) >= MOST:
            logger.error(
                "discord: lost message %s, too many are waiting for the database", message.id
            )
            return
        self._messages[message.id] = message
        if self._task is None or self._task.done():
            logger.warning("discord: the database is away, holding messages")
            self._task = asyncio.create_task(self._serve())
        if message.channel.id not in self._told:
            self._told.add(message.channel.id)
            with suppress(discord.DiscordException, *NETWORK):
                # No reply to the message: that would be taken for its answer.
                await message.channel.send(DATABASE_AWAY)

    def close(self) -> None:
        """Give up; what still waits is in Discord alone."""
        if self._task is not None:
            self._task.cancel()
        if self._messages:
            logger.error("discord: %s messages were never stored", len(self._messages))

    async def _serve(self) -> None:
        while self._messages:
            await asyncio.sleep(PAUSE_SECONDS)
            with suppress(DatabaseUnavailableError):
                await in_database(ping)
                await self._answer_all()
        self._told.clear()
        logger.info("discord: the database is back")

    async def _answer_all(self) -> None:
        for platform_id, message in list(self._messages.items()):
            del self._messages[platform_id]
            await self._answer(message)
