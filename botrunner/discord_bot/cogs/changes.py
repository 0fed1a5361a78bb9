"""Edits and deletions by their authors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
from discord.ext import commands
from django.utils import timezone

from botrunner.conversation.queries import stored_message
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.reading import PLATFORM, words_of
from botrunner.history import conversation_cache
from memories import actions
from whisper.database.access import in_database
from whisper.redis.turns import conversation_lock


class Changes(commands.Cog):
    """Follows edits and deletions, in the conversation cache and in the database."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Follow an edit; pins and previews of links are announced alike and change no text."""
        message = payload.message
        if message.edited_at is None or message.author.bot:
            return
        text = words_of(message, self.bot.me)
        if not text:
            return
        cache = conversation_cache()
        await cache.edit(payload.channel_id, payload.message_id, text)
        async with _after_its_answer(payload.message_id):
            await in_database(
                actions.edit_message,
                PLATFORM,
                payload.message_id,
                text=text,
                edited_at=message.edited_at,
            )
        # Meanwhile the old text may have been read from the database again.
        await cache.edit(payload.channel_id, payload.message_id, text)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Follow a deletion."""
        await self._delete(payload.channel_id, payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Follow a deletion of many messages, as moderators and channel purges do."""
        for platform_id in payload.message_ids:
            await self._delete(payload.channel_id, platform_id)

    async def _delete(self, channel_id: int, platform_id: int) -> None:
        cache = conversation_cache()
        await cache.delete(channel_id, platform_id)
        async with _after_its_answer(platform_id):
            await in_database(
                actions.delete_message, PLATFORM, platform_id, deleted_at=timezone.now()
            )
        await cache.delete(channel_id, platform_id)


@asynccontextmanager
async def _after_its_answer(platform_id: int) -> AsyncIterator[None]:
    """Wait for an answer that is being made: what it stores must change as well."""
    row = await in_database(stored_message, platform_id)
    if row is None or row.person_id is None:
        yield
        return
    async with conversation_lock(row.person_id, row.channel_id):
        yield


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Changes(bot))
