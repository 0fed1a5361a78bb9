"""Look at the conversation cache, empty it, fill it, compare it with the database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from django.core.management.base import CommandError, CommandParser
from redis.asyncio import Redis

from botrunner.history.loader import load_recent, read_or_fill
from botrunner.history.redis import RedisConversationCache
from botrunner.history.verify import stale_channels
from memories import queries
from whisper.addresses import without_password
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.management.base import BaseCommand
from whisper.redis.breaker import FAULTS
from whisper.redis.connections import connect, reason, redis_url

EXIT_STALE = 1
EXIT_AWAY = 3

Action = Callable[[RedisConversationCache, Redis, dict[str, Any]], Awaitable[str]]


class Command(BaseCommand):
    """Manage the conversation cache in Redis. Nothing here touches the database.

    stats: what is held. clear: drop one channel or all. warm: fill channels from the database.
    verify: compare with the database; exit code 1 if a channel is older than it. Exit code 3
    where Redis is away. The in-process cache is another process's memory and can't be seen from
    here.
    """

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        stats = actions.add_parser("stats", help="Print how much is held, and Redis' own memory.")
        stats.add_argument("--json", action="store_true", help="Print JSON.")
        clear = actions.add_parser("clear", help="Drop what is held; it refills on demand.")
        clear.add_argument("--channel", type=int, help="Only this channel.")
        fill = actions.add_parser("warm", help="Fill the latest channels from the database.")
        fill.add_argument("--channel", type=int, help="Only this channel.")
        fill.add_argument("--channels", type=int, default=500, help="How many at most.")
        verify = actions.add_parser("verify", help="Compare each channel with the database.")
        verify.add_argument("--repair", action="store_true", help="Drop those that are older.")

    def handle(self, *, action: str, **options: Any) -> None:
        work = {"stats": _stats, "clear": _clear, "warm": _warm, "verify": _verify}[action]
        self.stdout.write(asyncio.run(_in_redis(work, options)))


async def _in_redis(work: Action, options: dict[str, Any]) -> str:
    """Return what the action says.

    Raises:
        CommandError: Redis is not configured, or away.
    """
    url = redis_url()
    if url is None:
        raise CommandError(
            "The cache is in process: Redis is not configured, or USE_REDIS_CACHE=false."
        )
    client = connect(url)
    try:
        await client.ping()
        return await work(RedisConversationCache(client), client, options)
    except FAULTS as error:
        raise CommandError(
            f"Redis ({without_password(url)}) is away: {reason(error)}.", returncode=EXIT_AWAY
        ) from None
    finally:
        await client.aclose()


async def _stats(cache: RedisConversationCache, client: Redis, options: dict[str, Any]) -> str:
    stats, info = await cache.stats(), await client.info()
    found = {
        "channels": stats.channels,
        "messages": stats.messages,
        "minutes": environment.conversation_cache_timeout_minutes,
        "most": environment.conversation_cache_max_local,
        "redis": info["redis_version"],
        "memory": info["used_memory_human"],
        "maxmemory": info["maxmemory_human"],
        "policy": info["maxmemory_policy"],
        "evicted": info["evicted_keys"],
    }
    if options["json"]:
        return json.dumps(found)
    return (
        "{channels} channels hold {messages} messages, for {minutes:g} minutes after the last and "
        "at most {most} each.\nRedis {redis} uses {memory} of {maxmemory} (0B: no limit; {policy}) "
        "and evicted {evicted} keys since it started."
    ).format(**found)


async def _clear(cache: RedisConversationCache, client: Redis, options: dict[str, Any]) -> str:
    channel = options["channel"]
    await cache.clear(channel)
    return "All channels were dropped." if channel is None else f"Channel {channel} was dropped."


async def _warm(cache: RedisConversationCache, client: Redis, options: dict[str, Any]) -> str:
    channels = [options["channel"]]
    if channels == [None]:
        channels = await in_database(queries.latest_channels, limit=options["channels"])
    filled = sum([await _fill(cache, channel) for channel in channels])
    return (
        f"Warm channels: {filled}. Left to the bot, because the database holds too little of them: "
        f"{len(channels) - filled}."
    )


async def _fill(cache: RedisConversationCache, channel: int) -> bool:
    """Return whether a channel is warm; Discord may know more than a record that holds little."""
    wanted = environment.conversation_cache_bootstrap_limit
    messages = await load_recent(channel, wanted)
    if len(messages) < wanted:
        return await cache.recent(channel, 1) is not None
    await read_or_fill(cache, channel, wanted, partial(load_recent, channel, wanted))
    return True


async def _verify(cache: RedisConversationCache, client: Redis, options: dict[str, Any]) -> str:
    checked, stale = len(await cache.channels()), await stale_channels(cache)
    for channel in stale if options["repair"] else ():
        await cache.clear(channel)
    done = "dropped" if options["repair"] else "older than the database"
    lines = [f"{channel}: {why}" for channel, why in sorted(stale.items())]
    text = "\n".join([*lines, f"Channels checked: {checked}, {done}: {len(stale)}."])
    if stale and not options["repair"]:
        raise CommandError(text, returncode=EXIT_STALE)
    return text
