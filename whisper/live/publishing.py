"""Send events of this process to those who watch, in this process or another.

`publish` only appends to a bounded queue, so that nobody who answers a person waits for it. One
task of the process sends what has gathered, several times a second.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress

from channels.layers import get_channel_layer

from whisper.live.events import Event

logger = logging.getLogger(__name__)

GROUP = "live"
TYPE = "live.events"
# Events per message, as many as a browser draws at once without a stutter.
BATCH = 100
PAUSE_SECONDS = 0.03
# While nobody sends, as in a command, the oldest are dropped.
MOST_WAITING = 2_000


class _Queue:
    """Events that wait to be sent, from any thread."""

    def __init__(self) -> None:
        self._waiting: deque[Event] = deque(maxlen=MOST_WAITING)
        self._wake: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def append(self, event: Event) -> None:
        self._waiting.append(event)
        if self._wake is not None:
            loop, woken = self._wake
            # The loop may be closing.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(woken.set)

    def taken(self) -> list[Event]:
        """Return the events that waited longest, at most a batch."""
        return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def wakes(self) -> asyncio.Event:
        """Return what is set in the running loop whenever an event comes."""
        woken = asyncio.Event()
        self._wake = asyncio.get_running_loop(), woken
        if self._waiting:
            woken.set()
        return woken

    def rest(self) -> None:
        """Wake nobody any more."""
        self._wake = None


_queue = _Queue()


def publish(event: Event) -> None:
    """Tell those who watch of an event; it neither waits nor fails."""
    _queue.append(event)


async def run(stop: asyncio.Event) -> None:
    """Send what is published in this process until `stop` is set."""
    woken = _queue.wakes()
    stopped = asyncio.ensure_future(stop.wait())
    try:
        while not stop.is_set():
            waiting = asyncio.ensure_future(woken.wait())
            await asyncio.wait({waiting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            woken.clear()
            await send_waiting()
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(stopped), PAUSE_SECONDS)
    finally:
        _queue.rest()
        stopped.cancel()


async def send_waiting() -> None:
    """Send what has gathered; what can't be sent is dropped."""
    layer = get_channel_layer()
    while events := _queue.taken():
        message = {"type": TYPE, "events": [event.packed() for event in events]}
        try:
            await layer.group_send(GROUP, message)
        except Exception as error:
            # Not an error's log line: that would be an event again.
            logger.warning("live: can't send events (%s)", type(error).__name__)
