"""A bot on several connections to Discord, its shards, which come and go one by one.

The library's own sharded bot gives up more than its bot with one connection does: it closes on an
unexpected error, opens a new session where the old one could be resumed, keeps servers that it was
removed from, and opens sessions without regard to other processes. This one doesn't.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import PurePath
from traceback import extract_tb
from typing import Any

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.shard import EventItem, EventType, Shard

from botrunner.discord_bot.connection.budget import Identifies
from botrunner.discord_bot.connection.share import Share

logger = logging.getLogger(__name__)

# From the connection to Discord's first word.
CONNECT_SECONDS = 60.0
FAULT_PAUSE = 1.0
# In digits; Discord's have at most 20.
LONGEST_ID = 20


class ShardedBot(commands.AutoShardedBot):
    """Connects the shards of its share.

    Args:
        share: the shards of this process.
        options: those of the library's bot.
    """

    def __init__(self, *, share: Share, **options: Any) -> None:
        super().__init__(shard_count=share.count, shard_ids=list(share.ids), **options)
        self.share = share
        self._identifies = Identifies(self)
        self._heard: set[int] = set()
        self._later: set[asyncio.Task[None]] = set()
        self._guard_parsers()

    def take_share(self, share: Share) -> None:
        """Connect other shards; called before the first connection."""
        self.share = share
        self.shard_count, self.shard_ids = share.count, list(share.ids)
        self._connection.shard_count = share.count

    def hears(self, guild_id: int | None) -> bool:
        """Return whether this process hears of a server now, or of direct messages (None).

        Before Discord has described the servers of a shard, it hears of none there.
        """
        return self.share.shard_of(guild_id) in self._heard

    def is_there(self) -> bool:
        """Return whether this process hears of anything."""
        return bool(self._heard)

    def dispatch(self, event: str, /, *args: Any, **options: Any) -> None:
        """Let cogs take an event; of a shard that is ready this process hears from now on."""
        if event == "shard_ready":
            self._heard.add(args[0])
            self._identifies.is_open(args[0])
        super().dispatch(event, *args, **options)

    @property
    def milliseconds(self) -> Mapping[int, float]:
        """Return how far away Discord is, by shard; nothing of one that hasn't measured it."""
        return {one: 1000 * away for one, away in self.latencies if 0 <= away < CONNECT_SECONDS}

    async def launch_shard(
        self, gateway: yarl.URL, shard_id: int, *, initial: bool = False
    ) -> None:
        """Connect a shard unless it is connected.

        Raises:
            discord.DiscordException, OSError, TimeoutError, aiohttp.ClientError: it failed. The
                library would try again without end, each time one call deeper.
        """
        # There is no public way to add a shard.
        shards: dict[int, Shard] = self._AutoShardedClient__shards  # type: ignore[attr-defined]
        if shard_id in shards:
            return
        await self._identifies.turn(shard_id)
        connecting = DiscordWebSocket.from_client(
            self, initial=initial, gateway=gateway, shard_id=shard_id
        )
        socket = await asyncio.wait_for(connecting, CONNECT_SECONDS)
        shards[shard_id] = shard = Shard(socket, self, self._take)
        shard.launch()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin a session at a distance from others.

        Its turn was waited for before the connection, which Discord doesn't keep open long.
        """
        await self._identifies.begin(shard_id or 0)

    async def close(self) -> None:
        """Disconnect all shards."""
        for task in self._later:
            task.cancel()
        await super().close()

    def _take(self, item: EventItem) -> None:
        """Take what happened to a shard, which the library answers when it is its turn."""
        shard, error = item.shard, item.error
        if shard is None or isinstance(error, discord.PrivilegedIntentsRequired):
            self._put(item)
        elif item.type == EventType.terminate:
            logger.error("discord: shard %s ended with an error", shard.id, exc_info=error)
            self._soon(self._mend(shard))
        elif item.type == EventType.reconnect:
            self._take_again(_again(shard))
        elif item.type == EventType.identify:
            self._take_again(item)
        else:
            self._put(item)

    def _take_again(self, item: EventItem) -> None:
        """Resume at once; a new session waits for its turn."""
        if item.type == EventType.resume:
            self._put(item)
        else:
            self._soon(self._in_turn(item))

    async def _in_turn(self, item: EventItem) -> None:
        if item.shard is not None:
            await self._identifies.turn(item.shard.id)
        self._put(item)

    async def _mend(self, shard: Shard) -> None:
        """Connect a shard again that nobody listens to any more."""
        await asyncio.sleep(FAULT_PAUSE)
        if shard.ws.open:
            # With this code Discord keeps the session.
            await shard.ws.close(code=4000)
        self._take_again(_again(shard))

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def _put(self, item: EventItem) -> None:
        self._AutoShardedClient__queue.put_nowait(item)  # type: ignore[attr-defined]

    def _guard_parsers(self) -> None:
        # An error while an event is parsed would end the connection, and the session with all
        # that was missed; there is no public place to catch it.
        parsers: dict[str, Callable[[Any], Any]] = self._connection.parsers
        begin = parsers["READY"]

        def begin_anew(data: Any) -> None:
            self._begin_session(data)
            begin(data)

        parsers["READY"] = begin_anew
        for name, parse in parsers.items():
            parsers[name] = _guarded(name, parse)

    def _begin_session(self, data: dict[str, Any]) -> None:
        """Drop the servers of a shard whose new session is about to name those that there are."""
        shard_id, _ = data.setdefault("shard", [self.share.ids[0], self.share.count])
        for guild in self.guilds:
            if guild.shard_id == shard_id:
                self._connection._remove_guild(guild)
        self._heard.discard(shard_id)


def _again(shard: Shard) -> EventItem:
    """Return that a shard connects again, in the session that it has; Discord may refuse that."""
    if shard.ws.session_id is None:
        return EventItem(EventType.reconnect, shard, None)
    return EventItem(EventType.resume, shard, ReconnectWebSocket(shard.id, resume=True))


def _guarded(event: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def parse_or_warn(data: Any) -> Any:
        try:
            return parse(data)
        except Exception as error:
            # The text of an error may quote what somebody said.
            logger.warning(
                "discord: can't read a %s (%s in %s)%s",
                event,
                type(error).__name__,
                _origin(error),
                "".join(f", {name} {number}" for name, number in _ids_in(data)),
            )

    return parse_or_warn


def _origin(error: Exception) -> str:
    """Return the file and line that raised an error."""
    frame = extract_tb(error.__traceback__)[-1]
    return f"{PurePath(frame.filename).name}:{frame.lineno}"


def _ids_in(data: Any) -> Iterator[tuple[str, str]]:
    """Yield the ids in a payload of the gateway that tell what it is about."""
    if isinstance(data, dict):
        for name in ("id", "guild_id", "channel_id", "message_id", "user_id"):
            value = data.get(name)
            if isinstance(value, str | int) and str(value).isdecimal():
                yield name, str(value)[:LONGEST_ID]
