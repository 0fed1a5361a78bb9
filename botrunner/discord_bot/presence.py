"""What Discord shows beside the bot's name: nothing if it is well, or why replies take longer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

import discord

from botrunner.discord_bot.connection.network import NETWORK
from whisper import health

if TYPE_CHECKING:
    from botrunner.discord_bot.bot import WhisperBot

logger = logging.getLogger(__name__)

# Discord allows five changes in 20 seconds.
LOOK_SECONDS = 15.0
# Somebody who waits longer for a reply wonders.
LATE_SECONDS = 30.0


class Condition(Enum):
    """How the bot is, as far as people notice."""

    WELL = "well"
    BUSY = "busy"
    NO_DATABASE = "no database"


SHOWN: Mapping[Condition, tuple[discord.Status, str]] = MappingProxyType(
    {
        Condition.WELL: (discord.Status.online, ""),
        Condition.BUSY: (discord.Status.idle, "Busy: replies take longer than usual"),
        Condition.NO_DATABASE: (
            discord.Status.dnd,
            "My database is away: I reply as soon as it is back",
        ),
    }
)


async def condition_of(bot: WhisperBot) -> Condition:
    """Return how a bot is now."""
    found = await health.report(("database",))
    if not health.whole(found).ok:
        return Condition.NO_DATABASE
    late = bot.turns.longest_wait() > LATE_SECONDS or bot.intake.health().degraded
    return Condition.BUSY if late else Condition.WELL


class Presence:
    """Keeps what Discord shows of a bot up to date, for each of its shards."""

    def __init__(self, bot: WhisperBot) -> None:
        self._bot = bot
        # Of shards that show nothing, there is none.
        self._shown: dict[int, Condition] = {}

    def begin(self, shard_id: int) -> None:
        """Note that a shard has a new session, which shows nothing yet."""
        self._shown.pop(shard_id, None)

    async def keep(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except Exception:
                logger.exception("discord: can't show the status")

    async def look(self) -> None:
        """Show how the bot is, where something else is shown."""
        condition = await condition_of(self._bot)
        for shard_id in self._bot.share.ids:
            if self._shown.get(shard_id, Condition.WELL) != condition:
                await self._show(shard_id, condition)

    async def _show(self, shard_id: int, condition: Condition) -> None:
        status, text = SHOWN[condition]
        activity = discord.CustomActivity(text) if text else None
        try:
            await self._bot.change_presence(status=status, activity=activity, shard_id=shard_id)
        except (discord.DiscordException, LookupError, *NETWORK) as error:
            # It isn't connected; the next look tries again.
            logger.debug("discord: can't show the status (%s)", type(error).__name__)
            return
        self._shown[shard_id] = condition
