"""The one way in and out of `CachedMessage`: from Discord, from the record, as JSON."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botrunner.history.base import CachedMessage
from memories.actions import Said
from memories.models import Message
from whisper.names import safe_name

if TYPE_CHECKING:
    import discord

FORMAT = 1
# What is written as JSON concerns people who agreed: that need not be written.
FIELDS = tuple(one.name for one in fields(CachedMessage) if one.name != "agreed")
# JavaScript and JSON tools round numbers of this size.
IDS = ("id", "author_id", "channel_id", "guild_id", "answers_to", "reply_to")


class UnreadableMessageError(ValueError):
    """What a store holds is no message of this format."""


def from_discord(message: discord.Message, *, companion_id: int) -> CachedMessage:
    """Return a message as Discord gives it.

    Args:
        companion_id: the bot's own user id.
    """
    by_companion = message.author.id == companion_id
    return CachedMessage(
        id=message.id,
        author_id=message.author.id,
        author_name=safe_name(message.author.display_name),
        from_companion=by_companion,
        text=message.content,
        sent_at=message.created_at,
        channel_id=message.channel.id,
        guild_id=message.guild.id if message.guild else None,
        answers_to=_answered(message, companion_id) if by_companion else None,
        reply_to=message.reference.message_id if message.reference else None,
        attachments=tuple(attachments_of(message)),
        mentions=tuple(sorted(user.id for user in message.mentions)),
        bot=message.author.bot,
    )


def attachments_of(message: discord.Message) -> list[dict[str, Any]]:
    """Return name, type and address of a Discord message's attachments."""
    return [
        {"name": one.filename, "type": one.content_type, "url": one.url}
        for one in message.attachments
    ]


def from_row(row: Message) -> CachedMessage:
    """Return a stored message that holds its text."""
    return CachedMessage(
        id=row.platform_id,
        author_id=row.author_id or 0,
        author_name=safe_name(row.author_name),
        from_companion=row.from_companion,
        text=row.text,
        sent_at=row.sent_at,
        channel_id=row.channel_id,
        guild_id=row.guild_id,
        answers_to=row.person_id if row.from_companion else None,
        reply_to=row.reply_to,
        attachments=tuple(row.attachments),
        mentions=tuple(int(one) for one in row.mentions),
        bot=row.from_bot or row.from_companion,
    )


def from_said(said: Said) -> CachedMessage:
    """Return a message as it came in or went out."""
    return CachedMessage(
        id=said.platform_id,
        author_id=said.author_id,
        author_name=safe_name(said.author_name),
        from_companion=said.from_companion,
        text=said.text,
        sent_at=said.sent_at,
        channel_id=said.channel_id,
        guild_id=said.guild_id,
        answers_to=said.person_id if said.from_companion else None,
        reply_to=said.reply_to,
        attachments=tuple(dict(one) for one in said.attachments),
        mentions=tuple(said.mentions),
        bot=said.from_bot or said.from_companion,
        agreed=said.keep,
    )


def to_dict(message: CachedMessage) -> dict[str, Any]:
    """Return a message as JSON can hold it; ids are strings."""
    values = {name: getattr(message, name) for name in FIELDS}
    for name in IDS:
        values[name] = None if values[name] is None else str(values[name])
    values["mentions"] = [str(one) for one in message.mentions]
    values["sent_at"] = message.sent_at.isoformat()
    return {"format": FORMAT, **values}


def from_dict(values: Any) -> CachedMessage:
    """Return the message that `to_dict` made a dictionary of.

    Raises:
        UnreadableMessageError: it is something else.
    """
    try:
        # Written out, since fifteen of them are read for every answer.
        message = CachedMessage(
            id=int(values["id"]),
            author_id=int(values["author_id"]),
            author_name=values["author_name"],
            from_companion=values["from_companion"],
            text=values["text"],
            sent_at=datetime.fromisoformat(values["sent_at"]),
            channel_id=int(values["channel_id"]),
            guild_id=_id(values["guild_id"]),
            answers_to=_id(values["answers_to"]),
            reply_to=_id(values["reply_to"]),
            attachments=tuple([dict(one) for one in values["attachments"]]),
            mentions=tuple([int(one) for one in values["mentions"]]),
            bot=values["bot"],
            agreed=True,
        )
        known = values["format"] == FORMAT and len(values) == len(FIELDS) + 1
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableMessageError(type(error).__name__) from None
    if not known:
        raise UnreadableMessageError("another format")
    # A value of another type would fail where prompts are built from it.
    if not (
        type(message.text) is str
        and type(message.author_name) is str
        and type(message.from_companion) is bool
        and type(message.bot) is bool
        and message.sent_at.tzinfo is not None
    ):
        raise UnreadableMessageError("a value has the wrong type")
    return message


def _id(value: Any) -> int | None:
    return None if value is None else int(value)


def _answered(message: discord.Message, companion_id: int) -> int | None:
    """Return whom the companion answered: who wrote what it replies to, or the one it talks to."""
    # It takes a third of a second to import; a chat at the terminal goes without.
    import discord

    reference = message.reference
    replied = reference and (reference.resolved or reference.cached_message)
    if isinstance(replied, discord.Message) and replied.author.id != companion_id:
        return replied.author.id
    if isinstance(message.channel, discord.DMChannel) and message.channel.recipient:
        return message.channel.recipient.id
    return None
