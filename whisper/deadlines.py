"""Deadlines of calls, which allow for a process that is too busy to read the answer in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from prometheus_client import Counter

from whisper.processes import event_loop

# While the event loop is late it has no time for answers: the machine is overloaded, and with it
# perhaps the service. The answer may take that much longer than usual.
MORE_TIME = 4
# The event loop is looked at only now and then: if it was late this recently, it still is.
LATELY_SECONDS = 2.0
# By how much a single look may be late.
LATE_SECONDS = 0.02

LATE = Counter(
    "whisper_late_looks",
    "Calls of a service whose answer this process was too busy to read in time.",
)

T = TypeVar("T")


class OverloadError(TimeoutError):
    """The service did not answer in time, while this process was too busy to listen."""


async def within(seconds: float, work: Callable[[], Awaitable[T]]) -> T:
    """Return what the work returns, or give it up.

    A cancelled call may take another second while its client closes the connection: a person
    does not wait for that.

    Args:
        seconds: how long it may take; several times as long while this process is overloaded.

    Raises:
        OverloadError: it took too long, perhaps only because this process is overloaded.
        TimeoutError: it took too long.
    """
    task = asyncio.ensure_future(work())
    try:
        late = await _is_late(task, seconds)
        if late:
            # The answer may lie there, unread.
            LATE.inc()
            late = await _is_late(task, MORE_TIME * seconds)
    except asyncio.CancelledError:
        task.cancel()
        raise
    if task.done():
        return task.result()
    task.cancel()
    _given_up.add(task)
    task.add_done_callback(_forget)
    raise OverloadError if late else TimeoutError


async def _is_late(task: asyncio.Future[Any], seconds: float) -> bool:
    """Wait for a task; return whether it isn't done, perhaps as this process was too busy."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    done, _ = await asyncio.wait({task}, timeout=seconds)
    return not done and (loop.time() - began > seconds + LATE_SECONDS or was_busy())


def was_busy() -> bool:
    """Return whether this process's event loop was overloaded lately."""
    return event_loop.was_late(time.monotonic() - LATELY_SECONDS)


def _forget(task: asyncio.Future[Any]) -> None:
    _given_up.discard(task)
    if not task.cancelled():
        task.exception()


# Keeps tasks that are not awaited from being garbage-collected before they end.
_given_up: set[asyncio.Future[Any]] = set()
