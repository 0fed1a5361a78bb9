"""Where the companion keeps silent because an admin of the server wants it to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import discord

from botrunner.servers.queries import Silence, silences
from whisper.database.access import in_database


class Silences:
    """What is set, as this process last read it; until then it talks everywhere."""

    def __init__(self) -> None:
        self._held: Mapping[int, Silence] = {}

    async def read(self) -> None:
        """Read what is set.

        Raises:
            DatabaseUnavailableError: what was read before stays.
        """
        self._held = await in_database(silences)

    def allow(self, message: discord.Message) -> bool:
        """Return whether a message may be answered.

        What was said in a silent channel stays unanswered when the companion talks there again.
        """
        return all(self._allows(place, message.created_at) for place in _places(message))

    def _allows(self, place_id: int, at: datetime) -> bool:
        held = self._held.get(place_id)
        return held is None or (not held.silent and at >= held.since)


def _places(message: discord.Message) -> Iterable[int]:
    """Return the ids of the channel of a message, of what it is a thread of, and of the server."""
    guild = message.guild.id if message.guild else None
    parent = getattr(message.channel, "parent_id", None)
    return [one for one in (message.channel.id, parent, guild) if one is not None]
