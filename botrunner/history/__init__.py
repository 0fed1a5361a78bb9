"""Recent conversation of channels."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from botrunner.history.base import ConversationCache
from botrunner.history.memory import InMemoryConversationCache

_caches: WeakKeyDictionary[asyncio.AbstractEventLoop, ConversationCache] = WeakKeyDictionary()


def conversation_cache() -> ConversationCache:
    """Return the cache of the running event loop, made at the first call as configured."""
    loop = asyncio.get_running_loop()
    if loop not in _caches:
        _caches[loop] = InMemoryConversationCache()
    return _caches[loop]


def reset() -> None:
    """Forget the caches that were made, so that the next call reads the configuration anew."""
    _caches.clear()
