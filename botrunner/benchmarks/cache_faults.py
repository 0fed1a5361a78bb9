"""What people wait for when Redis takes connections and never answers."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit

from botrunner.benchmarks.cache_processes import KEYS
from botrunner.benchmarks.caches import REDIS, bench_redis
from botrunner.benchmarks.messages import message
from botrunner.benchmarks.proxy import Proxy
from botrunner.history.switch import SwitchedConversationCache
from whisper import redis
from whisper.benchmarks import Row, percentile
from whisper.redis_door import AwayError, RedisDoor, State

AT_ONCE = 100
ROUNDS = 20
AFTER = 2000


def faults(url: str, scale: float) -> list[Row]:
    """Measure a black hole."""
    # The outages are meant.
    logging.disable(logging.ERROR)
    try:
        before, after, start = asyncio.run(_measure(url, scale))
    finally:
        logging.disable(logging.NOTSET)
    return [
        Row(
            f"black hole: added p99 ms of a message, {AT_ONCE} at once, until the door closes",
            {REDIS: f"{before:.1f}"},
            "under 300",
            before < 300,
        ),
        Row(
            "black hole: p99 ms of a message with the cache after that",
            {REDIS: f"{after:.3f}"},
            "under 1",
            after < 1,
        ),
        Row(
            "black hole: seconds until the first answer after a start",
            {REDIS: f"{start:.2f}"},
            "under 5",
            start < 5,
        ),
    ]


async def _measure(url: str, scale: float) -> tuple[float, float, float]:
    """Return added milliseconds until the door closes, milliseconds after, seconds of a start."""
    before: list[float] = []
    after: list[float] = []
    address = urlsplit(url)
    async with bench_redis(url), Proxy(address.hostname or "", address.port or 6379) as proxy:
        login = address.netloc.rpartition("@")
        through = urlunsplit(address._replace(netloc=f"{login[0]}{login[1]}127.0.0.1:{proxy.port}"))
        for _ in range(max(1, round(ROUNDS * scale))):
            proxy.black_hole = False
            door = RedisDoor(through, keys=KEYS)
            cache = SwitchedConversationCache(door)
            await door.ready()
            usual = [await _message(cache, channel) for channel in range(200)]
            normal = percentile(usual, 0.5)
            proxy.black_hole = True
            taken = await asyncio.gather(*(_message(cache, one) for one in range(AT_ONCE)))
            before += [one - normal for one in taken]
            if door.state is not State.OPEN:
                raise RuntimeError("the door did not close")
            after += [
                await _message(cache, channel)
                for channel in range(1000, 1000 + round(AFTER * scale))
            ]
            await cache.aclose()
        start = time.monotonic()
        cache = SwitchedConversationCache(RedisDoor(through, keys=KEYS))
        await cache.recent(1, 15)
        started = time.monotonic() - start
        await cache.aclose()
    return percentile(before, 0.99) * 1000, percentile(after, 0.99) * 1000, started


async def _message(cache: SwitchedConversationCache, channel: int) -> float:
    """Return the seconds that one message spends with Redis: its turn, a read, two appends."""
    start = time.perf_counter()
    door = cache.door
    assert door is not None  # noqa: S101 - the caller made it with one
    key, lock = door.keys.turn(1, channel), None
    with suppress(AwayError):
        lock = await door.call(
            channel, lambda: redis.acquire(door.client, key, seconds=15, keys=door.keys)
        )
    await cache.recent(channel, 15)
    await cache.append(message(channel, 1))
    await cache.append(message(channel, 2))
    if lock is not None:
        held = lock
        with suppress(AwayError):
            await door.call(channel, lambda: redis.release(door.client, held))
    return time.perf_counter() - start
