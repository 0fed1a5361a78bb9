"""The recent talk of channels, for replies given there: in this process's memory alone.

A channel is held from the first reply given in it until nobody has asked there for some minutes.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import discord

from botrunner.discord_bot.reading.contents import contents_of
from botrunner.discord_bot.reading.history import from_discord
from botrunner.history.base import CachedMessage

LINES = 30
LATELY = timedelta(hours=12)
# What nobody has asked for in this time is dropped.
HELD_SECONDS = 900.0
CHANNELS = 500


@dataclass(slots=True)
class _Room:
    """One channel: its lines by their ids, and whether Discord's own history was read."""

    lines: dict[int, CachedMessage] = field(default_factory=dict)
    asked_at: float = 0.0
    is_read: bool = False
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    deleted: set[int] = field(default_factory=set)


class Rooms:
    """What was said lately in the channels where the companion replies.

    Args:
        me: returns the bot's own id.
        clock: seconds that only rise.
    """

    def __init__(
        self, me: Callable[[], int], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._me = me
        self._clock = clock
        self._rooms: OrderedDict[int, _Room] = OrderedDict()

    def hear(self, message: discord.Message) -> None:
        """Follow a new message, or an edited one, where a channel is held."""
        self._drop_old()
        room = self._rooms.get(message.channel.id)
        if room is not None and message.id not in room.deleted:
            room.lines[message.id] = self._line(message)
            _shorten(room)

    def drop(self, channel_id: int, platform_ids: Iterable[int]) -> None:
        """Follow deletions."""
        room = self._rooms.get(channel_id)
        if room is None:
            return
        for platform_id in platform_ids:
            room.lines.pop(platform_id, None)
            if not room.is_read:
                room.deleted.add(platform_id)

    def clear(self) -> None:
        """Forget all: messages may have been missed."""
        self._rooms.clear()

    async def talk(
        self, channel: discord.abc.Messageable, before: discord.Message
    ) -> list[CachedMessage]:
        """Return what was said in a channel lately, before a message, oldest first.

        Raises:
            discord.HTTPException, OSError, TimeoutError, aiohttp.ClientError: Discord failed.
        """
        room = self._held(before.channel.id)
        async with room.reading:
            if not room.is_read:
                found = {one.id: self._line(one) async for one in channel.history(limit=LINES)}
                # What was said or edited meanwhile is newer than what was read.
                found |= room.lines
                room.lines = {key: one for key, one in found.items() if key not in room.deleted}
                room.is_read = True
                room.deleted.clear()
        order = before.created_at, before.id
        since = before.created_at - LATELY
        earlier = [one for one in room.lines.values() if one.order < order and one.sent_at > since]
        return sorted(earlier, key=lambda one: one.order)[-LINES:]

    def _held(self, channel_id: int) -> _Room:
        self._drop_old()
        room = self._rooms.setdefault(channel_id, _Room())
        room.asked_at = self._clock()
        self._rooms.move_to_end(channel_id)
        return room

    def _drop_old(self) -> None:
        """Drop the channels that were asked for longest ago, if that is long, or they are many."""
        now = self._clock()
        while self._rooms:
            oldest = next(iter(self._rooms.values()))
            if len(self._rooms) <= CHANNELS and now - oldest.asked_at < HELD_SECONDS:
                return
            self._rooms.popitem(last=False)

    def _line(self, message: discord.Message) -> CachedMessage:
        line = from_discord(message, companion_id=self._me())
        return replace(line, text=contents_of(message))


def _shorten(room: _Room) -> None:
    while len(room.lines) > 2 * LINES:
        room.lines.pop(min(room.lines))
