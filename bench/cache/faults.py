"""What people wait for when Redis takes connections and never answers."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial
from urllib.parse import urlsplit, urlunsplit

from bench.cache.caches import REDIS, bench_redis
from bench.cache.messages import message
from bench.cache.processes import KEYS
from bench.cache.proxy import Proxy
from bench.registry import NotMeasuredError, Row, percentile
from botrunner.history.base import CachedMessage
from botrunner.history.loader import read_or_fill
from botrunner.history.switch import SwitchedConversationCache
from whisper.circuit_breaker import State
from whisper.redis import breaker
from whisper.redis.breaker import RedisBreaker
from whisper.redis.rates import count
from whisper.redis.turns import conversation_lock

PERSON = 101
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
            f"black hole: added p99 ms of a message, {AT_ONCE} at once, until the breaker opens",
            {REDIS: f"{before:.1f}"},
            "under 300",
            before < 300,
        ),
        Row(
            "black hole: added p99 ms of a message after that",
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
    """Return added milliseconds until the breaker opens and after that, and seconds of a start."""
    before: list[float] = []
    after: list[float] = []
    address = urlsplit(url)
    usual: list[float] = []
    async with bench_redis(url), Proxy(address.hostname or "", address.port or 6379) as proxy:
        login = address.netloc.rpartition("@")
        through = urlunsplit(address._replace(netloc=f"{login[0]}{login[1]}127.0.0.1:{proxy.port}"))
        for _ in range(max(1, round(ROUNDS * scale))):
            proxy.black_hole = False
            process = _Process(through)
            for channel in range(200):
                await process.message(channel)
            process.expect(State.CLOSED)
            proxy.black_hole = True
            taken = await asyncio.gather(
                *(process.message(channel) for channel in range(1000, 1000 + AT_ONCE))
            )
            before += taken
            process.expect(State.OPEN)
            # The same work without Redis at the same moments: of some the machine makes long ones.
            plain = _Process(None)
            for channel in range(2000, 2000 + round(AFTER * scale)):
                usual.append(await plain.message(channel))
                after.append(await process.message(channel))
            await process.cache.aclose()
        start = time.monotonic()
        process = _Process(through)
        await process.message(1)
        started = time.monotonic() - start
        await process.cache.aclose()
    breaker.end_outages()
    added = percentile(before, 0.99) - percentile(usual, 0.5)
    added_after = percentile(after, 0.99) - percentile(usual, 0.99)
    return added * 1000, added_after * 1000, started


class _Process:
    """What one process has to do with Redis, as if it had just begun.

    Args:
        url: address of Redis, None for none.
    """

    def __init__(self, url: str | None) -> None:
        if url:
            breaker.end_outages()
        self._breaker = RedisBreaker(url, keys=KEYS) if url else None
        self.cache = SwitchedConversationCache(self._breaker)

    def expect(self, state: State) -> None:
        """Check whether Redis is asked, or is not.

        Raises:
            NotMeasuredError: it isn't so, as on a machine that is too busy to listen.
        """
        if self._breaker is not None and self._breaker.state is not state:
            raise NotMeasuredError(
                f"the breaker is {self._breaker.state}, not {state}: is this machine busy?"
            )

    async def message(self, channel: int) -> float:
        """Return the seconds that one message spends on all that it asks of Redis.

        It is counted and takes its turn; a cold channel is filled; message and answer are put into
        the cache; before the answer, the turn is looked after.
        """
        breaker.use(self._breaker)
        start = time.perf_counter()
        await count(f"messages:{PERSON}", seconds=60, channel_id=channel)
        async with conversation_lock(PERSON, channel) as turn:
            await read_or_fill(self.cache, channel, 15, partial(_load, channel), for_user=PERSON)
            await self.cache.append(message(channel, 1))
            await turn.is_ours()
            await self.cache.append(message(channel, 2))
        return time.perf_counter() - start


async def _load(channel: int) -> list[CachedMessage]:
    return [message(channel, 0)]
