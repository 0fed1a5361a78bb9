"""How long the event loop is kept from its work."""

from __future__ import annotations

import asyncio
import math
import sys
import time
from collections.abc import Callable

from prometheus_client import Gauge, Histogram

LOOK_SECONDS = 0.05
# How long a thread may compute while the event loop waits for the interpreter, instead of 5 ms:
# the loop gives it away with each packet that it sends, and several threads may be in line.
SWITCH_SECONDS = 0.001

# From here on it counts as overloaded: what comes from outside waits too long to be read.
LATE_SECONDS = 0.05

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5)
BLOCKED = Histogram(
    "whisper_event_loop_blocked_seconds",
    "How late the event loop was, looked at 20 times a second.",
    buckets=BUCKETS,
)
# The rest of the lateness is waiting: for a processor, or for a thread that computes.
COMPUTED = Histogram(
    "whisper_event_loop_computing_seconds",
    "How much of that lateness the event loop itself can have computed, at most.",
    buckets=BUCKETS,
)
TASKS = Gauge("whisper_event_loop_tasks", "How many tasks the event loop has in hand.")

# When the event loop was last late, by the monotonic clock.
_last_late = -math.inf


def was_late(since: float) -> bool:
    """Return whether this process's event loop was overloaded at a time or after it.

    Args:
        since: by the monotonic clock.
    """
    return _last_late >= since


def prefer() -> None:
    """Let the event loop wait less for threads that compute."""
    sys.setswitchinterval(SWITCH_SECONDS)


async def watch(stop: asyncio.Event, *, computed: Callable[[], float] = time.thread_time) -> None:
    """Measure until `stop` is set how late the loop wakes who asked it to.

    Args:
        computed: returns the seconds of processor time that this thread has used so far.
    """
    loop = asyncio.get_running_loop()
    TASKS.set_function(lambda: len(asyncio.all_tasks(loop)))
    while not stop.is_set():
        due, before = loop.time() + LOOK_SECONDS, computed()
        await asyncio.sleep(LOOK_SECONDS)
        late = max(0.0, loop.time() - due)
        if late > LATE_SECONDS:
            _note_late()
        BLOCKED.observe(late)
        COMPUTED.observe(min(late, computed() - before))


def _note_late() -> None:
    global _last_late
    _last_late = time.monotonic()
