"""Where the companion keeps silent, and what it answers, as admins of a server set it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import discord

from botrunner.models import TalkSetting
from botrunner.servers.queries import Manner, blocks, manners
from whisper.database.access import in_database

# When the block of somebody ended who never was blocked.
_NEVER = datetime.min.replace(tzinfo=UTC)


class TalkSettings:
    """What is set, as this process last read it; until then it answers mentions everywhere."""

    def __init__(self) -> None:
        # Whether they were read at all.
        self.known = False
        self._held: Mapping[int, Manner] = {}
        self._blocks: Mapping[tuple[int, int], datetime | None] = {}

    async def read(self) -> None:
        """Read what is set.

        Raises:
            DatabaseUnavailableError: what was read before stays.
        """
        self._held, self._blocks = await in_database(_read)
        self.known = True

    def blocks(self, guild_id: int, person_id: int) -> bool:
        """Return whether a server's admins blocked a person there."""
        return self._blocks.get((guild_id, person_id), _NEVER) is None

    def allow(self, message: discord.Message) -> bool:
        """Return whether a message may be answered.

        What was said in a silent channel stays unanswered when the companion talks there again, and
        so does what somebody said while they were blocked.
        """
        guild_id = message.guild.id if message.guild else 0
        lifted_at = self._blocks.get((guild_id, message.author.id), _NEVER)
        if lifted_at is None or message.created_at < lifted_at:
            return False
        held = self._of(message)
        return all(not one.silent and message.created_at >= one.since for one in held)

    def silence(self, channel: object, guild_id: int | None, person_id: int) -> bool:
        """Return whether the companion is to say nothing to a person in a place now."""
        if self.blocks(guild_id or 0, person_id):
            return True
        return any(one.silent for one in self._in(channel, guild_id))

    def silent_place(self, channel: object, guild_id: int | None) -> int | None:
        """Return the channel or server that admins silenced, of those that a place belongs to."""
        return next((one.place_id for one in self._in(channel, guild_id) if one.silent), None)

    def free_in(self, message: discord.Message) -> Manner | None:
        """Return what is set where a message was written if that is more than mentions.

        What is set for a thread counts before what is set for its channel.
        """
        for one in self._of(message):
            if one.mode != TalkSetting.Mode.MENTIONS:
                return one
        return None

    def _of(self, message: discord.Message) -> Iterator[Manner]:
        """Yield what is set of a message's channel, of what that is a thread of, and the server."""
        yield from self._in(message.channel, message.guild.id if message.guild else None)

    def _in(self, channel: object, guild_id: int | None) -> Iterator[Manner]:
        places = (getattr(channel, "id", None), getattr(channel, "parent_id", None), guild_id)
        for place in places:
            if place is not None and place in self._held:
                yield self._held[place]


def _read() -> tuple[Mapping[int, Manner], Mapping[tuple[int, int], datetime | None]]:
    return manners(), blocks()
