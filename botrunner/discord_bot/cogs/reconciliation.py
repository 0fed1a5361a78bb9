"""Comparing Discord's history with the database whenever something may have been missed."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import datetime

import discord
from discord.ext import commands
from django.utils import timezone

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.catching_up.reconciliation import Comparison, Missed
from botrunner.discord_bot.cogs.recovery import JOB
from botrunner.discord_bot.connection.network import NETWORK, outages
from whisper import periodic
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.environment import environment
from whisper.logs import Seldom

logger = logging.getLogger(__name__)
# While something is away or overloaded, that may be many channels.
waiting = logging.getLogger(f"{__name__}.waiting")
waiting.addFilter(Seldom(60.0))

FIRST_PAUSE = 2.0
LONGEST_PAUSE = 5.0
# A reply doesn't wait longer for what was missed before it.
CATCH_UP_SECONDS = 20.0


class Reconciliation(commands.Cog):
    """Looks for what was missed in a shard after each new session of it."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._running: dict[int, asyncio.Task[None]] = {}
        self._comparisons: dict[int, Comparison] = {}
        # Servers that Discord itself can't reach now, and since when.
        self._unavailable: dict[int, datetime] = {}
        # When another process was last known to listen, and when shards of this one lost Discord.
        self._listened_at: datetime | None = None
        self._lost_at: dict[int, datetime] = {}
        self._connected = set[int]()
        if environment.reconcile:
            bot.catch_up = self._catch_up
            bot.is_caught_up = self._is_caught_up

    async def cog_load(self) -> None:
        """Ask when the process before this one was at work, before this one notes that it is."""
        with suppress(DatabaseUnavailableError):
            job = self.bot.share.named(JOB)
            self._listened_at = await in_database(periodic.last_success, job)

    @commands.Cog.listener()
    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Note since when Discord sends nothing to a shard."""
        # It is lost again with each attempt to connect.
        if shard_id in self._connected:
            self._connected.discard(shard_id)
            self._lost_at[shard_id] = timezone.now()

    @commands.Cog.listener()
    async def on_shard_resumed(self, shard_id: int) -> None:
        """Note that Discord sends what it held back meanwhile."""
        self._connected.add(shard_id)

    @commands.Cog.listener()
    async def on_shard_connect(self, shard_id: int) -> None:
        """Begin with a new session; one that was resumed misses nothing."""
        self._stop(shard_id)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """Look for what came while nobody listened."""
        self._connected.add(shard_id)
        running = self._running.get(shard_id)
        if environment.reconcile and (running is None or running.done()):
            self._running[shard_id] = asyncio.create_task(self._reconcile(shard_id))

    @commands.Cog.listener()
    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """Note that Discord sends no more of a server for now."""
        self._unavailable.setdefault(guild.id, timezone.now())

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Look for what came in a server while Discord sent nothing of it."""
        since = self._unavailable.pop(guild.id, None)
        if since is None or not environment.reconcile:
            return
        shard_id = self.bot.share.shard_of(guild.id)
        self._comparison(shard_id).forget(guild.id, Missed(since, timezone.now()))
        if (running := self._running.get(shard_id)) is not None:
            running.cancel()
        self._running[shard_id] = asyncio.create_task(self._reconcile(shard_id))

    async def cog_unload(self) -> None:
        """Leave the rest to the next start."""
        for shard_id in list(self._comparisons):
            self._stop(shard_id)

    def _comparison(self, shard_id: int) -> Comparison:
        """Return the comparison in a shard's session."""
        found = self._comparisons.get(shard_id)
        if found is None:
            missed = Missed(self._lost_at.get(shard_id, self._listened_at), timezone.now())
            found = self._comparisons[shard_id] = Comparison(self.bot, shard_id, missed)
        return found

    def _stop(self, shard_id: int) -> None:
        if (running := self._running.pop(shard_id, None)) is not None:
            running.cancel()
        if (comparison := self._comparisons.pop(shard_id, None)) is not None:
            comparison.stop()

    def _is_caught_up(self, guild_id: int | None, channel_id: int) -> bool:
        """Return whether it is known what was said in a channel while nobody listened."""
        return self._comparison(self.bot.share.shard_of(guild_id)).is_compared(channel_id)

    async def _catch_up(self, guild_id: int | None, channel_id: int) -> None:
        """Find what was said in a channel before somebody gets a reply there."""
        comparison = self._comparison(self.bot.share.shard_of(guild_id))
        try:
            async with asyncio.timeout(CATCH_UP_SECONDS):
                await comparison.compare(guild_id, channel_id)
        except (DatabaseUnavailableError, discord.DiscordException, *NETWORK) as error:
            # The reply comes all the same, and what was missed afterwards.
            kind = type(error).__name__
            waiting.warning("discord: can't compare channel %s yet (%s)", channel_id, kind)
        except Exception:
            logger.exception("discord: can't compare channel %s", channel_id)

    async def _reconcile(self, shard_id: int) -> None:
        """Reconcile, again from the beginning if the database or Discord goes away meanwhile."""
        pause = FIRST_PAUSE
        while not self.bot.stopping:
            try:
                await self._comparison(shard_id).run()
                return
            except (DatabaseUnavailableError, discord.DiscordException, *NETWORK) as error:
                kind = type(error).__name__
                logger.warning("discord: can't compare the history yet (%s)", kind)
            except Exception:
                logger.exception("discord: can't compare the history")
                return
            await outages.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Reconciliation(bot))
