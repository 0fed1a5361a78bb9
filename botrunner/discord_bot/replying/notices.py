"""What the companion says by itself in direct messages and not in reply to a message."""

from __future__ import annotations

import discord

from botrunner.conversation.respond import TOO_FAST
from botrunner.discord_bot.replying.errors import DATABASE_AWAY, sorry

NOTICES = (TOO_FAST, DATABASE_AWAY)
# A reminder mentions its person first, which no reply does.
BEGINNINGS = ("<@", sorry(""))


def is_notice(message: discord.Message) -> bool:
    """Return whether a message of the companion was sent for another reason than as a reply."""
    by_command = message.interaction_metadata is not None
    return by_command or message.content in NOTICES or message.content.startswith(BEGINNINGS)
