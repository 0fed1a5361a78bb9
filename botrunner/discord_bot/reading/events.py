"""Discord's events as the intake takes them, and their words read again after a restart."""

from __future__ import annotations

from dataclasses import replace

import discord

from botrunner.discord_bot.connection.network import GONE, NETWORK, is_transient
from botrunner.intake import Event, EventKind, NotNowError


def message_event(message: discord.Message) -> Event:
    """Return that a message was written; its content is the message itself."""
    return Event(
        EventKind.MESSAGE,
        message.channel.id,
        message.guild.id if message.guild else None,
        (message.id,),
        message.author.id,
        at=message.created_at,
        content=message,
    )


def edit_event(message: discord.Message) -> Event:
    """Return that a message was edited; its content is the message as it is now."""
    return replace(
        message_event(message), kind=EventKind.EDIT, at=message.edited_at or discord.utils.utcnow()
    )


def deletion_event(channel_id: int, guild_id: int | None, platform_ids: set[int]) -> Event:
    """Return that messages were deleted."""
    return Event(EventKind.DELETION, channel_id, guild_id, tuple(sorted(platform_ids)))


async def read_again(client: discord.Client, event: Event) -> Event | None:
    """Return an event with its message as Discord holds it now; None if that is gone.

    Raises:
        NotNowError: Discord can't be reached.
    """
    try:
        message = await fetch_message(
            client, event.guild_id, event.channel_id or 0, event.platform_ids[0]
        )
    except (discord.HTTPException, *NETWORK) as error:
        if not is_transient(error):
            raise
        raise NotNowError("Discord can't be reached") from error
    return None if message is None else replace(event, content=message)


async def fetch_message(
    client: discord.Client, guild_id: int | None, channel_id: int, platform_id: int
) -> discord.Message | None:
    """Return a message of Discord's; None if it, or its channel, is gone.

    Args:
        guild_id: its server; None for direct messages.

    Raises:
        discord.HTTPException, OSError, TimeoutError, aiohttp.ClientError: Discord failed.
    """
    try:
        channel = held_channel(client, guild_id, channel_id)
        channel = channel or await client.fetch_channel(channel_id)
        if not isinstance(channel, discord.abc.Messageable):
            return None
        return await channel.fetch_message(platform_id)
    except GONE:
        return None


def held_channel(
    client: discord.Client, guild_id: int | None, channel_id: int
) -> discord.abc.GuildChannel | discord.Thread | discord.abc.PrivateChannel | None:
    """Return a channel that the library knows; None for others.

    Its own `get_channel` looks through all servers.

    Args:
        guild_id: its server; None for direct messages.
    """
    if guild_id is None:
        return next((one for one in client.private_channels if one.id == channel_id), None)
    guild = client.get_guild(guild_id)
    return guild.get_channel_or_thread(channel_id) if guild else None
