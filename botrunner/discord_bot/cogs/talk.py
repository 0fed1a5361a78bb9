"""Talking: direct messages, mentions and replies."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import discord
from discord.ext import commands

from botrunner.conversation import actions
from botrunner.conversation.respond import respond
from botrunner.discord_bot.adapter import NETWORK, DiscordSurface, is_transient
from botrunner.discord_bot.backlog import Backlog
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.reading import can_speak, incoming_of, is_addressed
from botrunner.discord_bot.recovery import settle, take_up, take_up_message
from botrunner.discord_bot.replies import new_fault_id, sorry
from memories.models import Message
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError

logger = logging.getLogger(__name__)


class Talk(commands.Cog):
    """Answers what is said to the companion."""

    def __init__(self, bot: WhisperBot) -> None:
        self.bot = bot
        self._recovering: asyncio.Task[None] | None = None
        self._waiting = Backlog(self._answer_later)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer a message that is meant for the companion; others are not even stored."""
        if not is_addressed(message, self.bot.me) or not can_speak(message):
            return
        if self.bot.stopping:
            # Stored without an answer, it gets one after the next start.
            await in_database(actions.receive, incoming_of(message, self.bot.me))
            return
        await self.answer(message)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Answer what an earlier process left unanswered, beside what comes in."""
        if self._recovering is None or self._recovering.done():
            self._recovering = asyncio.create_task(self._recover())

    async def cog_unload(self) -> None:
        """Leave the rest of the recovery to the next start."""
        if self._recovering is not None:
            self._recovering.cancel()
        self._waiting.close()

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
            except DatabaseUnavailableError:
                await self._waiting.take(message)
            except Exception as error:
                if is_transient(error):
                    # It stays unanswered in the database, and is taken up at the next connect.
                    kind = type(error).__name__
                    logger.error("discord: no reply to message %s (%s)", message.id, kind)
                else:
                    await self._apologise(message, error)

    async def _answer_later(self, message: discord.Message) -> None:
        """Reply to a message that waited for the database, unless the reply was already sent."""
        try:
            await take_up_message(self.bot, message, self.answer)
        except DatabaseUnavailableError:
            await self._waiting.take(message)
        except Exception as error:
            kind = type(error).__name__
            logger.error("discord: no reply to message %s (%s)", message.id, kind)

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
            await take_up(self.bot, self.answer)
        except Exception:
            logger.exception("discord: can't resume unanswered messages")


async def setup(bot: WhisperBot) -> None:
    """Add the cog."""
    await bot.add_cog(Talk(bot))
