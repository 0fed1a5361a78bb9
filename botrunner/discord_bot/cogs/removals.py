"""Channels, threads and servers that are gone: what was said there is erased after a while."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import discord
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot
from botrunner.intake import Event, EventKind
from memories import actions
from memories.queries import servers_talked_in
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 5.0


class Removals(commands.Cog):
    """Notes what is gone, and servers that have come back."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._comparing: asyncio.Task[None] | None = None
        bot.intake.handle(EventKind.CHANNEL_REMOVAL, self._remove_channels)
        bot.intake.handle(EventKind.SERVER_REMOVAL, self._remove_servers)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Take in that a channel was deleted, with all its threads."""
        await self.bot.intake.take(Event(EventKind.CHANNEL_REMOVAL, channel.id, channel.guild.id))

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Take in that a thread was deleted."""
        event = Event(EventKind.CHANNEL_REMOVAL, payload.thread_id, payload.guild_id)
        await self.bot.intake.take(event)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Take in that the bot was removed from a server; one that is only away is kept."""
        await self.bot.intake.take(Event(EventKind.SERVER_REMOVAL, guild_id=guild.id))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Keep what was said in a server that the bot is in again."""
        self._compare_soon()

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Do the same where Discord announces the return like the end of an outage."""
        self._compare_soon()

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """Find the servers that the bot was removed from, or came back to, while it was away."""
        self._compare_soon()

    async def cog_unload(self) -> None:
        """Leave the comparison to the next start."""
        if self._comparing is not None:
            self._comparing.cancel()

    async def _remove_channels(self, events: Sequence[Event]) -> None:
        for event in events:
            await in_database(
                actions.note_removal, channel_id=event.channel_id, removed_at=event.at
            )

    async def _remove_servers(self, events: Sequence[Event]) -> None:
        for event in events:
            # It may have come back while the event waited.
            if event.guild_id is not None and self.bot.get_guild(event.guild_id) is None:
                await in_database(
                    actions.note_removal, guild_id=event.guild_id, removed_at=event.at
                )

    def _compare_soon(self) -> None:
        if self._comparing is not None:
            self._comparing.cancel()
        self._comparing = asyncio.create_task(self._compare())

    async def _compare(self) -> None:
        """Compare the servers that something is held from with those that the bot is in."""
        while True:
            try:
                known = await in_database(servers_talked_in)
                # The servers of other shards are unknown here.
                for guild_id in filter(self.bot.hears, known):
                    if self.bot.get_guild(guild_id) is None:
                        await self.bot.intake.take(
                            Event(EventKind.SERVER_REMOVAL, guild_id=guild_id)
                        )
                    elif await in_database(actions.note_return, guild_id=guild_id):
                        logger.info("discord: back in server %s, its messages stay", guild_id)
                return
            except DatabaseUnavailableError:
                await asyncio.sleep(PAUSE_SECONDS)


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Removals(bot))
