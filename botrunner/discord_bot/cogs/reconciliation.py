"""Comparing Discord's history with the database whenever something may have been missed."""

from __future__ import annotations

import asyncio
import logging

import discord
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.network import NETWORK
from botrunner.discord_bot.reconciliation import Comparison
from whisper.database.errors import DatabaseUnavailableError
from whisper.environment import environment
from whisper.logs import Seldom

logger = logging.getLogger(__name__)
# While something is away or overloaded, that may be many channels.
waiting = logging.getLogger(f"{__name__}.waiting")
waiting.addFilter(Seldom(60.0))

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
# A reply doesn't wait longer for what was missed before it.
CATCH_UP_SECONDS = 20.0


class Reconciliation(commands.Cog):
    """Looks for what was missed after each new session."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._running: asyncio.Task[None] | None = None
        self._comparison = Comparison(bot)
        if environment.reconcile:
            bot.catch_up = self._catch_up

    @commands.Cog.listener()
    async def on_connect(self) -> None:
        """Begin with a new session; one that was resumed misses nothing."""
        self._stop()
        self._comparison = Comparison(self.bot)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Look for what came while nobody listened."""
        if environment.reconcile and (self._running is None or self._running.done()):
            self._running = asyncio.create_task(self._reconcile())

    async def cog_unload(self) -> None:
        """Leave the rest to the next start."""
        self._stop()

    def _stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
        self._comparison.stop()

    async def _catch_up(self, channel_id: int) -> None:
        """Find what was said in a channel before somebody gets a reply there."""
        try:
            async with asyncio.timeout(CATCH_UP_SECONDS):
                await self._comparison.compare(channel_id)
        except (DatabaseUnavailableError, discord.DiscordException, *NETWORK) as error:
            # The reply comes all the same, and what was missed afterwards.
            kind = type(error).__name__
            waiting.warning("discord: can't compare channel %s yet (%s)", channel_id, kind)
        except Exception:
            logger.exception("discord: can't compare channel %s", channel_id)

    async def _reconcile(self) -> None:
        """Reconcile, again from the beginning if the database or Discord goes away meanwhile."""
        pause = FIRST_PAUSE
        while not self.bot.stopping:
            try:
                await self._comparison.run()
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
