"""Who goes first: while more people wait than are answered at once, work that can wait does.

What is made of messages takes the processor that their replies need. It doesn't wait forever, so
that it is done even where people never stop waiting.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from whisper.outbox.topics import CAN_WAIT

LONGEST_WAIT_SECONDS = 120.0

_waiting: list[Callable[[], bool]] = []
_since: float | None = None


@contextmanager
def goes_first(waits: Callable[[], bool]) -> Iterator[None]:
    """Let people go first.

    Args:
        waits: returns whether more of them wait than are answered at once.
    """
    _waiting.append(waits)
    try:
        yield
    finally:
        _waiting.remove(waits)


def gives_way(topic: str, *, clock: Callable[[], float] = time.monotonic) -> bool:
    """Return whether a topic's work has to wait now."""
    global _since
    if not any(waits() for waits in _waiting):
        _since = None
        return False
    if _since is None:
        _since = clock()
    return topic in CAN_WAIT and clock() - _since < LONGEST_WAIT_SECONDS
