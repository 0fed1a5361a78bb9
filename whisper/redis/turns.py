"""One at a time, by name."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from weakref import WeakValueDictionary

from whisper.circuit_breaker import AwayError
from whisper.logs import Seldom
from whisper.redis import locks
from whisper.redis.breaker import RedisBreaker, redis_breaker

logger = logging.getLogger(__name__)
# After an outage of Redis, each conversation that is being held has run out.
losing = logging.getLogger(f"{__name__}.losing")
losing.addFilter(Seldom(60.0))

# How long a turn outlives a holder that was killed or paused; while it runs it is renewed.
TURN_SECONDS = 15.0
RENEWALS = 3
# After this long, this process's lock is enough: late is worse than out of turn.
WAIT_SECONDS = 120.0
POLL_SECONDS = 0.05

_in_process: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to answer a person in a channel.

    Args:
        channel_id: where.
        lock: the lock across processes, with its fencing number; None without Redis.
        breaker: leads to Redis.
    """

    channel_id: int
    lock: locks.Lock | None = None
    breaker: RedisBreaker | None = None

    async def is_ours(self) -> bool:
        """Return whether the turn is still held: a process paused for long loses it."""
        lock, breaker = self.lock, self.breaker
        if lock is None or breaker is None:
            return True
        try:
            return await breaker.acall(
                lambda: locks.renew(breaker.client, lock, seconds=TURN_SECONDS),
                subject=self.channel_id,
            )
        except AwayError:
            return True


@asynccontextmanager
async def conversation_lock(person_id: int, channel_id: int) -> AsyncIterator[Turn]:
    """Let the messages of one person in one channel pass one at a time.

    In this process they pass in order of coming. With Redis they also wait for other processes;
    without it, or while it is away, each process keeps its own order.
    """
    lock = _in_process.setdefault((person_id, channel_id), asyncio.Lock())
    async with lock:
        turn = await _take(person_id, channel_id)
        renewing = asyncio.create_task(_renew(turn)) if turn.lock else None
        try:
            yield turn
        finally:
            if renewing is not None:
                renewing.cancel()
                await _give_back(turn)


async def _take(person_id: int, channel_id: int) -> Turn:
    breaker = redis_breaker()
    if breaker is None:
        return Turn(channel_id)
    key, until = breaker.keys.turn(person_id, channel_id), time.monotonic() + WAIT_SECONDS
    acquire = partial(locks.acquire, breaker.client, key, seconds=TURN_SECONDS, keys=breaker.keys)
    with suppress(AwayError):
        while time.monotonic() < until:
            lock = await breaker.acall(acquire, subject=channel_id)
            if lock is not None:
                return Turn(channel_id, lock, breaker)
            await asyncio.sleep(POLL_SECONDS)
        logger.warning("lock: another process held a conversation for %d s", WAIT_SECONDS)
    return Turn(channel_id)


async def _renew(turn: Turn) -> None:
    """Renew a turn until cancelled, or until another has it."""
    while True:
        await asyncio.sleep(TURN_SECONDS / RENEWALS)
        if not await turn.is_ours():
            losing.warning("lock: lost a conversation, perhaps to another process")
            return


async def _give_back(turn: Turn) -> None:
    breaker, lock = turn.breaker, turn.lock
    if breaker is not None and lock is not None:
        with suppress(AwayError):
            await breaker.acall(
                lambda: locks.release(breaker.client, lock), subject=turn.channel_id
            )
