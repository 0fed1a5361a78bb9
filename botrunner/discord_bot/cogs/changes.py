"""Edits and deletions by their authors."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord.ext import commands

from botrunner.conversation.withdrawing import Deletion, follow_deletions, follow_edit
from botrunner.discord_bot.bot import Waiting, WhisperBot
from botrunner.discord_bot.reading.events import deletion_event, edit_event
from botrunner.discord_bot.reading.messages import PLATFORM, words_of
from botrunner.discord_bot.reading.naming import names_of_mentioned
from botrunner.discord_bot.replying.streaming import remove
from botrunner.intake import Event, EventKind


class Changes(commands.Cog):
    """Follows edits and deletions, in the conversation cache and in the database."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        bot.intake.handle(EventKind.EDIT, self._edit)
        bot.intake.handle(EventKind.DELETION, self._delete)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Follow an edit; pins and previews of links are announced alike and change no text."""
        message = payload.message
        if message.edited_at is None or message.author.bot:
            return
        shown: Sequence[discord.Message] = ()
        if words_of(message, self.bot.me):
            self._follow_in_turn(message)
        elif self.bot.reads(message):
            # All of its words were taken back.
            shown = self.bot.let_go([message.id])
        else:
            return
        await self.bot.intake.take(edit_event(message))
        await remove(shown)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Follow a deletion; a reply that is being made to the message is dropped."""
        await self._take_deletion(payload.channel_id, payload.guild_id, {payload.message_id})

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Follow a deletion of many messages, as moderators and channel purges do."""
        await self._take_deletion(payload.channel_id, payload.guild_id, payload.message_ids)

    async def _take_deletion(self, channel_id: int, guild_id: int | None, gone: set[int]) -> None:
        shown = self.bot.let_go(gone)
        self.bot.free_talk.drop(channel_id, gone)
        await self.bot.intake.take(deletion_event(channel_id, guild_id, gone))
        await remove(shown)

    async def _edit(self, events: Sequence[Event]) -> None:
        for event in events:
            message = event.content
            words = words_of(message, self.bot.me)
            if words:
                # It may have waited in the intake when the edit was announced.
                self._follow_in_turn(message)
            await follow_edit(
                PLATFORM,
                message.channel.id,
                message.id,
                text=words,
                edited_at=event.at,
                mentions=names_of_mentioned(message),
            )

    def _follow_in_turn(self, message: discord.Message) -> None:
        """Have a reply that is being made to the old words begin again."""
        held = self.bot.turns.held(message.id)
        if held is None or (held.message is not None and _is_older(message, held.message)):
            return
        self.bot.turns.replace(message.id, Waiting.on(message))

    async def _delete(self, events: Sequence[Event]) -> None:
        deletions = [
            Deletion(event.channel_id or 0, platform_id, event.at)
            for event in events
            for platform_id in event.platform_ids
        ]
        await follow_deletions(PLATFORM, deletions)


def _is_older(message: discord.Message, than: discord.Message) -> bool:
    """Return whether a version of a message is no newer than another."""
    if message.edited_at is None:
        return True
    return than.edited_at is not None and than.edited_at >= message.edited_at


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Changes(bot))
