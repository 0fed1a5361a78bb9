"""The conversation cache in Redis.

A channel is one hash, so that it expires and is evicted as a whole: message id to its time in
microseconds (20 digits, for the order) followed by JSON. The field `filled` says that the channel
was filled and not only written to. Lua scripts make each change atomic.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from botrunner.history.base import CLAIM_SECONDS, CachedMessage, CacheStats, Claim
from botrunner.history.convert import UnreadableMessageError, from_dict, to_dict
from botrunner.history.memory import newest
from botrunner.history.metrics import UNREADABLE
from whisper.environment import environment
from whisper.redis.connections import run
from whisper.redis.keys import KEYS, Keys
from whisper.redis.locks import Lock, acquire, release

logger = logging.getLogger(__name__)

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DIGITS = 20
FILLED = b"filled"
SCAN = 500
PIPELINED = 100
EDIT_ATTEMPTS = 5

_SORTED = """
local function sorted(key)
  local flat = redis.call('HGETALL', key)
  local all = {}
  for i = 1, #flat, 2 do
    if flat[i] ~= 'filled' then
      all[#all + 1] = {string.sub(flat[i + 1], 1, 20) .. flat[i], flat[i], flat[i + 1]}
    end
  end
  table.sort(all, function(a, b) return a[1] < b[1] end)
  return all
end
local function values(all, limit)
  local found = {}
  for i = math.max(1, #all - limit + 1), #all do found[#found + 1] = all[i][2] .. all[i][3] end
  return found
end
local function trim(key, most)
  if redis.call('HLEN', key) <= most then return end
  local all = sorted(key)
  for i = 1, #all - most do redis.call('HDEL', key, all[i][2]) end
end
"""
_RECENT = (
    _SORTED
    + """
if redis.call('HEXISTS', KEYS[1], 'filled') == 0 then return false end
return values(sorted(KEYS[1]), tonumber(ARGV[1]))
"""
)
_APPEND = (
    _SORTED
    + """
redis.call('HSETNX', KEYS[1], ARGV[3], ARGV[4])
trim(KEYS[1], tonumber(ARGV[1]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
"""
)
_EXTEND = (
    _SORTED
    + """
if ARGV[3] ~= '' then
  if redis.pcall('GET', KEYS[2]) ~= ARGV[3] then return false end
  redis.call('DEL', KEYS[2])
end
redis.call('HSET', KEYS[1], 'filled', 1)
for i = 4, #ARGV, 2 do redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) end
trim(KEYS[1], tonumber(ARGV[1]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return values(sorted(KEYS[1]), tonumber(ARGV[1]))
"""
)
# Only if the message is still as it was read.
_REPLACE = """
if redis.call('HGET', KEYS[1], ARGV[2]) ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[2], ARGV[4])
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
"""
_DELETE = """
redis.call('DEL', KEYS[2])
redis.call('HDEL', KEYS[1], ARGV[2])
return redis.call('PEXPIRE', KEYS[1], ARGV[1])
"""


class RedisConversationCache:
    """Recent messages in Redis, shared by all processes.

    What is not readable under a channel's key is dropped with one line in the log: a miss. Errors
    of Redis itself are the caller's to handle.
    """

    def __init__(self, client: Redis, *, keys: Keys = KEYS) -> None:
        self._client = client
        self._keys = keys
        self._hits = self._misses = self._unreadable = 0

    async def recent(
        self, channel_id: int, limit: int, *, for_user: int | None = None
    ) -> list[CachedMessage] | None:
        """Return up to `limit` newest messages, oldest first; None if it is not cached."""
        most = limit if for_user is None else environment.conversation_cache_max_local
        values = await self._run(channel_id, _RECENT, [most])
        messages = await self._messages(channel_id, values)
        if messages is None:
            self._misses += 1
            return None
        self._hits += 1
        return newest(messages, limit, for_user=for_user)

    async def append(self, message: CachedMessage) -> None:
        """Add a message unless it is held already, and renew the channel's expiry.

        One of a person who has not agreed to be remembered is passed over.
        """
        if not message.agreed:
            return
        await self._run(message.channel_id, _APPEND, [*_bounds(), *_field(message)])

    async def claim(self, channel_id: int) -> Claim | None:
        """Return the right to fill a cold channel; None if it is filled or another fills it."""
        key = self._keys.claim(channel_id)
        lock = await acquire(self._client, key, seconds=CLAIM_SECONDS, keys=self._keys)
        if lock is None:
            return None
        # It may have been filled between the caller's look and the lock; nobody else can fill it
        # from now on.
        if await self._run(channel_id, _RECENT, [0]) is not None:
            await release(self._client, lock)
            return None
        return Claim(channel_id, lock.number, lock.token)

    async def give_back(self, claim: Claim) -> None:
        """Let others fill the channel."""
        await release(self._client, self._lock(claim))

    async def extend(
        self, channel_id: int, messages: Sequence[CachedMessage], *, claim: Claim | None = None
    ) -> list[CachedMessage] | None:
        """Fill a cold channel; return what it holds then, None if the claim is not valid.

        Messages of people who have not agreed to be remembered are passed over.
        """
        agreed = [message for message in messages if message.agreed]
        fields = [value for message in agreed for value in _field(message)]
        held_by = self._lock(claim).value if claim else ""
        values = await self._run(channel_id, _EXTEND, [*_bounds(), held_by, *fields])
        return await self._messages(channel_id, values)

    async def edit(self, channel_id: int, platform_id: int, text: str) -> None:
        """Replace a held message's text."""
        # First of all, so that a process filling the channel reads the database again.
        await self._client.delete(self._keys.claim(channel_id))
        for _ in range(EDIT_ATTEMPTS):
            held = await self._healed(channel_id, lambda: self._held(channel_id, platform_id))
            name = _name(platform_id).encode()
            messages = await self._messages(channel_id, None if held is None else [name + held])
            if not messages:
                return
            given = [_ttl(), *_field(replace(messages[0], text=text))]
            if await self._run(channel_id, _REPLACE, [*given[:2], held, given[2]]):
                return

    async def delete(self, channel_id: int, platform_id: int) -> None:
        """Drop a held message."""
        await self._run(channel_id, _DELETE, [_ttl(), _name(platform_id)])

    async def forget(self, person_id: int) -> None:
        """Drop every message of a person and every answer to them, in all channels."""
        await self._drop(self._keys.claim("*"))
        for channel_id, messages in (await self.held(await self.channels())).items():
            names = [_name(message.id) for message in messages if message.concerns(person_id)]
            if names:
                await self._client.hdel(self._keys.history(channel_id), *names)

    async def clear(self, channel_id: int | None = None) -> None:
        """Drop a channel, or all of them."""
        if channel_id is None:
            await self._drop(self._keys.claim("*"))
            await self._drop(self._keys.history("*"))
        else:
            await self._client.unlink(self._keys.claim(channel_id), self._keys.history(channel_id))

    async def channels(self) -> list[int]:
        """Return the ids of all channels that are held."""
        ends = [
            key.decode().rpartition(":")[2] for key in await self._scan(self._keys.history("*"))
        ]
        return [int(end) for end in ends if end.isdecimal()]

    async def held(self, channel_ids: Sequence[int]) -> dict[int, list[CachedMessage]]:
        """Return all that channels hold, whether they were filled or not, in any order."""
        held: dict[int, list[CachedMessage]] = {}
        for start in range(0, len(channel_ids), PIPELINED):
            part = channel_ids[start : start + PIPELINED]
            async with self._client.pipeline(transaction=False) as pipeline:
                for channel_id in part:
                    pipeline.hgetall(self._keys.history(channel_id))
                everything = await pipeline.execute(raise_on_error=False)
            for channel_id, fields in zip(part, everything, strict=True):
                if isinstance(fields, Exception):
                    if "WRONGTYPE" not in str(fields):
                        raise fields
                    await self._drop_unreadable(channel_id, "another type")
                    continue
                values = [name + value for name, value in fields.items() if name != FILLED]
                held[channel_id] = await self._messages(channel_id, values) or []
        return held

    async def older_layouts(self) -> int:
        """Return how many keys of ours are in the layout of another version; they expire."""
        everything = await self._scan(self._keys.any())
        current = self._keys.current()
        return sum(not key.decode(errors="replace").startswith(current) for key in everything)

    async def stats(self) -> CacheStats:
        """Return the cache's numbers."""
        channels = await self.channels()
        async with self._client.pipeline(transaction=False) as pipeline:
            for channel_id in channels:
                pipeline.hlen(self._keys.history(channel_id))
                pipeline.hexists(self._keys.history(channel_id), "filled")
            counts = await pipeline.execute(raise_on_error=False)
        numbers = [count for count in counts if not isinstance(count, Exception)]
        return CacheStats(
            backend="redis",
            channels=len(channels),
            messages=sum(numbers[::2]) - sum(numbers[1::2]),
            hits=self._hits,
            misses=self._misses,
            details={"unreadable": self._unreadable},
        )

    async def healthy(self) -> bool:
        """Return whether Redis answers."""
        return bool(await self._client.ping())

    async def _run(self, channel_id: int, script: str, values: list[Any]) -> Any:
        keys = [self._keys.history(channel_id), self._keys.claim(channel_id)]
        return await self._healed(channel_id, lambda: run(self._client, script, keys, values))

    async def _healed(self, channel_id: int, work: Callable[[], Awaitable[T]]) -> T:
        """Return the result of `work`; if the key holds another type, drop it and try again."""
        try:
            return await work()
        except ResponseError as error:
            if "WRONGTYPE" not in str(error):
                raise
            await self._drop_unreadable(channel_id, "another type")
            return await work()

    async def _messages(
        self, channel_id: int, values: list[bytes] | None
    ) -> list[CachedMessage] | None:
        """Return the messages that values hold; None if there are none or one is unreadable."""
        if values is None:
            return None
        try:
            return [_read(value, channel_id) for value in values]
        except UnreadableMessageError as error:
            await self._drop_unreadable(channel_id, str(error))
            return None

    async def _drop_unreadable(self, channel_id: int, why: str) -> None:
        self._unreadable += 1
        UNREADABLE.inc()
        logger.warning("history: dropped the unreadable channel %d (%s)", channel_id, why)
        await self.clear(channel_id)

    async def _held(self, channel_id: int, platform_id: int) -> bytes | None:
        found = self._client.hget(self._keys.history(channel_id), _name(platform_id))
        return await cast(Awaitable[bytes | None], found)

    async def _scan(self, pattern: str) -> list[bytes]:
        return [key async for key in self._client.scan_iter(match=pattern, count=SCAN)]

    async def _drop(self, pattern: str) -> None:
        keys = await self._scan(pattern)
        for start in range(0, len(keys), SCAN):
            await self._client.unlink(*keys[start : start + SCAN])

    def _lock(self, claim: Claim) -> Lock:
        return Lock(self._keys.claim(claim.channel_id), claim.number, claim.token)


def _ttl() -> int:
    return int(environment.conversation_cache_timeout_minutes * 60_000)


def _bounds() -> tuple[int, int]:
    """Return how many messages a channel holds at most, and for how many milliseconds."""
    return environment.conversation_cache_max_local, _ttl()


def _name(platform_id: int) -> str:
    return f"{platform_id:0{DIGITS}d}"


def _time(message: CachedMessage) -> str:
    microseconds = (message.sent_at - EPOCH) // timedelta(microseconds=1)
    return f"{microseconds:0{DIGITS}d}"


def _field(message: CachedMessage) -> tuple[str, str]:
    """Return the name and value of a message's field."""
    return _name(message.id), f"{_time(message)}{json.dumps(to_dict(message))}"


def _read(field: bytes, channel_id: int) -> CachedMessage:
    """Return the message that a field holds, given as its name followed by its value.

    Raises:
        UnreadableMessageError: it holds no message of the channel, or not the one it is named for.
    """
    try:
        message = from_dict(json.loads(field[2 * DIGITS :].decode()))
    except (ValueError, RecursionError) as error:
        if isinstance(error, UnreadableMessageError):
            raise
        raise UnreadableMessageError(type(error).__name__) from None
    if message.channel_id != channel_id:
        raise UnreadableMessageError("a message of another channel")
    if field[: 2 * DIGITS].decode() != _name(message.id) + _time(message):
        raise UnreadableMessageError("a message of another id or time")
    return message
