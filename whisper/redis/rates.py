"""How often a person did something, counted over all processes."""

from __future__ import annotations

import logging
import time

from django.core.cache import caches

from whisper.circuit_breaker import AwayError
from whisper.redis.breaker import RedisBreaker, redis_breaker
from whisper.redis.connections import run

logger = logging.getLogger(__name__)

# The library `limits` counts in windows too, but agrees or no where the caller has to know the
# number; a value that is not its own, or one without an end, blocks a person for ever.
#
# A window begins with the first count and ends by Redis' own clock; where that jumped back, the
# window is cut to its length.
_COUNT = """
local number, unreadable = redis.pcall('INCRBY', KEYS[1], ARGV[2]), 0
if type(number) == 'table' then
  if not (string.find(number.err, 'WRONGTYPE') or string.find(number.err, 'integer')
      or string.find(number.err, 'overflow')) then return number end
  redis.call('DEL', KEYS[1])
  number, unreadable = redis.call('INCRBY', KEYS[1], ARGV[2]), 1
end
local left = redis.call('PTTL', KEYS[1])
if left < 0 or left > tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {number, unreadable}
"""


async def count(
    subject: str, *, seconds: int, channel_id: int | None = None, times: int = 1
) -> int:
    """Count something that was done and return how often it was done in this window of time.

    Args:
        subject: who and what: "messages:42".
        seconds: length of a window; windows follow each other, so that at the border of two of them
            twice as many may pass.
        channel_id: where; while Redis is away for a channel, nobody waits for it there again.
        times: how often it was done now.
    """
    breaker = redis_breaker()
    if breaker is None:
        return _in_process(subject, seconds, times)
    try:
        return await breaker.acall(
            lambda: _in_redis(breaker, subject, seconds, times), subject=channel_id
        )
    except AwayError:
        return _in_process(subject, seconds, times)


async def _in_redis(breaker: RedisBreaker, subject: str, seconds: int, times: int) -> int:
    key = breaker.keys.rate(subject)
    number, unreadable = await run(breaker.client, _COUNT, [key], [seconds * 1000, times])
    if unreadable:
        logger.warning("rates: dropped an unreadable count")
    return int(number)


def _in_process(subject: str, seconds: int, times: int) -> int:
    # A clock that jumps back would make the window longer.
    key, cache = f"{subject}:{time.monotonic() // seconds}", caches["rates"]
    cache.add(key, 0, timeout=2 * seconds)
    return cache.incr(key, times)
