"""Connections to Redis."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, cast

from django.conf import settings
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from whisper.environment import environment
from whisper.networking import system_reason

CONNECTIONS = 16
# Longer than a person waits: the circuit breaker gives up earlier, and what nobody waits for may
# take longer.
SOCKET_SECONDS = 1.0


def redis_url() -> str | None:
    """Return the address of Redis, None if none is configured or Redis is switched off."""
    return None if environment.use_redis_cache is False else settings.REDIS_ADDRESS


class FairConnectionPool(ConnectionPool):
    """Hand out connections in order of asking.

    The library's own pool that waits lets newcomers pass, so that under load some wait for ever.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._turns = asyncio.Semaphore(self.max_connections)

    async def get_connection(self, *args: Any, **kwargs: Any) -> Any:
        """Wait for a connection; one that can't be opened is released by the library."""
        await self._turns.acquire()
        return await super().get_connection()  # type: ignore[no-untyped-call]

    async def release(self, connection: Any) -> None:
        """Give a connection to the next one."""
        try:
            await super().release(connection)
        finally:
            self._turns.release()


def connect(url: str) -> Redis:
    """Return a client of the running event loop; it connects at its first call.

    A call is tried once: the caller has something to fall back on, and a person waits.
    """
    pool = FairConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=SOCKET_SECONDS,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )
    return Redis.from_pool(pool)


async def run(client: Redis, script: str, keys: list[str], values: list[Any]) -> Any:
    """Run a Lua script; Redis keeps it after the first time."""
    return await cast(Awaitable[Any], client.register_script(script)(keys=keys, args=values))


def reason(error: BaseException) -> str:
    """Return why a call failed, without what a key or an address holds."""
    known = {"AuthenticationError": "the password is wrong", "OutOfMemoryError": "maxmemory"}
    name = type(error).__name__
    if str(error).startswith("DB index"):
        return "it has no database of this number"
    why = system_reason(error)
    return known.get(name) or (f"{name}: {why}" if why else name)
