"""One at a time, by name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

_locks: WeakValueDictionary[tuple[int, int], asyncio.Lock] = WeakValueDictionary()


@asynccontextmanager
async def conversation_lock(person_id: int, channel_id: int) -> AsyncIterator[None]:
    """Let the messages of one person in one channel pass one at a time, in order of coming."""
    lock = _locks.setdefault((person_id, channel_id), asyncio.Lock())
    async with lock:
        yield
