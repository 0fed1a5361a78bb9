"""An event loop whose time passes at once, for tests of timeouts and pauses.

A test marked `clocked` runs on it. Nothing waits for a timer: where no socket and no thread has
anything to tell, the loop's clock jumps to the next timer. How long something waited is then the
same on each machine, and can be asserted.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import TypeVar, TypeVarTuple

# What has been sent on this machine arrives sooner, even if the machine is busy.
ARRIVAL_SECONDS = 0.02

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Events = list[tuple[selectors.SelectorKey, int]]


class SkippingSelector(selectors.DefaultSelector):
    """Waits for sockets and threads, and skips the time in which only a timer would end the wait.

    Attributes:
        now: the time that has passed, in seconds.
        threads: how many threads the loop waits for; while there are any, time passes as usual.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0

    def select(self, timeout: float | None = None) -> Events:
        """Return what has happened, as every selector does."""
        if timeout is None or self.threads:
            began = time.monotonic()
            found = super().select(timeout)
            self.now += time.monotonic() - began
            return found
        # The loop's own socket, by which threads wake it, is always there.
        may_arrive = len(self.get_map()) > 1
        found = super().select(min(timeout, ARRIVAL_SECONDS) if may_arrive else 0)
        if not found:
            self.now += timeout
        return found


class ClockedLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, which starts at 0 seconds."""

    def __init__(self) -> None:
        self.clock = SkippingSelector()
        super().__init__(self.clock)

    def time(self) -> float:
        """Return the time of this loop, in seconds."""
        return self.clock.now

    @contextmanager
    def as_usual(self) -> Iterator[None]:
        """Let time pass as usual, as long as another process is asked for something."""
        self.clock.threads += 1
        try:
            yield
        finally:
            self.clock.threads -= 1

    async def shutdown_default_executor(self, *timeout: float | None) -> None:
        """Wait for the threads, whose end a thread of its own tells."""
        with self.as_usual():
            await super().shutdown_default_executor(*timeout)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Let a thread work; as long as it does, no time is skipped."""
        future = super().run_in_executor(executor, func, *args)
        self.clock.threads += 1
        future.add_done_callback(self._thread_is_done)
        return future

    def _thread_is_done(self, future: asyncio.Future[T]) -> None:
        self.clock.threads -= 1
