"""What Discord allows a bot in all its processes together: requests, and new sessions.

Processes on one Redis keep the limits together. Without Redis each keeps its part of the requests,
and Discord itself refuses a session that comes too early.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import discord

from botrunner.discord_bot.connection.network import NETWORK
from botrunner.discord_bot.connection.share import Share
from whisper.logs import Seldom
from whisper.redis.pacing import Pace, Slot, take_slot

if TYPE_CHECKING:
    from botrunner.discord_bot.connection.sharded import ShardedBot

logger = logging.getLogger(__name__)
logger.addFilter(Seldom(60.0))

# Discord allows 50 in any second, which these two together never exceed.
AT_ONCE, PER_SECOND = 10, 40
# Between two sessions of one lane; shards that differ by the number of lanes share one.
LANE_SECONDS = 5.0
# After sessions that came to nothing; a day has 1,000.
LONGEST_PAUSE = 120.0
# Of a turn while its shard connects.
CONNECT_SECONDS = 20.0
# How long what Discord said of its limit is believed.
ASKED_SECONDS = 60.0
# Replies to interactions don't count for Discord.
UNCOUNTED = ("/interactions/", "/webhooks/")


def requests_of(share: Share) -> Pace:
    """Return the pace of requests, which a process alone keeps for its part."""
    part = len(share.ids) / share.count
    return Pace(
        "discord requests",
        seconds=1 / PER_SECOND,
        at_once=AT_ONCE,
        alone_seconds=1 / (PER_SECOND * part),
        shared=not share.is_whole,
    )


def counts(route: discord.http.Route) -> bool:
    """Return whether a request counts for Discord's limit of all requests."""
    return not route.path.startswith(UNCOUNTED)


class Identifies:
    """Lets shards open new sessions one after the other, and no more than Discord allows a day."""

    def __init__(self, bot: ShardedBot) -> None:
        self._bot = bot
        self._asked_at = -ASKED_SECONDS
        self._lanes, self._left, self._until_reset = 1, 1, 0.0
        self._slots: dict[int, Slot] = {}
        # How many sessions in a row came to nothing, by shard; they count for the day.
        self._vain = Counter[int]()

    async def turn(self, shard_id: int) -> None:
        """Wait until a shard may open a new session."""
        if vain := self._vain[shard_id]:
            await asyncio.sleep(min(LANE_SECONDS * 2 ** min(vain - 1, 10), LONGEST_PAUSE))
        await self._ask()
        while self._left <= 0:
            logger.error("discord: no new session is allowed for %.0f s", self._until_reset)
            await asyncio.sleep(min(self._until_reset, ASKED_SECONDS))
            await self._ask()
        self._left -= 1
        self._slots[shard_id] = await self._slot(shard_id, CONNECT_SECONDS)

    async def begin(self, shard_id: int) -> None:
        """Let others follow at their distance from now on; the session begins with the return.

        Before, a connection takes its time, after which the turn may be over.
        """
        self._vain[shard_id] += 1
        slot = self._slots.pop(shard_id, None)
        if slot is None or not await slot.hold(LANE_SECONDS):
            await self._slot(shard_id, LANE_SECONDS)

    def is_open(self, shard_id: int) -> None:
        """Note that Discord has greeted a shard in its session."""
        self._vain[shard_id] = 0

    async def _slot(self, shard_id: int, seconds: float) -> Slot:
        return await take_slot(f"discord session {shard_id % self._lanes}", seconds=seconds)

    async def _ask(self) -> None:
        """Ask Discord how many sessions are left; without an answer it decides at the session."""
        if time.monotonic() - self._asked_at < ASKED_SECONDS and self._left > 0:
            return
        self._asked_at, self._left = time.monotonic(), max(self._left, 1)
        try:
            limits: Any = await self._bot.fetch_session_start_limits()
        except (discord.DiscordException, *NETWORK) as error:
            logger.warning("discord: can't ask for the session limit (%s)", type(error).__name__)
            return
        self._lanes, self._left = max(limits.max_concurrency, 1), limits.remaining
        self._until_reset = limits.reset_after / 1000
