"""What becomes of messages under load: none lost, none doubled, each channel loaded once."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import pairwise, product
from typing import Any

import django
from django.conf import settings

from bench.cache.caches import IN_PROCESS, REDIS, bench_redis, of_both
from bench.cache.messages import message
from bench.cache.processes import KEYS, race, write_many
from bench.cache.week import week
from bench.registry import Row
from botrunner import history
from botrunner.history import conversation_cache
from botrunner.history.base import CachedMessage, ConversationCache
from botrunner.history.loader import read_or_fill, warm
from botrunner.history.memory import InMemoryConversationCache
from botrunner.history.redis import RedisConversationCache
from memories.evaluation.database import temporary_database
from whisper.environment import environment
from whisper.redis import breaker
from whisper.redis.breaker import RedisBreaker

CHANNELS, WRITERS, APPENDS = 50, 20, 100
RACES, TASKS, PROCESSES = 1000, 8, 2
WARM_CHANNELS = 500
# No real channel, of which the database could know something.
FIRST_CHANNEL = 2**62
HIT_RATE = 0.95


def load(scale: float) -> list[Row]:
    """Measure writers, races, a restart and a week."""
    return [written(scale), raced(scale), restarted(scale), lived(scale)]


def written(scale: float) -> Row:
    """Write from many tasks at the same time; to Redis from two processes."""
    channels, most = max(1, round(CHANNELS * scale)), environment.conversation_cache_max_local
    environment.conversation_cache_max_local = WRITERS * APPENDS
    try:
        found = of_both(partial(_write, channels=channels))
    finally:
        environment.conversation_cache_max_local = most
    return Row(
        f"{channels} channels × {WRITERS} writers × {APPENDS} appends: lost / doubled / misplaced",
        {column: " / ".join(map(str, counts)) for column, counts in found.items()},
        "0 / 0 / 0 with two processes",
        all(counts == (0, 0, 0) for counts in found.values()),
    )


async def _write(cache: ConversationCache, *, channels: int) -> tuple[int, int, int]:
    if isinstance(cache, RedisConversationCache):
        share = WRITERS // PROCESSES
        await _in_processes(
            write_many,
            [
                (channels, range(first, first + share), APPENDS, WRITERS * APPENDS)
                for first in range(0, WRITERS, share)
            ],
        )
    else:
        pairs = product(range(WRITERS), range(1, channels + 1))
        await asyncio.gather(*(_append(cache, writer, channel) for writer, channel in pairs))
    lost = doubled = misplaced = 0
    for channel in range(1, channels + 1):
        held = [one.id for one in await cache.extend(channel, []) or []]
        lost += WRITERS * APPENDS - len(set(held))
        doubled += len(held) - len(set(held))
        misplaced += sum(left > right for left, right in pairwise(held))
    return lost, doubled, misplaced


async def _append(cache: ConversationCache, writer: int, channel: int) -> None:
    for number in range(APPENDS):
        await cache.append(message(channel, writer * APPENDS + number))
        await asyncio.sleep(0)


def raced(scale: float) -> Row:
    """Let tasks find a channel cold at once, in Redis from two processes."""
    races = max(1, round(RACES * scale))
    found = of_both(partial(_race, races=races))
    return Row(
        f"{races} cold starts raced by {TASKS} tasks: loads / hangs / wrong results",
        {column: " / ".join(map(str, counts)) for column, counts in found.items()},
        f"{races} / 0 / 0 with two processes",
        all(counts == (races, 0, 0) for counts in found.values()),
    )


async def _race(cache: ConversationCache, *, races: int) -> tuple[int, int, int]:
    if isinstance(cache, RedisConversationCache):
        arguments = [(races, TASKS // PROCESSES, PROCESSES)] * PROCESSES
        counts = await _in_processes(race, arguments)
        loaded, hung, wrong = (
            sum(count[name] for count in counts) for name in ("loaded", "hung", "wrong")
        )
        return loaded, hung, wrong
    loader = _Loader()
    for _ in range(races):
        await cache.clear(1)
        await asyncio.gather(
            *(read_or_fill(cache, 1, 15, partial(loader, 1)) for _ in range(TASKS))
        )
    return loader.calls, 0, 0


def restarted(scale: float) -> Row:
    """Count what a restart has to load although the channels were warm."""
    channels = range(FIRST_CHANNEL, FIRST_CHANNEL + max(1, round(WARM_CHANNELS * scale)))
    # What Redis and the process don't hold is looked for in the database.
    with temporary_database():
        found = {IN_PROCESS: _restart(None, channels)}
        if settings.REDIS_ADDRESS:
            found[REDIS] = _restart(settings.REDIS_ADDRESS, channels)
    return Row(
        f"restart with {len(channels)} warm channels: channels loaded again / Discord asked",
        {column: " / ".join(map(str, counts)) for column, counts in found.items()},
        "0 / 0 in Redis",
        found.get(REDIS, (0, 0)) == (0, 0),
    )


def _restart(url: str | None, channels: range) -> tuple[int, int]:
    """Fill channels and begin again; return how many were cold and how often Discord was asked.

    Each life has its own event loop, connections and caches, made as the bot makes them.
    """
    discord = _Discord()
    asyncio.run(_life(url, channels, discord))
    discord.calls = 0
    missed = asyncio.run(_life(url, channels, discord))
    if url:
        asyncio.run(_empty(url))
    return missed, discord.calls


async def _life(url: str | None, channels: range, discord: _Discord) -> int:
    """Ask for each channel's history as a message does; return how many were cold."""
    history.reset()
    breaker.use(RedisBreaker(url, keys=KEYS) if url else None)
    cache = conversation_cache()
    for channel in channels:
        await warm(channel, 15, partial(discord, channel))
    missed = (await cache.stats()).misses
    await cache.aclose()
    history.reset()
    return missed


async def _empty(url: str) -> None:
    async with bench_redis(url):
        pass


class _Discord:
    """Give a channel's history, and count how often."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, channel: int, limit: int) -> list[CachedMessage]:
        self.calls += 1
        return [message(channel, number) for number in range(limit)]


def lived(scale: float) -> Row:
    """Replay a week by its own clock."""
    days = max(1.0, 7 * scale)
    found = of_both(partial(_live, days=days))
    return Row(
        f"hit rate of {days:.0f} days (bursts, quiet nights, restarts)",
        {column: f"{rate:.1%}" for column, rate in found.items()},
        f"at least {HIT_RATE:.0%} in Redis",
        found.get(REDIS, 1) >= HIT_RATE,
    )


async def _live(cache: ConversationCache, *, days: float) -> float:
    """Return the share of reads that hit; each event is a read, a message and its reply."""
    hits = reads = 0
    lasts = environment.conversation_cache_timeout_minutes * 60
    written: dict[int, float] = {}
    for number, event in enumerate(week(days=days)):
        if event.channel is None:
            cache = _reborn(cache)
            continue
        # The week passes in seconds: what its clock lets expire is dropped by hand.
        if event.at >= written.get(event.channel, 0) + lasts:
            await cache.clear(event.channel)
        reads += 1
        hits += await cache.recent(event.channel, 15) is not None
        await read_or_fill(cache, event.channel, 15, partial(_Loader(), event.channel))
        await cache.append(message(event.channel, 2 * number))
        await cache.append(message(event.channel, 2 * number + 1))
        written[event.channel] = event.at
    return hits / reads


def _reborn(cache: ConversationCache) -> ConversationCache:
    """Return the cache as a new process finds it."""
    return cache if isinstance(cache, RedisConversationCache) else InMemoryConversationCache()


class _Loader:
    """Load a channel, and count it."""

    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, channel: int) -> list[CachedMessage]:
        self.calls += 1
        return [message(channel, number) for number in range(20)]


async def _in_processes(work: Callable[..., Any], arguments: list[tuple[Any, ...]]) -> list[Any]:
    """Run the work in a separate process for each tuple of arguments."""
    loop = asyncio.get_running_loop()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(arguments), context, initializer=django.setup) as pool:
        calls = [
            loop.run_in_executor(pool, work, settings.REDIS_ADDRESS, *given) for given in arguments
        ]
        return await asyncio.gather(*calls)
