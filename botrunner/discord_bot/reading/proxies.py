"""Messages that a bot such as PluralKit posts again under another name, by a webhook.

It posts what somebody wrote, in part, and deletes what they wrote. The reply goes to what it posts:
it is read as from the webhook, and nothing of it is remembered for anybody.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta

import discord

# Between somebody's message and what is posted of it.
WITHIN = timedelta(seconds=15)
# Of the latest messages to the companion; more don't come in that time.
HELD = 200


class Proxies:
    """Finds out which messages of webhooks are what somebody wrote to the companion just before."""

    def __init__(self) -> None:
        self._heard: deque[discord.Message] = deque(maxlen=HELD)
        self._repeated: deque[int] = deque(maxlen=HELD)

    def hear(self, message: discord.Message) -> None:
        """Follow a message to the companion; direct messages can't be posted again."""
        if message.guild is not None:
            self._heard.append(message)

    def original_of(self, message: discord.Message) -> discord.Message | None:
        """Return what a webhook's message repeats, and let it be repeated once; None if nothing.

        It may lack what marked the message as meant for another name.
        """
        for one in reversed(self._heard):
            if _repeats(message, one):
                self._heard.remove(one)
                self._repeated.append(one.id)
                return one
        return None

    def is_repeated(self, message: discord.Message) -> bool:
        """Return whether a message was repeated, so that it gets no reply itself."""
        return message.id in self._repeated


def _repeats(message: discord.Message, original: discord.Message) -> bool:
    later = message.created_at - original.created_at
    return (
        message.channel.id == original.channel.id
        and timedelta(0) <= later <= WITHIN
        and bool(message.content.strip())
        and message.content.strip() in original.content
    )
