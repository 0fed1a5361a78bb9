"""Take up replies that a process which ended, or a Discord that was away, left open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

import discord

from botrunner.conversation import actions as conversation_actions
from botrunner.conversation.base import Delivered, Incoming
from botrunner.conversation.consent import without_note
from botrunner.conversation.queries import open_replies, reply_limit, stored_message
from botrunner.discord_bot.adapter import DiscordSurface
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.reading import PLATFORM, incoming_of
from memories.actions import begin_replies, give_up_replies
from memories.models import Message
from memories.queries import too_old_for_a_reply
from profiles.emotions import classify
from whisper.database.access import in_database
from whisper.redis.turns import conversation_lock

logger = logging.getLogger(__name__)

# How many messages after the one that waits are looked through for pieces of its reply.
LOOKED_AT = 200
TOO_OLD = "Discord or the companion was away for too long"
REST_LOST = (
    "I was interrupted, and I don't have the rest of what I was saying. Please ask me again."
)


async def give_up_old() -> None:
    """Give up the replies that nobody waits for any more."""
    old = await in_database(too_old_for_a_reply, PLATFORM, since=reply_limit())
    if old:
        logger.warning("recovery: %d messages are too old for a reply", len(old))
        await in_database(give_up_replies, old, reason=TOO_OLD)


async def waiting_messages(bot: WhisperBot) -> list[Message]:
    """Return the messages whose reply is open and that this process doesn't have in hand."""
    rows = await in_database(open_replies)
    return [row for row in rows if not bot.turns.has(row.platform_id)]


async def give_up(platform_id: int, reason: str) -> None:
    """Note that a message will get no reply, where the database has it."""
    row = await in_database(stored_message, platform_id)
    if row is not None:
        await in_database(give_up_replies, [row.pk], reason=reason)


async def finish_reply(
    bot: WhisperBot, turn: Sequence[discord.Message], order: Callable[[], Awaitable[None]]
) -> list[discord.Message]:
    """Send what is missing of a reply that was cut, and store it.

    Args:
        turn: messages of one person in one channel, oldest first.
        order: waits until the replies before this one have left the channel.

    Returns:
        The messages that it did not answer: they have no reply yet.
    """
    rows = {row.platform_id: row for row in await in_database(_being_sent, turn)}
    last, sent = None, list[Delivered]()
    for message in turn:
        row = rows.get(message.id)
        pieces = await sent_before(message, bot.me) if row else []
        if row and (pieces or row.reply_draft):
            last, sent = message, pieces
    if last is None:
        return list(turn)
    replied = [one for one in turn if one.id in rows and one.id <= last.id]
    surface = DiscordSurface(last, bot.me, order=order, sent=sent)
    await _finish([incoming_of(one, bot.me, again=True) for one in replied], rows, surface)
    return [one for one in turn if one not in replied]


def _being_sent(turn: Sequence[discord.Message]) -> list[Message]:
    ids = [one.id for one in turn]
    rows = Message.objects.filter(platform=PLATFORM, platform_id__in=ids)
    return list(rows.filter(reply_state=Message.Reply.SENDING))


async def sent_before(message: discord.Message, me: discord.abc.User) -> list[Delivered]:
    """Return the pieces of a message's reply that Discord has, oldest first."""
    return [
        Delivered(one.id, without_note(one.content), one.created_at)
        async for one in message.channel.history(after=message, limit=LOOKED_AT)
        if one.author.id == me.id and one.reference and one.reference.message_id == message.id
    ]


async def _finish(
    turn: Sequence[Incoming], rows: Mapping[int, Message], surface: DiscordSurface
) -> None:
    """Send what is missing of a reply, and store it with all that follows from its messages."""
    latest = turn[-1]
    async with conversation_lock(latest.person_id, latest.channel_id):
        received = await in_database(conversation_actions.receive_all, turn)
        if not await in_database(begin_replies, [one.message.pk for one in received]):
            return
        await surface.may_leave()
        delivered = await _send_rest(rows[latest.platform_id], surface)
        feelings = {one.platform_id: await asyncio.to_thread(classify, one.text) for one in turn}
        reply = conversation_actions.SentReply(
            delivered=delivered,
            prompt=[],
            recalled=[],
            feeling=feelings[latest.platform_id],
            feelings=feelings,
            milliseconds={},
            tokens={},
            model="",
            error="sent by a process that ended before it stored the reason",
            context="",
        )
        await in_database(conversation_actions.store_reply, turn, received, reply)


async def _send_rest(row: Message, surface: DiscordSurface) -> list[Delivered]:
    if row.reply_draft:
        return await surface.send_whole(row.reply_draft)
    if len(surface.sent) < row.reply_total:
        # The reply to somebody who has not agreed is on no disk.
        return [*surface.sent, await surface.send_more(REST_LOST)]
    return surface.sent
