"""The compared caches, and how their figures are shown."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings

from bench.cache.processes import KEYS
from bench.registry import percentile
from botrunner.history.base import ConversationCache
from botrunner.history.memory import InMemoryConversationCache
from botrunner.history.redis import RedisConversationCache
from whisper.redis.connections import connect

IN_PROCESS, REDIS = "in process", "Redis"
T = TypeVar("T")


@asynccontextmanager
async def bench_redis(url: str) -> AsyncIterator[RedisConversationCache]:
    """Open an empty cache in Redis under the benchmark's own keys, and empty it afterwards."""
    client = connect(url)
    cache = RedisConversationCache(client, keys=KEYS)
    await cache.clear()
    try:
        yield cache
    finally:
        await cache.clear()
        for key in [key async for key in client.scan_iter(match=f"{KEYS.prefix}:*", count=1000)]:
            await client.unlink(key)
        await client.aclose()


def of_both(measure: Callable[[ConversationCache], Awaitable[T]]) -> dict[str, T]:
    """Return the measurement of each cache; of Redis if configured."""

    async def run() -> dict[str, T]:
        found = {IN_PROCESS: await measure(InMemoryConversationCache())}
        if settings.REDIS_ADDRESS:
            async with bench_redis(settings.REDIS_ADDRESS) as cache:
                found[REDIS] = await measure(cache)
        return found

    return asyncio.run(run())


@dataclass(frozen=True, slots=True)
class Times:
    """Times of many calls, in milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: list[float]) -> Times:
        """Return the percentiles of times given in seconds."""
        return cls(*(percentile(seconds, share) * 1000 for share in (0.5, 0.95, 0.99)))

    def __str__(self) -> str:
        return f"{self.p50:.3f} / {self.p95:.3f} / {self.p99:.3f}"
