"""Waiting for what a thread or another process does, if nothing tells that it is done.

A test waits for a condition, never for a time: on a busy machine it takes longer and says the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

# Only a test that fails waits this long.
PATIENCE_SECONDS = 100.0
PAUSE_SECONDS = 0.02


async def until(condition: Callable[[], Any]) -> None:
    """Wait until something is so.

    Args:
        condition: returns whether it is, or something to await that tells.

    Raises:
        TimeoutError: it never was.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            if await _answer_of(condition):
                return
            await asyncio.sleep(PAUSE_SECONDS)


async def until_it_succeeds(work: Callable[[], Awaitable[Any]], *failures: type[Exception]) -> Any:
    """Do something until it fails no longer, and return what it gives.

    Args:
        failures: what may be tried again.

    Raises:
        TimeoutError: it always failed.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with suppress(*failures):
                return await work()
            await asyncio.sleep(PAUSE_SECONDS)


def wait_until(condition: Callable[[], Any], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait, outside event loops, until something is so.

    Args:
        condition: returns whether it is.
        seconds: after which nobody believes in it any more.

    Raises:
        TimeoutError: it never was.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("it never came")
        time.sleep(PAUSE_SECONDS)


def runs(process: int) -> bool:
    """Tell whether a process has not ended."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def _answer_of(condition: Callable[[], Any]) -> Any:
    answer = condition()
    return await answer if isinstance(answer, Awaitable) else answer
