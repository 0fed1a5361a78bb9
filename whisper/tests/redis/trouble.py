"""A Redis that answers, but can't do what it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from whisper.redis.breaker import RedisBreaker
from whisper.tests.redis.redis_server import RedisServer

TROUBLES = ("full", "loading", "password")


@asynccontextmanager
async def redis_in_trouble(folder: Path, trouble: str) -> AsyncIterator[RedisBreaker]:
    """Yield a connection to a Redis that has no room, is loading, or wants another password.

    Args:
        trouble: one of `TROUBLES`.
    """
    options = ["--requirepass", "right"] if trouble == "password" else []
    with RedisServer(folder, *options) as server:
        connected = RedisBreaker(server.url, probe_seconds=60)
        if trouble == "loading":
            server.start_loading()
            server.wait_until_loading()
        elif trouble == "full":
            await connected.ready()
            await connected.client.config_set("maxmemory", "1")
        yield connected
        await connected.aclose()
