"""How long the event loop is kept from its work."""

from __future__ import annotations

import asyncio
import sys

from prometheus_client import Histogram

LOOK_SECONDS = 0.05
# How long a thread may compute while the event loop waits for the interpreter, instead of 5 ms:
# the loop gives it away with each packet that it sends, and several threads may be in line.
SWITCH_SECONDS = 0.001

BLOCKED = Histogram(
    "whisper_event_loop_blocked_seconds",
    "How late the event loop was, looked at 20 times a second.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)


def prefer() -> None:
    """Let the event loop wait less for threads that compute."""
    sys.setswitchinterval(SWITCH_SECONDS)


async def watch(stop: asyncio.Event) -> None:
    """Measure until `stop` is set how late the loop wakes who asked it to."""
    loop = asyncio.get_running_loop()
    while not stop.is_set():
        due = loop.time() + LOOK_SECONDS
        await asyncio.sleep(LOOK_SECONDS)
        BLOCKED.observe(max(0.0, loop.time() - due))
