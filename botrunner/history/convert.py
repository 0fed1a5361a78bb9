"""Between `CachedMessage` and the database, the conversation, and JSON."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from botrunner.history.base import CachedMessage
from memories.actions import Said
from memories.models import Message
from whisper.names import safe_name

FORMAT = 2
# What is written as JSON concerns people who agreed: that need not be written.
FIELDS = tuple(one.name for one in fields(CachedMessage) if one.name != "agreed")
# JavaScript and JSON tools round numbers of this size.
IDS = ("id", "person_id", "channel_id", "guild_id", "reply_to")


class UnreadableMessageError(ValueError):
    """What a store holds isn't a message of this format."""


def from_row(row: Message) -> CachedMessage:
    """Return a stored message; the text of a reply whose words were withdrawn is empty."""
    return CachedMessage(
        id=row.platform_id,
        person_id=row.person_id,
        author_name=safe_name(row.author_name),
        from_companion=row.from_companion,
        text=row.text,
        sent_at=row.sent_at,
        channel_id=row.channel_id,
        guild_id=row.guild_id,
        reply_to=row.reply_to,
        attachments=tuple(row.attachments),
        mentions=tuple(int(one) for one in row.mentions),
        bot=row.from_bot or row.from_companion,
    )


def from_said(said: Said) -> CachedMessage:
    """Return a message as it came in or went out."""
    return CachedMessage(
        id=said.platform_id,
        person_id=said.person_id,
        author_name=safe_name(said.author_name),
        from_companion=said.from_companion,
        text=said.text,
        sent_at=said.sent_at,
        channel_id=said.channel_id,
        guild_id=said.guild_id,
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
            person_id=_id(values["person_id"]),
            author_name=values["author_name"],
            from_companion=values["from_companion"],
            text=values["text"],
            sent_at=datetime.fromisoformat(values["sent_at"]),
            channel_id=int(values["channel_id"]),
            guild_id=_id(values["guild_id"]),
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
