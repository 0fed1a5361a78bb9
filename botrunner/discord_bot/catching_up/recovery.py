"""Take up replies that a process which ended, or a Discord that was away, left open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

import discord

from botrunner.conversation import actions as conversation_actions
from botrunner.conversation.base import Delivered, Incoming
from botrunner.conversation.caching import cache_reply, follow_fates, forget_if_erased
from botrunner.conversation.letting_go import let_go
from botrunner.conversation.queries import (
    open_replies,
    replies_to_others,
    reply_limit,
    stored_message,
)
from botrunner.conversation.received import still_held
from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.reading.messages import PLATFORM, TALK, incoming_of
from botrunner.discord_bot.replying.adapter import DiscordSurface, delivered
from botrunner.discord_bot.replying.notices import is_notice
from botrunner.discord_bot.replying.streaming import is_unfinished
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
    """Return the messages whose reply is open, of places that this process hears of.

    Those that it has in hand are left out.
    """
    rows = await in_database(open_replies)
    return [row for row in rows if bot.hears(row.guild_id) and not bot.turns.has(row.platform_id)]


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
        The messages that it did not answer: they have no reply yet, or have to get another one,
        since they were edited after it was begun.
    """
    rows = {row.platform_id: row for row in await in_database(_being_sent, turn)}
    last, shown = None, list[discord.Message]()
    for message in turn:
        row = rows.get(message.id)
        pieces = await shown_before(message, bot.me) if row else []
        if row and (pieces or row.reply_draft) and not _lost_its_draft(row, pieces):
            last, shown = message, pieces
    if last is None:
        return list(turn)
    replied = [one for one in turn if one.id in rows and one.id <= last.id]
    surface = DiscordSurface(last, bot.me, order=order, shown=shown)
    await _finish([incoming_of(one, bot.me, again=True) for one in replied], rows, surface)
    return [one for one in turn if one not in replied]


def _lost_its_draft(row: Message, shown: Sequence[discord.Message]) -> bool:
    """Return whether a reply was cut, and the rest of it went with the words that it replied to."""
    return bool(row.text) and not row.reply_draft and _was_cut(row, shown)


def _was_cut(row: Message, shown: Sequence[discord.Message]) -> bool:
    """Return whether Discord lacks a part of a reply."""
    return len(shown) < row.reply_total or any(map(is_unfinished, shown))


def _being_sent(turn: Sequence[discord.Message]) -> list[Message]:
    ids = [one.id for one in turn]
    rows = Message.objects.filter(platform=PLATFORM, platform_id__in=ids)
    return list(rows.filter(reply_state=Message.Reply.SENDING))


async def shown_before(message: discord.Message, me: discord.abc.User) -> list[discord.Message]:
    """Return what Discord has of a message's reply, oldest first; it may be half written."""
    after = message.channel.history(after=message, limit=LOOKED_AT, oldest_first=True)
    found = [one async for one in after if one.author.id == me.id and _may_answer(one, message)]
    others = await in_database(replies_to_others, [one.id for one in found], message.id)
    return [one for one in found if one.id not in others]


def _may_answer(reply: discord.Message, message: discord.Message) -> bool:
    """Return whether a message of the companion may belong to the reply to another.

    In direct messages replies refer to nothing, and there it says other things, too.
    """
    if reply.reference is not None:
        return reply.reference.message_id == message.id
    direct = isinstance(message.channel, discord.DMChannel)
    return direct and reply.type in TALK and not is_notice(reply)


async def _finish(
    turn: Sequence[Incoming], rows: Mapping[int, Message], surface: DiscordSurface
) -> None:
    """Send what is missing of a reply, and store it with all that follows from its messages.

    The next prompt has it: the conversation may be in the cache since the reply was begun.
    """
    latest = turn[-1]
    async with conversation_lock(latest.person_id, latest.channel_id):
        received = await in_database(conversation_actions.receive_all, turn)
        if not await in_database(begin_replies, [one.message.pk for one in received]):
            await let_go(turn, surface)
            return
        turn = still_held(turn, received)
        await surface.may_leave()
        sent = await _send_rest(rows[latest.platform_id], surface)
        feelings = {one.platform_id: await asyncio.to_thread(classify, one.text) for one in turn}
        reply = conversation_actions.SentReply(
            delivered=sent,
            prompt=[],
            recalled=[],
            feeling=feelings[latest.platform_id],
            feelings=feelings,
            milliseconds={},
            tokens={},
            model="",
            error="sent by a process that ended before it stored the reason",
            context="",
            # Of one whose words are not kept, there is no draft.
            keep=bool(rows[latest.platform_id].reply_draft),
        )
        stored = await in_database(conversation_actions.store_reply, turn, received, reply)
        await cache_reply(stored, latest, replaces=True)
        await follow_fates(turn, received, sent)
        await forget_if_erased(received[0])


async def _send_rest(row: Message, surface: DiscordSurface) -> list[Delivered]:
    if row.reply_draft:
        return await surface.send_whole(row.reply_draft)
    shown = surface.shown
    if _was_cut(row, shown):
        # The reply to somebody who has not agreed is on no disk.
        return await surface.send_more(REST_LOST)
    return delivered(shown)
