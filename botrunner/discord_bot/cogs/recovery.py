"""Take up replies that were left open: at a start, after a lost connection, and by time."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import discord
from discord.ext import commands

from botrunner.discord_bot.bot import Waiting, WhisperBot
from botrunner.discord_bot.catching_up.recovery import give_up, give_up_old, waiting_messages
from botrunner.discord_bot.connection.network import NETWORK, is_transient, outages
from botrunner.discord_bot.reading.events import fetch_message
from memories.models import Message
from whisper import periodic
from whisper.database.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=1)
JOB = "replies"


class Recovery(commands.Cog):
    """Takes up the replies that were left open."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._task: asyncio.Task[str] | None = None
        # Only a process that is in Discord can do it, each for its own shards.
        job = bot.share.named(JOB)
        periodic.periodic(job, "Takes up replies that were not finished.", every=EVERY)(
            self._by_time
        )

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """Take up what an earlier process left, beside what comes in."""
        self._begin()

    @commands.Cog.listener()
    async def on_resumed(self) -> None:
        """Take up what could not be sent while Discord was away."""
        self._begin()

    @commands.Cog.listener()
    async def on_return(self) -> None:
        """Take up what could not be sent while Discord failed, though it stayed connected."""
        self._begin()

    async def cog_unload(self) -> None:
        """Leave the rest to the next start."""
        if self._task is not None:
            self._task.cancel()

    def _begin(self) -> None:
        outages.are_over()
        self.bot.turns.try_now()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._take_up_all())

    async def _by_time(self, stop: asyncio.Event) -> str:
        if not self.bot.is_there():
            return "not connected"
        return await self._take_up_all()

    async def _take_up_all(self) -> str:
        """Take up what is open, oldest first; tell how much that was."""
        count, failed = 0, set[int]()
        try:
            await self.bot.intake.take_over()
            if self.bot.share.leads:
                await give_up_old()
            for row in await waiting_messages(self.bot):
                # What came after a message that can't be read now waits with it.
                if row.channel_id not in failed:
                    count += await self._take_up(row, failed)
        except DatabaseUnavailableError as error:
            logger.warning("discord: can't resume unfinished replies yet (%s)", error)
        except Exception:
            logger.exception("discord: can't resume unfinished replies")
        return f"{count} taken up"

    async def _take_up(self, row: Message, failed: set[int]) -> bool:
        """Have a stored message answered, or settled if it is gone; note where Discord fails."""
        platform_id = row.platform_id
        try:
            message = await fetch_message(self.bot, row.guild_id, row.channel_id, platform_id)
        except (discord.HTTPException, *NETWORK) as error:
            # It stays as it is until the next time.
            logger.warning("recovery: message %s: %s", platform_id, type(error).__name__)
            if is_transient(error):
                failed.add(row.channel_id)
            return False
        if message is None:
            logger.info("recovery: message %s is gone", platform_id)
            await give_up(platform_id, "the message, or its channel, is gone")
            return False
        self.bot.wait_for_turn(message, Waiting.on(message, recovered=True))
        return True


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Recovery(bot))
