"""What can fail between the bot and Discord, and trying again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import discord

logger = logging.getLogger(__name__)

T = TypeVar("T")
# Between attempts, half a minute in all. They stay short: when Discord is back, people wait for it.
PAUSES = (1.0, 2.0, 4.0, 5.0, 5.0, 5.0, 5.0)
NETWORK = (OSError, TimeoutError, aiohttp.ClientError)
# Waking all that waits costs a request each, and Discord may fail for some of them only.
BETWEEN_RETURNS = 1.0
# What a channel that can't be read any more, or holds no messages, is answered with.
GONE = (discord.NotFound, discord.Forbidden, discord.InvalidData)


class Outages:
    """Lets what waits for Discord be tried at once when it is back."""

    def __init__(self) -> None:
        self._waiting = set[asyncio.Task[None]]()
        self._told_at = float("-inf")

    async def wait(self, seconds: float) -> None:
        """Wait until Discord is back, but not longer than this."""
        pause = asyncio.create_task(asyncio.sleep(seconds))
        self._waiting.add(pause)
        try:
            await asyncio.wait({pause})
        finally:
            self._waiting.discard(pause)
            pause.cancel()

    def are_over(self) -> bool:
        """Wake what waits; return false if that was done a moment ago, and isn't done again."""
        now = asyncio.get_running_loop().time()
        # Another loop may count from elsewhere.
        if 0 <= now - self._told_at < BETWEEN_RETURNS:
            return False
        self._told_at = now
        for pause in self._waiting:
            pause.cancel()
        return True


outages = Outages()


def is_transient(error: Exception) -> bool:
    """Return whether a failure of Discord may be over at the next attempt."""
    if isinstance(error, discord.HTTPException):
        # A token that was replaced ends the connection as well, and the process with it.
        return error.status >= 500 or error.status in {401, 429}
    return isinstance(error, NETWORK)


async def persistently(send: Callable[[], Awaitable[T]]) -> T:
    """Send, and try again after what passes by itself: after a pause, or when Discord is back.

    There is no limit to how long it takes: discord.py waits inside for rate limits, as long as
    Discord says. The time of each request is limited where the bot sets up its HTTP client.

    Raises:
        discord.HTTPException: Discord refuses it.
        OSError, TimeoutError, aiohttp.ClientError: Discord could not be reached.
    """
    for pause in PAUSES:
        try:
            return await send()
        except (discord.HTTPException, *NETWORK) as error:
            if not is_transient(error):
                raise
            logger.warning("discord: sending failed (%s), will retry", type(error).__name__)
        await outages.wait(pause)
    return await send()
