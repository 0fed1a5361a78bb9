"""Follows the talk of channels where the companion replies, in this process's memory alone."""

from __future__ import annotations

import discord
from discord.ext import commands

from botrunner.discord_bot.bot import WhisperBot


class RoomsCog(commands.Cog, name="Rooms"):
    """Keeps what is known of channels' recent talk as Discord has it."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Follow a message of whoever wrote it."""
        self.bot.rooms.hear(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Follow an edit."""
        self.bot.rooms.hear(payload.message)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Follow a deletion."""
        self.bot.rooms.drop(payload.channel_id, [payload.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Follow a deletion of many messages."""
        self.bot.rooms.drop(payload.channel_id, payload.message_ids)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        """Read all again after a new session: what was said meanwhile was not announced."""
        self.bot.rooms.clear()


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(RoomsCog(bot))
