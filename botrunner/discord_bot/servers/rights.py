"""Which of Discord's rights the companion needs, and which of them it lacks."""

from __future__ import annotations

import discord

# What is needed for talking, and how Discord's settings call it.
NEEDED = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "read_message_history": "Read Message History",
}


def missing_rights(guild: discord.Guild) -> list[str]:
    """Return the names of the rights that the companion needs on a server and lacks."""
    held = guild.me.guild_permissions
    return [name for right, name in NEEDED.items() if not getattr(held, right)]
