"""How fast the conversation caches are."""

from __future__ import annotations

import asyncio
import random
import time
from functools import partial

from bench.cache.caches import IN_PROCESS, REDIS, Times, of_both
from bench.cache.messages import message
from bench.registry import Row
from botrunner.history.base import ConversationCache
from whisper.environment import environment

READERS, CHANNELS, READ = 100, 50, 15
# A hundred people who each write twice per second: more than anybody types.
READS_A_SECOND = 200
SECONDS = 10
P95_MILLISECONDS = {IN_PROCESS: 0.2, REDIS: 5.0}


def speed(scale: float) -> list[Row]:
    """Measure reads and appends."""
    paced = of_both(partial(_read, seconds=SECONDS * scale, pause=READERS / READS_A_SECOND))
    met = all(times.p95 < P95_MILLISECONDS[column] for column, (times, _) in paced.items())
    hasty = of_both(partial(_read, seconds=SECONDS * scale / 2, pause=0))
    appended = of_both(partial(_append, count=round(20_000 * scale)))
    return [
        Row(
            f"recent({READ}), {READERS} readers, {READS_A_SECOND} reads/s: p50 / p95 / p99 ms",
            {column: str(times) for column, (times, _) in paced.items()},
            "p95 under 0.2 in process, under 5 in Redis",
            met,
        ),
        Row(
            f"recent({READ}), {READERS} readers without a pause: p50 / p95 / p99 ms",
            {column: str(times) for column, (times, _) in hasty.items()},
        ),
        Row(
            "reads per second at that",
            {column: f"{rate:,.0f}" for column, (_, rate) in hasty.items()},
        ),
        Row(
            "appends per second, one process",
            {column: f"{rate:,.0f}" for column, rate in appended.items()},
        ),
    ]


async def _read(cache: ConversationCache, *, seconds: float, pause: float) -> tuple[Times, float]:
    """Return the times of reads, and how many there were a second."""
    for channel in range(CHANNELS):
        held = range(environment.conversation_cache_max_local)
        await cache.extend(channel, [message(channel, number) for number in held])
    start = time.monotonic()
    times: list[float] = []

    async def read(reader: int) -> None:
        chance = random.Random(reader)
        while time.monotonic() < start + seconds:
            # Readers arrive at random, not all at the same time.
            await asyncio.sleep(chance.uniform(0, 2 * pause))
            before = time.perf_counter()
            await cache.recent(chance.randrange(CHANNELS), READ)
            times.append(time.perf_counter() - before)

    await asyncio.gather(*(read(reader) for reader in range(READERS)))
    return Times.of(times), len(times) / (time.monotonic() - start)


async def _append(cache: ConversationCache, *, count: int) -> float:
    """Return appends per second of twenty writers."""
    start = time.monotonic()

    async def write(writer: int) -> None:
        for number in range(writer, count, 20):
            await cache.append(message(number % CHANNELS, number))

    await asyncio.gather(*(write(writer) for writer in range(20)))
    return count / (time.monotonic() - start)
