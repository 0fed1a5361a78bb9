"""Talking: direct messages, mentions and replies."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress

import discord
from discord.ext import commands

from botrunner.conversation import actions
from botrunner.conversation.respond import is_too_fast, respond
from botrunner.discord_bot.adapter import NETWORK, DiscordSurface, is_transient
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.events import message_event
from botrunner.discord_bot.reading import can_speak, incoming_of, is_addressed
from botrunner.discord_bot.recovery import settle, take_up, take_up_message
from botrunner.discord_bot.replies import new_fault_id, sorry
from botrunner.intake import Event, Kind
from memories.models import Message
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0


class Talk(commands.Cog):
    """Answers what is said to the companion."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._recovering: asyncio.Task[None] | None = None
        self._replying: set[asyncio.Task[None]] = set()
        bot.intake.handle(Kind.MESSAGE, self._receive)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Take in a message that is meant for the companion; others are not even stored."""
        if is_addressed(message, self.bot.me) and can_speak(message):
            await self.bot.intake.take(message_event(message))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Answer what an earlier process left unanswered, beside what comes in."""
        if self._recovering is None or self._recovering.done():
            self._recovering = asyncio.create_task(self._recover())

    async def cog_unload(self) -> None:
        """Leave the rest of the recovery to the next start."""
        if self._recovering is not None:
            self._recovering.cancel()

    async def _receive(self, events: Sequence[Event]) -> None:
        """Store messages and have them answered, after the next start if this one is stopping."""
        messages = [event.content for event in events]
        incoming = [incoming_of(one, self.bot.me) for one in messages]
        new = await in_database(actions.store_all, incoming)
        self.bot.database_is_back()
        if self.bot.stopping:
            return
        for message, is_new in zip(messages, new, strict=True):
            if is_new and not self.bot.intake.was_deleted(message.id):
                task = asyncio.create_task(self._reply(message))
                self._replying.add(task)
                task.add_done_callback(self._replying.discard)

    async def _reply(self, message: discord.Message) -> None:
        pause = FIRST_PAUSE
        again = False
        while not self.bot.stopping:
            try:
                if again:
                    await take_up_message(self.bot, message, self.answer)
                elif not await self._is_too_fast(message):
                    await self.answer(message, again=True)
                return
            except (DatabaseUnavailableError, discord.DiscordException, *NETWORK) as error:
                logger.warning("discord: message %s waits (%s)", message.id, type(error).__name__)
            again = True
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _is_too_fast(self, message: discord.Message) -> bool:
        surface = DiscordSurface(message, self.bot.me)
        too_fast = await is_too_fast(incoming_of(message, self.bot.me), surface)
        if too_fast:
            await settle(message.id, Message.Answer.FAILED)
        return too_fast

    async def answer(self, message: discord.Message, *, again: bool = False) -> None:
        """Answer one message; a failure is told to the person where that is possible."""
        surface = DiscordSurface(message, self.bot.me)
        incoming = incoming_of(message, self.bot.me, again=again)
        with self.bot.in_hand():
            try:
                async with surface.typing():
                    await respond(incoming, surface)
            except (discord.Forbidden, discord.NotFound) as error:
                logger.warning("discord: can't reply to message %s: %s", message.id, error.code)
                await settle(message.id, Message.Answer.FAILED)
            except Exception as error:
                if isinstance(error, DatabaseUnavailableError):
                    raise
                if is_transient(error):
                    # It stays unanswered in the database, and is taken up at the next connect.
                    kind = type(error).__name__
                    logger.error("discord: no reply to message %s (%s)", message.id, kind)
                else:
                    await self._apologise(message, error)

    async def _apologise(self, message: discord.Message, error: Exception) -> None:
        fault_id = new_fault_id()
        logger.error(
            "discord: reply failed, id %s, message %s, user %s, server %s",
            fault_id,
            message.id,
            message.author.id,
            message.guild.id if message.guild else None,
            exc_info=error,
        )
        with suppress(discord.DiscordException, DatabaseUnavailableError, *NETWORK):
            await message.reply(sorry(fault_id), mention_author=False)
            await settle(message.id, Message.Answer.FAILED)

    async def _recover(self) -> None:
        try:
            await self.bot.intake.take_over()
            await take_up(self.bot, self.answer)
        except Exception:
            logger.exception("discord: can't resume unanswered messages")


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Talk(bot))
