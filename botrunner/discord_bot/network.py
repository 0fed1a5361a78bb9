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
# What a channel that can't be read any more, or holds no messages, is answered with.
GONE = (discord.NotFound, discord.Forbidden, discord.InvalidData)


def is_transient(error: Exception) -> bool:
    """Return whether a failure of Discord may be over at the next attempt."""
    if isinstance(error, discord.HTTPException):
        return error.status >= 500 or error.status == 429
    return isinstance(error, NETWORK)


async def persistently(send: Callable[[], Awaitable[T]]) -> T:
    """Send, and try again after what passes by itself.

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
        await asyncio.sleep(pause)
    return await send()
