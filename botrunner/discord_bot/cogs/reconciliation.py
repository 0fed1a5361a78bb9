"""Comparing Discord's history with the database whenever something may have been missed."""

from __future__ import annotations

import asyncio
import logging

import discord
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.network import NETWORK
from botrunner.discord_bot.reconciliation import reconcile
from whisper.database.errors import DatabaseUnavailableError
from whisper.environment import environment

logger = logging.getLogger(__name__)

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0


class Reconciliation(commands.Cog):
    """Looks for what was missed after each new session."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._running: asyncio.Task[None] | None = None

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Look for what came while nobody listened; a session that was resumed misses nothing."""
        if environment.reconcile:
            if self._running is not None:
                self._running.cancel()
            self._running = asyncio.create_task(self._reconcile())

    async def cog_unload(self) -> None:
        """Leave the rest to the next start."""
        if self._running is not None:
            self._running.cancel()

    async def _reconcile(self) -> None:
        """Reconcile, again from the beginning if the database or Discord goes away meanwhile."""
        pause = FIRST_PAUSE
        while not self.bot.stopping:
            try:
                await reconcile(self.bot)
                return
            except (DatabaseUnavailableError, discord.DiscordException, *NETWORK) as error:
                kind = type(error).__name__
                logger.warning("discord: can't compare the history yet (%s)", kind)
            except Exception:
                logger.exception("discord: can't compare the history")
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Reconciliation(bot))
