"""The conversation cache inside the process."""

from __future__ import annotations

import time
from bisect import insort
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from operator import attrgetter

from botrunner.history.base import CLAIM_SECONDS, CachedMessage, CacheStats, Claim
from whisper.environment import environment

MAX_CHANNELS = 2000


@dataclass(slots=True)
class _Channel:
    """What is held of a channel; the messages are sorted."""

    expires_at: float
    messages: list[CachedMessage] = field(default_factory=list)
    filled: bool = False


class InMemoryConversationCache:
    """Recent messages in this process's memory, bounded in channels and messages.

    Args:
        clock: seconds that never jump back.
        max_channels: the channel that was written longest ago leaves first.
    """

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, max_channels: int = MAX_CHANNELS
    ) -> None:
        self._clock = clock
        self._max_channels = max_channels
        # In order of their last write, which is the order in which they expire.
        self._channels: OrderedDict[int, _Channel] = OrderedDict()
        self._claims: dict[int, tuple[Claim, float]] = {}
        self._numbers = count(1)
        self._hits = self._misses = 0

    async def recent(
        self, channel_id: int, limit: int, *, for_user: int | None = None
    ) -> list[CachedMessage] | None:
        """Return up to `limit` newest messages, oldest first; None if it is not cached."""
        channel = self._held(channel_id)
        if channel is None or not channel.filled:
            self._misses += 1
            return None
        self._hits += 1
        return newest(channel.messages, limit, for_user=for_user)

    async def append(self, message: CachedMessage) -> None:
        """Add a message unless it is held already, and renew the channel's expiry."""
        self._add(self._written(message.channel_id), [message])

    async def claim(self, channel_id: int) -> Claim | None:
        """Return the right to fill a cold channel; None if it is filled or another fills it."""
        channel, now = self._held(channel_id), self._clock()
        _, taken_until = self._claims.get(channel_id, (None, now))
        if (channel and channel.filled) or taken_until > now:
            return None
        claim = Claim(channel_id, next(self._numbers), token="")  # nosec B106 - an empty one
        self._claims[channel_id] = claim, now + CLAIM_SECONDS
        return claim

    async def give_back(self, claim: Claim) -> None:
        """Let others fill the channel."""
        if self._is_valid(claim):
            del self._claims[claim.channel_id]

    async def extend(
        self, channel_id: int, messages: Sequence[CachedMessage], *, claim: Claim | None = None
    ) -> list[CachedMessage] | None:
        """Fill a cold channel; return what it holds then, None if the claim is not valid."""
        if claim is not None:
            if not self._is_valid(claim):
                return None
            del self._claims[channel_id]
        channel = self._written(channel_id)
        channel.filled = True
        self._add(channel, messages)
        return list(channel.messages)

    async def edit(self, channel_id: int, platform_id: int, text: str) -> None:
        """Replace a held message's text."""
        self._claims.pop(channel_id, None)
        if self._held(channel_id) is None:
            return
        channel = self._written(channel_id)
        channel.messages = [
            replace(one, text=text) if one.id == platform_id else one for one in channel.messages
        ]

    async def delete(self, channel_id: int, platform_id: int) -> None:
        """Drop a held message."""
        self._claims.pop(channel_id, None)
        if self._held(channel_id) is None:
            return
        channel = self._written(channel_id)
        channel.messages = [one for one in channel.messages if one.id != platform_id]

    async def forget(self, person_id: int) -> None:
        """Drop every message of a person and every answer to them, in all channels."""
        self._claims.clear()
        for channel in self._channels.values():
            channel.messages = [one for one in channel.messages if not one.concerns(person_id)]

    async def clear(self, channel_id: int | None = None) -> None:
        """Drop a channel, or all of them."""
        if channel_id is None:
            self._claims.clear()
            self._channels.clear()
        else:
            self._claims.pop(channel_id, None)
            self._channels.pop(channel_id, None)

    async def stats(self) -> CacheStats:
        """Return the cache's numbers."""
        self._expire()
        return CacheStats(
            backend="in process",
            channels=len(self._channels),
            messages=sum(len(channel.messages) for channel in self._channels.values()),
            hits=self._hits,
            misses=self._misses,
        )

    async def healthy(self) -> bool:
        """Tell that memory is there."""
        return True

    def _held(self, channel_id: int) -> _Channel | None:
        self._expire()
        return self._channels.get(channel_id)

    def _written(self, channel_id: int) -> _Channel:
        """Return the channel, renewed and made if it is not held."""
        self._expire()
        expires_at = self._clock() + environment.conversation_cache_timeout_minutes * 60
        channel = self._channels.setdefault(channel_id, _Channel(expires_at))
        channel.expires_at = expires_at
        self._channels.move_to_end(channel_id)
        if len(self._channels) > self._max_channels:
            self._channels.popitem(last=False)
        return channel

    def _add(self, channel: _Channel, messages: Sequence[CachedMessage]) -> None:
        known = {one.id for one in channel.messages}
        for message in messages:
            if message.id not in known:
                known.add(message.id)
                insort(channel.messages, message, key=attrgetter("order"))
        del channel.messages[: -environment.conversation_cache_max_local]

    def _is_valid(self, claim: Claim) -> bool:
        held, until = self._claims.get(claim.channel_id, (None, 0.0))
        return held == claim and self._clock() < until

    def _expire(self) -> None:
        now = self._clock()
        while self._channels and next(iter(self._channels.values())).expires_at <= now:
            self._channels.popitem(last=False)


def newest(
    messages: Sequence[CachedMessage], limit: int, *, for_user: int | None
) -> list[CachedMessage]:
    """Return up to `limit` newest of sorted messages, of a person and their answers if asked."""
    if for_user is not None:
        messages = [message for message in messages if message.concerns(for_user)]
    return list(messages[max(0, len(messages) - limit) :])
