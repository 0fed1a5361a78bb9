"""How fast something may be done, by all processes on one Redis together; without it, by one."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from whisper.circuit_breaker import AwayError
from whisper.redis.breaker import RedisBreaker, redis_breaker
from whisper.redis.connections import run
from whisper.redis.locks import Lock, acquire, renew

logger = logging.getLogger(__name__)

# A reservation that lies further ahead was left by a clock that jumped back.
FURTHEST_SECONDS = 600
# For a slot that another holds.
ASK_AGAIN_SECONDS = 0.5

# The key holds the microsecond of the next free turn, by Redis' own clock. Returned is how many
# microseconds the turn that is taken lies ahead.
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local held = redis.pcall('GET', KEYS[1])
local free = type(held) == 'string' and tonumber(held) or 0
if not free or free > now + tonumber(ARGV[3]) then free = 0 end
free = math.max(free, now - ARGV[2])
local after = free + ARGV[1]
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil(
    (math.max(after - now, 0) + ARGV[2]) / 1000) + 1000)
return math.max(0, math.ceil(free - now))
"""

# Until when slots are held without Redis.
_slots: dict[str, float] = {}


class Pace:
    """Turns that follow each other with a pause, a few of them at once.

    Args:
        subject: what is done.
        seconds: the pause.
        at_once: how many turns may be taken without a pause after a while without any.
        alone_seconds: the pause while this process can't ask the others.
        shared: whether other processes take turns as well.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        subject: str,
        *,
        seconds: float,
        at_once: int,
        alone_seconds: float,
        shared: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._subject, self._shared = subject, shared
        self._seconds, self._alone_seconds = seconds, alone_seconds
        self._at_once = at_once
        self._free = 0.0

    async def turn(self) -> None:
        """Wait for the next turn."""
        wait = await self._wait()
        if wait > 0:
            await asyncio.sleep(wait)

    async def _wait(self) -> float:
        breaker = redis_breaker() if self._shared else None
        if breaker is not None:
            try:
                return await breaker.acall(lambda: self._in_redis(breaker))
            except AwayError:
                pass
        return self._in_process()

    async def _in_redis(self, breaker: RedisBreaker) -> float:
        pause, furthest = int(self._seconds * 1e6), int(FURTHEST_SECONDS * 1e6)
        ahead = (self._at_once - 1) * pause
        key = breaker.keys.pace(self._subject)
        return int(await run(breaker.client, _TAKE, [key], [pause, ahead, furthest])) / 1e6

    def _in_process(self) -> float:
        pause = self._alone_seconds if self._shared else self._seconds
        now = self._clock()
        turn = max(self._free, now - (self._at_once - 1) * pause)
        self._free = turn + pause
        return max(0.0, turn - now)


@dataclass(frozen=True, slots=True)
class Slot:
    """The right to do something alone for a while.

    Args:
        lock: None if this process took it by itself, without Redis.
    """

    subject: str
    lock: Lock | None

    async def hold(self, seconds: float) -> bool:
        """Hold it for this many seconds from now; False if its time was over."""
        breaker, lock = redis_breaker(), self.lock
        if lock is None or breaker is None:
            _slots[self.subject] = time.monotonic() + seconds
            return True
        try:
            return await breaker.acall(lambda: renew(breaker.client, lock, seconds=seconds))
        except AwayError:
            return True


async def take_slot(subject: str, *, seconds: float) -> Slot:
    """Wait for a slot and take it for this many seconds."""
    while True:
        slot = await _free_slot(subject, seconds)
        if isinstance(slot, Slot):
            return slot
        await asyncio.sleep(slot)


async def _free_slot(subject: str, seconds: float) -> Slot | float:
    """Take a slot; or return after how many seconds to try again."""
    breaker = redis_breaker()
    if breaker is not None:
        try:
            lock = await breaker.acall(partial(_locked, breaker, subject, seconds))
            return Slot(subject, lock) if lock is not None else ASK_AGAIN_SECONDS
        except AwayError:
            pass
    now = time.monotonic()
    if (left := _slots.get(subject, 0.0) - now) > 0:
        return left
    _slots[subject] = now + seconds
    return Slot(subject, None)


async def _locked(breaker: RedisBreaker, subject: str, seconds: float) -> Lock | None:
    key = breaker.keys.pace(subject)
    return await acquire(breaker.client, key, seconds=seconds, keys=breaker.keys)
