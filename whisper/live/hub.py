"""Events as they arrive in this process, for all who watch through it.

All of them share one subscription and one ring of the latest events, so that a slow watcher, or
many of them, take no more memory. A watcher remembers how far it has read.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from whisper.live.events import Event
from whisper.live.publishing import GROUP

logger = logging.getLogger(__name__)

KEPT_EVENTS = 1_000
# How many seconds are counted, for the figures that a new watcher sees first.
COUNTED_SECONDS = 600
# A channel layer drops members that give no sign of life for a day.
RENEW_SECONDS = 3_600.0
RETRY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Read:
    """Events that a watcher has not seen yet.

    Args:
        events: oldest first.
        position: where it continues.
        missed: how many passed that are no longer kept.
    """

    events: Sequence[Event]
    position: int
    missed: int


class Hub:
    """Receives the events of all processes and keeps the latest."""

    def __init__(self) -> None:
        self._ring: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._seconds: deque[tuple[int, Counter[str]]] = deque(maxlen=COUNTED_SECONDS)
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.position = 0

    async def start(self) -> None:
        """Subscribe, unless that is done."""
        if self._task is None or self._task.done():
            subscribed = asyncio.Event()
            self._task = asyncio.create_task(self._listen(subscribed))
            await subscribed.wait()

    async def close(self) -> None:
        """Listen no more (tests)."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
            self._task = None

    def take(self, events: Sequence[Event]) -> None:
        """Keep events and wake those who wait for some."""
        for event in events:
            self._ring.append(event)
            self._count(event)
        self.position += len(events)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    async def wait(self, position: int) -> None:
        """Wait until there is an event after a position."""
        while self.position <= position:
            await self._changed.wait()

    def read(self, position: int, limit: int) -> Read:
        """Return the events after a position; if there are more than `limit`, the latest."""
        new = min(self.position - position, len(self._ring), limit)
        events = list(self._ring)[-new:] if new > 0 else []
        return Read(events, self.position, max(self.position - position - len(events), 0))

    def position_of(self, event_id: str) -> int | None:
        """Return the position after an event; None if it is not kept any more."""
        for back, event in enumerate(reversed(self._ring)):
            if event.id == event_id:
                return self.position - back
        return None

    def counts(self) -> list[tuple[int, Mapping[str, int]]]:
        """Return how many events of each kind the last ten minutes had, by second since 1970."""
        return list(self._seconds)

    def _count(self, event: Event) -> None:
        second = int(event.at)
        if not self._seconds or self._seconds[-1][0] < second:
            self._seconds.append((second, Counter()))
        self._seconds[-1][1][event.kind] += 1

    async def _listen(self, subscribed: asyncio.Event) -> None:
        layer = get_channel_layer()
        while True:
            try:
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
                subscribed.set()
                await self._receive(layer, channel)
            except Exception as error:
                logger.warning("live: can't receive events (%s)", type(error).__name__)
                subscribed.set()
                await asyncio.sleep(RETRY_SECONDS)

    async def _receive(self, layer: object, channel: str) -> None:
        loop = asyncio.get_running_loop()
        renew_at = loop.time() + RENEW_SECONDS
        while loop.time() < renew_at:
            message = await layer.receive(channel)  # type: ignore[attr-defined]
            held = message.get("events", ())
            found = [Event.unpacked(one) for one in held] if isinstance(held, list) else []
            self.take([event for event in found if event is not None])


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


async def hub() -> Hub:
    """Return the hub of the running event loop, which listens from then on."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    await _hubs[loop].start()
    return _hubs[loop]
