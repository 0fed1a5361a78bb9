"""Locks across processes that survive a paused or killed holder."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from redis.asyncio import Redis

from whisper.processes import lives
from whisper.redis.connections import run
from whisper.redis.keys import KEYS, Keys

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that is held until its time is over.

    Args:
        number: rises with every lock taken (fencing): of two holders the later has the greater.
        token: who holds it.
    """

    key: str
    number: int
    token: str

    @property
    def value(self) -> str:
        """Return what the lock's key holds while it is ours."""
        return f"{self.number}:{self.token}"


# A value that isn't our lock, or never expires, is deleted. One that lasts longer than any lock was
# left by a clock that jumped back: it is shortened, and its holder renews it. The number follows
# the clock, so that it still rises after Redis comes back empty, and its own last value, so that it
# still rises after the clock jumps back.
_ACQUIRE = """
local held, left, unreadable = redis.pcall('GET', KEYS[1]), redis.call('PTTL', KEYS[1]), 0
if held and (left == -1 or type(held) == 'table' or not string.match(held, '^%d+:%x+$')) then
  redis.call('DEL', KEYS[1])
  held, unreadable = false, 1
end
if held then
  if left > tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return {unreadable, '', held}
end
local time = redis.call('TIME')
local last = tonumber(redis.pcall('GET', KEYS[2]) or 0)
if not last or not (last < 9007199254740991) then last = 0 end
local number = math.max(last + 1, time[1] * 1000000 + time[2])
local text = string.format('%.0f', number)
redis.call('SET', KEYS[2], text)
redis.call('SET', KEYS[1], text .. ':' .. ARGV[1], 'PX', ARGV[2])
return {unreadable, text, ''}
"""
_RELEASE = """
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""
_RENEW = """
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""


async def acquire(client: Redis, key: str, *, seconds: float, keys: Keys = KEYS) -> Lock | None:
    """Take a lock for a number of seconds; None if another holds it.

    One that is held by a process that has ended is taken over.
    """
    token = lives.new_token()
    arguments = [key, keys.fence], [token, int(seconds * 1000)]
    unreadable, number, holder = await run(client, _ACQUIRE, *arguments)
    if unreadable:
        logger.warning("lock: dropped an unreadable value")
    if holder and _has_ended(holder.decode()):
        await run(client, _RELEASE, [key], [holder])
        _, number, _ = await run(client, _ACQUIRE, *arguments)
    return Lock(key, int(number), token) if number else None


def _has_ended(value: str) -> bool:
    """Return whether the process that holds a lock's value has ended."""
    return lives.has_ended(lives.mark_of(value.partition(":")[2]))


async def release(client: Redis, lock: Lock) -> bool:
    """Give a lock back; False if it was already lost."""
    return bool(await run(client, _RELEASE, [lock.key], [lock.value]))


async def renew(client: Redis, lock: Lock, *, seconds: float) -> bool:
    """Hold a lock for this many seconds from now; False if it was already lost."""
    return bool(await run(client, _RENEW, [lock.key], [lock.value, int(seconds * 1000)]))
