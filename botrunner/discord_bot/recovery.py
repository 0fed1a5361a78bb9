"""Take up what a process that ended left unanswered."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import discord

from botrunner.conversation import actions as conversation_actions
from botrunner.conversation.base import Delivered
from botrunner.conversation.consent import without_note
from botrunner.conversation.queries import stored_message, unanswered
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.events import fetch_message
from botrunner.discord_bot.reading import incoming_of
from memories import actions
from memories.models import Message
from profiles.emotions import classify
from whisper.database.access import in_database
from whisper.redis.turns import conversation_lock

logger = logging.getLogger(__name__)

# How many messages after the unanswered one are looked through for an answer.
LOOKED_AT = 200

Answer = Callable[..., Awaitable[None]]


async def take_up(bot: WhisperBot, answer: Answer) -> None:
    """Answer what waits in the database, oldest first; a lost or answered message is settled.

    Args:
        answer: answers a Discord message, with `again=True`.
    """
    for row in await in_database(unanswered):
        if bot.stopping:
            return
        try:
            await _take_up(bot, row, answer)
        except (discord.HTTPException, OSError, TimeoutError) as error:
            # It stays as it is until the next connect.
            logger.warning("recovery: message %s: %s", row.platform_id, type(error).__name__)


async def settle(platform_id: int, answer: Message.Answer) -> None:
    """Note what became of a message, where the database has it."""
    row = await in_database(stored_message, platform_id)
    if row is not None:
        await in_database(actions.settle_answer, row.pk, answer)


async def _take_up(bot: WhisperBot, row: Message, answer: Answer) -> None:
    message = await fetch_message(bot, row.channel_id, row.platform_id)
    if message is None:
        logger.info("recovery: message %s is gone", row.platform_id)
        await settle(row.platform_id, Message.Answer.FAILED)
        return
    await take_up_message(bot, message, answer)


async def take_up_message(bot: WhisperBot, message: discord.Message, answer: Answer) -> None:
    """Answer one message; where that was sent already, keep what was sent."""
    sent = await _answers_to(message, bot.me)
    if sent:
        await _keep(message, sent, bot.me)
    else:
        await answer(message, again=True)


async def _answers_to(message: discord.Message, me: discord.abc.User) -> list[Delivered]:
    """Return what was already sent in answer to a message, before it could be stored."""
    return [
        Delivered(one.id, without_note(one.content), one.created_at)
        async for one in message.channel.history(after=message, limit=LOOKED_AT)
        if one.author.id == me.id and one.reference and one.reference.message_id == message.id
    ]


async def _keep(message: discord.Message, sent: list[Delivered], me: discord.abc.User) -> None:
    """Store answers that were sent already, with all that follows from the message."""
    incoming = incoming_of(message, me, again=True)
    async with conversation_lock(incoming.person_id, incoming.channel_id):
        received = await in_database(conversation_actions.receive, incoming)
        if not await in_database(conversation_actions.owes_answer, received.message.pk):
            return
        kept = conversation_actions.SentReply(
            delivered=sent,
            prompt=[],
            recalled=[],
            feeling=classify(incoming.text),
            milliseconds={},
            tokens={},
            model="",
            error="sent by a process that ended before it stored the reason",
            context="",
        )
        await in_database(conversation_actions.store_reply, incoming, received, kept)
