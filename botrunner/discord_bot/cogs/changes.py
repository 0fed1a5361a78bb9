"""Edits and deletions by their authors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import discord
from discord.ext import commands

from botrunner.conversation.queries import stored_message
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.events import deletion_event, edit_event
from botrunner.discord_bot.reading import PLATFORM, words_of
from botrunner.history import conversation_cache
from botrunner.intake import Event, Kind
from memories import actions
from whisper.database.access import in_database
from whisper.redis.turns import conversation_lock


class Changes(commands.Cog):
    """Follows edits and deletions, in the conversation cache and in the database."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        bot.intake.handle(Kind.EDIT, self._edit)
        bot.intake.handle(Kind.DELETION, self._delete)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Follow an edit; pins and previews of links are announced alike and change no text."""
        message = payload.message
        if message.edited_at is None or message.author.bot:
            return
        if words_of(message, self.bot.me):
            await self.bot.intake.take(edit_event(message))

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Follow a deletion."""
        gone = {payload.message_id}
        await self.bot.intake.take(deletion_event(payload.channel_id, payload.guild_id, gone))

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Follow a deletion of many messages, as moderators and channel purges do."""
        gone = payload.message_ids
        await self.bot.intake.take(deletion_event(payload.channel_id, payload.guild_id, gone))

    async def _edit(self, events: Sequence[Event]) -> None:
        cache = conversation_cache()
        for event in events:
            message = event.content
            text, channel_id = words_of(message, self.bot.me), message.channel.id
            await cache.edit(channel_id, message.id, text)
            async with _after_its_answer(message.id):
                await in_database(
                    actions.edit_message, PLATFORM, message.id, text=text, edited_at=event.at
                )
            # Meanwhile the old text may have been read from the database again.
            await cache.edit(channel_id, message.id, text)

    async def _delete(self, events: Sequence[Event]) -> None:
        cache = conversation_cache()
        for event in events:
            channel_id = event.channel_id or 0
            for platform_id in event.message_ids:
                await cache.delete(channel_id, platform_id)
                async with _after_its_answer(platform_id):
                    await in_database(
                        actions.delete_message, PLATFORM, platform_id, deleted_at=event.at
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
