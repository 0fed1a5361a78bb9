"""What is said in a conversation, as the database and the cache take it."""

from __future__ import annotations

from botrunner.conversation.base import Delivered, Incoming
from memories.actions import Said
from whisper.environment import environment


def said_in(incoming: Incoming, *, keep: bool = False) -> Said:
    """Return what a person said.

    Args:
        keep: whether the database may keep its text and author.
    """
    return Said(
        platform=incoming.platform,
        platform_id=incoming.platform_id,
        person_id=incoming.person_id,
        author_name=incoming.person_name,
        text=incoming.text,
        sent_at=incoming.sent_at,
        channel_id=incoming.channel_id,
        parent_id=incoming.parent_id,
        guild_id=incoming.guild_id,
        place=incoming.place,
        keep=keep,
        reply_to=incoming.reply_to,
        attachments=incoming.attachments,
        mentions=incoming.mentions,
        expects_reply=True,
    )


def said_back(incoming: Incoming, one: Delivered, *, keep: bool = False) -> Said:
    """Return one message of the companion's answer to a person.

    Args:
        keep: whether the database may keep its text.
    """
    return Said(
        platform=incoming.platform,
        platform_id=one.platform_id,
        person_id=incoming.person_id,
        author_name=environment.bot_name,
        text=one.text,
        sent_at=one.sent_at,
        channel_id=incoming.channel_id,
        parent_id=incoming.parent_id,
        guild_id=incoming.guild_id,
        place=incoming.place,
        keep=keep,
        reply_to=incoming.platform_id,
        from_companion=True,
    )
