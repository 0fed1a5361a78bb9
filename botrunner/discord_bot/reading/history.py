"""Discord's messages as the conversation cache holds them."""

from __future__ import annotations

from typing import Any

import discord

from botrunner.history.base import CachedMessage
from whisper.names import safe_name


def from_discord(message: discord.Message, *, companion_id: int) -> CachedMessage:
    """Return a message as Discord gives it.

    Args:
        companion_id: the bot's own user id.
    """
    by_companion = message.author.id == companion_id
    return CachedMessage(
        id=message.id,
        person_id=_answered(message, companion_id) if by_companion else message.author.id,
        author_name=safe_name(message.author.display_name),
        from_companion=by_companion,
        text=message.content,
        sent_at=message.created_at,
        channel_id=message.channel.id,
        guild_id=message.guild.id if message.guild else None,
        reply_to=message.reference.message_id if message.reference else None,
        attachments=tuple(attachments_of(message)),
        mentions=tuple(sorted(user.id for user in message.mentions)),
        bot=message.author.bot,
    )


def attachments_of(message: discord.Message) -> list[dict[str, Any]]:
    """Return name, type, address and size of a Discord message's attachments."""
    return [_attachment(one) for one in message.attachments]


def _attachment(one: discord.Attachment) -> dict[str, Any]:
    known = {"name": one.filename, "type": one.content_type, "url": one.url, "size": one.size}
    return {**known, "voice": True} if one.is_voice_message() else known


def _answered(message: discord.Message, companion_id: int) -> int | None:
    """Return whom the companion answered: who wrote what it replies to, or the one it talks to."""
    reference = message.reference
    replied = reference and (reference.resolved or reference.cached_message)
    if isinstance(replied, discord.Message) and replied.author.id != companion_id:
        return replied.author.id
    if isinstance(message.channel, discord.DMChannel) and message.channel.recipient:
        return message.channel.recipient.id
    return None
