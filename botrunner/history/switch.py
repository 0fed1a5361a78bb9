"""The conversation cache that the bot uses: Redis while it answers, else this process's memory."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import replace
from typing import TypeVar

from botrunner.history.base import CachedMessage, CacheStats, Claim, ConversationCache
from botrunner.history.memory import InMemoryConversationCache, newest
from botrunner.history.metrics import READS, SECONDS
from botrunner.history.redis import RedisConversationCache
from botrunner.history.verify import stale_channels
from whisper import daily_counts, live
from whisper.circuit_breaker import AwayError, State
from whisper.environment import environment
from whisper.health import Health
from whisper.redis.breaker import EVERY_CHANNEL, RedisBreaker
from whisper.redis.keys import TIMEOUT_SECONDS

logger = logging.getLogger(__name__)

T = TypeVar("T")
# For work on all channels, which nothing waits for.
SWEEP_SECONDS = 5.0
VERIFY_SECONDS = 2.0

# What a day's count of reads is called.
HIT, MISS = "cache.hit", "cache.miss"


class SwitchedConversationCache:
    """Redis behind its circuit breaker, and memory while that is open or if there is no Redis.

    A channel written without Redis is dropped there before Redis is used for it again, and so is a
    channel that lags behind the database: the database has everything, so it is filled again.
    Memory starts empty at each outage. Thus neither store ever serves what is older than the
    other's.

    What concerns people who have not agreed to be remembered never goes to Redis: beside it, a
    separate part of memory holds that, for as long as a channel is kept.

    Args:
        breaker: None if Redis is not used.
    """

    def __init__(self, breaker: RedisBreaker | None = None) -> None:
        self.breaker = breaker
        self.memory = InMemoryConversationCache()
        # Only used beside Redis. It outlives outages, which end with an empty `memory`.
        self.private = InMemoryConversationCache()
        # How often something was taken back, so that what was read before is not put here after.
        self._taken_back = 0
        self.redis = RedisConversationCache(breaker.client, keys=breaker.keys) if breaker else None
        # Changes to make in Redis before it is used again: a method and its arguments.
        self._repairs: set[tuple[str, int | None]] = set()
        self._hits = self._misses = 0
        if breaker is not None:
            breaker.before_use(self._put_right)

    async def recent(
        self, channel_id: int, limit: int, *, for_user: int | None = None
    ) -> list[CachedMessage] | None:
        """Return up to `limit` newest messages, oldest first; None if it is not cached."""
        backend, found = await self._either(
            "recent", channel_id, lambda cache: cache.recent(channel_id, limit, for_user=for_user)
        )
        self._hits += found is not None
        self._misses += found is None
        result = "miss" if found is None else "hit"
        READS.labels(backend, result).inc()
        daily_counts.count(HIT if found is not None else MISS)
        live.publish(live.Event(live.LiveKind.CACHE, result))
        if found is None:
            return None
        return newest(await self._with_private(channel_id, found), limit, for_user=for_user)

    async def append(self, message: CachedMessage) -> None:
        """Add a message unless it is held already, and renew the channel's expiry."""
        if self.breaker is not None and not message.agreed:
            await self.private.extend(message.channel_id, [message])
            return
        await self._write("append", message.channel_id, lambda cache: cache.append(message))

    async def claim(self, channel_id: int) -> Claim | None:
        """Return the right to fill a cold channel; None if it is filled or another fills it."""
        return (await self._either("claim", channel_id, lambda cache: cache.claim(channel_id)))[1]

    async def give_back(self, claim: Claim) -> None:
        """Let others fill the channel."""
        await self._either("give_back", claim.channel_id, lambda cache: cache.give_back(claim))

    async def extend(
        self, channel_id: int, messages: Sequence[CachedMessage], *, claim: Claim | None = None
    ) -> list[CachedMessage] | None:
        """Fill a cold channel; return what it holds then, None if the claim is not valid.

        A claim that the other store gave is not valid.
        """
        before = self._taken_back
        shared = [one for one in messages if one.agreed or self.breaker is None]
        _, held = await self._either(
            "extend", channel_id, lambda cache: cache.extend(channel_id, shared, claim=claim)
        )
        if held is None:
            return None
        private = [one for one in messages if not one.agreed]
        if self.breaker is not None and private and before == self._taken_back:
            await self.private.extend(channel_id, private)
        return await self._with_private(channel_id, held)

    async def edit(self, channel_id: int, platform_id: int, text: str) -> None:
        """Replace a held message's text."""
        self._taken_back += 1
        await self.private.edit(channel_id, platform_id, text)
        await self._write(
            "edit", channel_id, lambda cache: cache.edit(channel_id, platform_id, text)
        )

    async def delete(self, channel_id: int, platform_id: int) -> None:
        """Drop a held message."""
        self._taken_back += 1
        await self.private.delete(channel_id, platform_id)
        await self._write("delete", channel_id, lambda cache: cache.delete(channel_id, platform_id))

    async def clear(self, channel_id: int | None = None) -> None:
        """Drop a channel, or all of them."""
        self._taken_back += 1
        await self.private.clear(channel_id)
        if channel_id is not None:
            await self._write("clear", channel_id, lambda cache: cache.clear(channel_id))
        else:
            await self._everywhere("clear", None)

    async def forget(self, person_id: int) -> None:
        """Drop every message of a person and every answer to them, in all channels."""
        self._taken_back += 1
        await self.private.forget(person_id)
        await self._everywhere("forget", person_id)

    async def withdraw(self, person_id: int) -> None:
        """Drop from Redis what concerns a person who no longer agrees to be remembered."""
        if self.breaker is not None:
            await self._everywhere("forget", person_id)

    async def stats(self) -> CacheStats:
        """Return the cache's numbers."""
        stats = await self.memory.stats()
        details: dict[str, object] = {}
        if self.breaker is not None and self.redis is not None:
            try:
                stats = await self.breaker.acall(
                    self.redis.stats, subject=EVERY_CHANNEL, seconds=SWEEP_SECONDS
                )
            except AwayError:
                details["Redis"] = self.breaker.last_error
            details |= {"state": self.breaker.state.value, "repairs": len(self._repairs)}
        errors = self.breaker.errors if self.breaker else 0
        return replace(
            stats,
            hits=self._hits,
            misses=self._misses,
            errors=errors,
            details=stats.details | details,
        )

    async def healthy(self) -> bool:
        """Return whether the configured store is in use; the first probe is awaited."""
        if self.breaker is None:
            return True
        await self.breaker.ready()
        return self.breaker.state is State.CLOSED

    async def health(self) -> Health:
        """Tell which store is in use, and how often it was asked in vain."""
        healthy, reads = await self.healthy(), self._hits + self._misses
        rate = f", {self._hits / reads:.1%} of {reads} reads hit" if reads else ""
        backend = "Redis" if self.breaker and healthy else "in process"
        if self.breaker and not healthy:
            backend = f"in process, Redis {self.breaker.trouble}"
        return Health(True, degraded=not healthy, detail=backend + rate)

    async def aclose(self) -> None:
        """Close the connections."""
        if self.breaker is not None:
            await self.breaker.aclose()

    async def _with_private(
        self, channel_id: int, shared: Sequence[CachedMessage]
    ) -> list[CachedMessage]:
        """Return messages together with those that are not in Redis, oldest first."""
        most = environment.conversation_cache_max_local
        private = await self.private.recent(channel_id, most) or []
        return sorted(
            {one.id: one for one in (*private, *shared)}.values(), key=lambda one: one.order
        )

    async def _either(
        self, operation: str, channel_id: int, work: Callable[[ConversationCache], Awaitable[T]]
    ) -> tuple[str, T]:
        """Return which store was asked, and what it said."""
        start = time.perf_counter()
        try:
            backend, result = "redis", await self._in_redis(channel_id, work)
        except AwayError:
            backend, result = "memory", await work(self.memory)
        SECONDS.labels(operation, backend).observe(time.perf_counter() - start)
        return backend, result

    async def _write(
        self, operation: str, channel_id: int, work: Callable[[ConversationCache], Awaitable[None]]
    ) -> None:
        backend, _ = await self._either(operation, channel_id, work)
        if backend == "memory" and self.breaker is not None:
            # No other task ran since memory was written: its calls never wait.
            self._repairs.add(("clear", channel_id))

    async def _everywhere(self, method: str, subject: int | None) -> None:
        """Change both stores, Redis later if it is away."""
        await getattr(self.memory, method)(subject)
        if self.breaker is None:
            return
        try:
            await self._in_redis(
                EVERY_CHANNEL,
                lambda cache: getattr(cache, method)(subject),
                seconds=SWEEP_SECONDS,
            )
        except AwayError:
            self._repairs.add((method, subject))

    async def _in_redis(
        self,
        subject: Hashable,
        work: Callable[[ConversationCache], Awaitable[T]],
        *,
        seconds: float = TIMEOUT_SECONDS,
    ) -> T:
        if self.breaker is None or self.redis is None:
            raise AwayError
        redis = self.redis
        return await self.breaker.acall(lambda: work(redis), subject=subject, seconds=seconds)

    async def _put_right(self) -> None:
        """Drop in Redis what memory knows better, then forget what memory holds."""
        await self._drop_stale()
        while self._repairs:
            method, subject = repair = self._repairs.pop()
            try:
                await getattr(self.redis, method)(subject)
            except BaseException:
                self._repairs.add(repair)
                raise
        await self.memory.clear()

    async def _drop_stale(self) -> None:
        assert self.redis is not None  # noqa: S101 - only a circuit breaker calls this
        redis = self.redis
        older = await redis.older_layouts()
        if older:
            logger.warning("redis: %d keys in an older format are left to expire", older)
        try:
            async with asyncio.timeout(VERIFY_SECONDS):
                stale = await stale_channels(redis)
        except Exception as error:
            # What may be older than the database is not used: channels are filled again from it.
            logger.warning("history: not compared with the database (%s)", type(error).__name__)
            await redis.clear()
            return
        for channel_id in stale:
            await redis.clear(channel_id)
        if stale:
            logger.info("history: dropped %d channels older than the database", len(stale))
