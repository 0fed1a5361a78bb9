"""What a Discord message points at: what it replies to, forwards, and what its thread is about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import discord

from botrunner.conversation.surroundings import Quoted
from botrunner.discord_bot.connection.network import GONE
from botrunner.discord_bot.reading.contents import contents_of, forwarded
from profiles.queries import refusals, who_agree
from whisper.database.access import in_database

Guilds = Sequence[discord.Guild]

REPLY = "they reply to"
FORWARD = "they forward"
THERE_FORWARDED = "what they reply to forwards"
BEGAN_FORWARDED = "this began with a message that forwards"
THREAD = "this thread began with"
POST = "this forum post is"


async def pointed_at(message: discord.Message, guilds: Guilds) -> list[Quoted]:
    """Return what a message points at, except for what is by people who declined.

    Discord doesn't say who wrote what is forwarded. Where the bot can't find that out, it counts as
    what the person says who forwards it.

    Args:
        guilds: the servers that the bot is in.

    Raises:
        discord.HTTPException, OSError, TimeoutError, aiohttp.ClientError: Discord failed.
    """
    found = [one async for one in _pointed_at(message, guilds)]
    authors = {author for author, _ in found if author is not None}
    declined = await in_database(refusals, authors) if authors else {}
    agreed = await in_database(who_agree, authors) if authors else ()
    return [
        replace(quoted, agreed=author in agreed)
        for author, quoted in found
        if author not in declined and quoted.text
    ]


async def _pointed_at(
    message: discord.Message, guilds: Guilds
) -> AsyncIterator[tuple[int | None, Quoted]]:
    """Yield what a message points at, each with who wrote it, if a person did and is known."""
    start = await _start_of(message.channel)
    if start is not None and start.id != message.id:
        yield _author(start), _start(start, message.channel)
        async for author, quoted in _forwarded(start, guilds):
            yield author, replace(quoted, how=BEGAN_FORWARDED)
    if message.type == discord.MessageType.reply:
        replied = await _replied_to(message)
        if replied is not None:
            yield _author(replied), _quoted(REPLY, replied)
            async for author, quoted in _forwarded(replied, guilds):
                yield author, replace(quoted, how=THERE_FORWARDED)
    async for found in _forwarded(message, guilds):
        yield found


async def _forwarded(
    message: discord.Message, guilds: Guilds
) -> AsyncIterator[tuple[int | None, Quoted]]:
    """Yield what a message forwards, with who wrote it if the bot can see where it was written."""
    texts = forwarded(message)
    if not texts:
        return
    original = await _original(message, guilds)
    for text in texts:
        yield _author(original) if original else None, Quoted(FORWARD, text)


async def _original(message: discord.Message, guilds: Guilds) -> discord.Message | None:
    """Return the message that another one forwards, if the bot can read it there."""
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    if reference.cached_message is not None:
        return reference.cached_message
    here = reference.channel_id == message.channel.id
    channel = message.channel if here else await _channel(reference, guilds)
    return await _fetched(channel, reference.message_id)


async def _channel(reference: discord.MessageReference, guilds: Guilds) -> object:
    for guild in guilds:
        if held := guild.get_channel_or_thread(reference.channel_id):
            return held
    # Threads that are archived are not held.
    try:
        for guild in guilds:
            if guild.id == reference.guild_id:
                return await guild.fetch_channel(reference.channel_id)
    except GONE:
        pass
    return None


async def _replied_to(message: discord.Message) -> discord.Message | None:
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    held = reference.resolved or reference.cached_message
    if isinstance(held, discord.Message):
        return held
    if isinstance(held, discord.DeletedReferencedMessage):
        return None
    return await _fetched(message.channel, reference.message_id)


async def _start_of(channel: object) -> discord.Message | None:
    """Return the message that a thread or forum post began with; it has the thread's id."""
    if not isinstance(channel, discord.Thread):
        return None
    if isinstance(channel.parent, discord.TextChannel):
        return await _fetched(channel.parent, channel.id)
    return await _fetched(channel, channel.id)


async def _fetched(channel: object, platform_id: int) -> discord.Message | None:
    if not isinstance(channel, discord.abc.Messageable):
        return None
    try:
        return await channel.fetch_message(platform_id)
    except GONE:
        return None


def _start(start: discord.Message, thread: object) -> Quoted:
    if not isinstance(thread, discord.Thread):
        raise TypeError("only threads have a start")
    in_forum = isinstance(thread.parent, discord.ForumChannel)
    return _quoted(POST if in_forum else THREAD, start, thread.name)


def _quoted(how: str, message: discord.Message, title: str = "") -> Quoted:
    return Quoted(how, contents_of(message), message.author.display_name, message.id, title)


def _author(message: discord.Message) -> int | None:
    return None if message.author.bot or message.webhook_id else message.author.id
