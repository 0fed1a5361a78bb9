"""Run what a process consists of in one event loop, and stop it cleanly."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping

from whisper import tracing

logger = logging.getLogger(__name__)

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_BAD_SETTINGS = 2
EXIT_TOKEN_REFUSED = 3
EXIT_DISCORD_UNREACHABLE = 4

# Finishing what is in hand may take this long; a supervisor of processes should wait longer.
FINISH_SECONDS = 25.0
CLOSE_SECONDS = 5.0

# It runs until it has nothing left to do or `stop` is set.
Component = Callable[[asyncio.Event], Awaitable[None]]


class FatalError(Exception):
    """The process can't continue; the text is the one line that the person who started it reads."""

    def __init__(self, text: str, exit_code: int) -> None:
        """Say why, and with which code the process ends."""
        super().__init__(text)
        self.exit_code = exit_code


async def run(parts: Mapping[str, Component], stop: asyncio.Event | None = None) -> int:
    """Run parts together until one of them ends or a signal comes; return the exit code.

    The end of one part stops all: a chat at its end of input, or a fatal error. A part that does
    not stop in time is cancelled.

    Args:
        parts: by name, for the log.
        stop: set to end everything; SIGTERM and SIGINT set it. A second SIGINT kills it.
    """
    tracing.start()
    stop = stop or asyncio.Event()
    _stop_on_signals(stop)
    tasks = {asyncio.ensure_future(part(stop)): name for name, part in parts.items()}
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({*tasks, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    _, late = await asyncio.wait(tasks, timeout=FINISH_SECONDS + CLOSE_SECONDS)
    for task in late:
        logger.warning("%s didn't stop in time", tasks[task])
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=CLOSE_SECONDS)
    return max((_exit_code(task, name) for task, name in tasks.items()), default=EXIT_OK)


def _exit_code(task: asyncio.Future[None], name: str) -> int:
    error = None if task.cancelled() or not task.done() else task.exception()
    if error is None:
        return EXIT_OK
    if isinstance(error, FatalError):
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    logger.error("%s failed", name, exc_info=error)
    return EXIT_FAILED


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def begin(number: signal.Signals) -> None:
        stop.set()
        # Whoever is in a hurry presses Ctrl-C again.
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, begin, number)
