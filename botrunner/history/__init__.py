"""Recent conversation of channels."""

from __future__ import annotations

import asyncio
from weakref import WeakKeyDictionary

from botrunner.history.switch import SwitchedConversationCache
from whisper.health import Health, register
from whisper.redis import breaker

_caches: WeakKeyDictionary[asyncio.AbstractEventLoop, SwitchedConversationCache] = (
    WeakKeyDictionary()
)


def conversation_cache() -> SwitchedConversationCache:
    """Return the cache of the running event loop, made at the first call as configured."""
    loop = asyncio.get_running_loop()
    if loop not in _caches:
        _caches[loop] = SwitchedConversationCache(breaker.redis_breaker())
    return _caches[loop]


@register("history")
async def _health() -> Health:
    cache = _caches.get(asyncio.get_running_loop())
    return await cache.health() if cache else Health(True, detail="not used yet")


def reset() -> None:
    """Forget the caches that were made, so that the next call reads the configuration again."""
    _caches.clear()
    breaker.reset()
