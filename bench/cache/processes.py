"""What two processes do to one conversation cache at once. Each function runs in one of them."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any

from bench.cache.messages import message
from botrunner.history.base import CachedMessage
from botrunner.history.loader import read_or_fill
from botrunner.history.redis import RedisConversationCache
from whisper.environment import environment
from whisper.redis.connections import connect
from whisper.redis.keys import Keys

KEYS = Keys("whisper-bench")
RACE_SECONDS = 30.0
LOAD_SECONDS = 0.005


def write_many(url: str, channels: int, writers: range, appends: int, most: int) -> None:
    """Let writers append to all channels, each its own messages.

    Args:
        most: messages that a channel holds.
    """
    environment.conversation_cache_max_local = most

    async def write(cache: RedisConversationCache, writer: int, channel: int) -> None:
        for number in range(appends):
            await cache.append(message(channel, writer * appends + number))

    async def run() -> None:
        client = connect(url)
        cache = RedisConversationCache(client, keys=KEYS)
        pairs = product(writers, range(1, channels + 1))
        await asyncio.gather(*(write(cache, writer, channel) for writer, channel in pairs))
        await client.aclose()

    asyncio.run(run())


def race(url: str, races: int, tasks: int, processes: int) -> dict[str, int]:
    """Let tasks of all processes find one channel cold, again and again.

    Returns:
        How often it was loaded here, how many waited in vain, and how many got something wrong.
    """
    return asyncio.run(_race(url, races, tasks, processes))


async def _race(url: str, races: int, tasks: int, processes: int) -> dict[str, int]:
    client = connect(url)
    cache = RedisConversationCache(client, keys=KEYS)
    counts = {"loaded": 0, "hung": 0, "wrong": 0}

    async def load() -> list[CachedMessage]:
        counts["loaded"] += 1
        await asyncio.sleep(LOAD_SECONDS)
        return [message(1, number) for number in range(20)]

    async def come() -> None:
        try:
            async with asyncio.timeout(RACE_SECONDS):
                found = await read_or_fill(cache, 1, 15, load)
        except TimeoutError:
            counts["hung"] += 1
        else:
            counts["wrong"] += [one.id for one in found] != list(range(5, 20))

    for number in range(races):
        await _meet(client, f"clear:{number}", processes)
        await cache.clear(1)
        await _meet(client, f"start:{number}", processes)
        await asyncio.gather(*(come() for _ in range(tasks)))
    await client.aclose()
    return counts


async def _meet(client: Any, name: str, processes: int) -> None:
    """Go on when all processes are here."""
    key = f"{KEYS.prefix}:meet:{name}"
    if await client.incr(key) == 1:
        await client.expire(key, 60)
    while int(await client.get(key)) < processes:  # noqa: ASYNC110 - the other is elsewhere
        await asyncio.sleep(0)
