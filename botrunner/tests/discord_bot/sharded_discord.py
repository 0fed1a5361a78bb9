"""What the loopback Discord lacks of shards: sessions that hear of a part of its servers alone."""

from __future__ import annotations

import time
from types import ModuleType
from typing import Any

# Between two new sessions of one lane, as Discord demands it.
LANE_SECONDS = 5.0


class Shards:
    """The shards of a loopback Discord, and what it saw of them.

    Args:
        advised: how many shards it advises.
        lanes: how many sessions may begin at the same time.
    """

    def __init__(self, *, advised: int = 1, lanes: int = 1) -> None:
        self.identified: list[tuple[int, int]] = []
        self.too_early: list[int] = []
        # When the bot asked for something, in seconds.
        self.requests: list[float] = []
        self._advised, self._lanes = advised, lanes
        self._of_session: dict[str, tuple[int, int]] = {}
        self._last = dict[int, float]()

    def server_of(self, module: ModuleType, **options: Any) -> Any:
        """Return a loopback Discord with these shards, not yet started."""

        base = module.Api

        async def gateway(api: Any, request: Any) -> dict[str, Any]:
            told: dict[str, Any] = await base.gateway(api, request)
            told["session_start_limit"]["max_concurrency"] = self._lanes
            return told | {"shards": self._advised}

        gateway.lines = base.gateway.lines  # type: ignore[attr-defined]
        module.Api = type("Api", (base,), {"gateway": gateway})  # type: ignore[attr-defined]
        try:
            server = module.DiscordServer(**options)
        finally:
            module.Api = base  # type: ignore[attr-defined]
        self._divide(server)
        return server

    def most_in_a_second(self) -> int:
        """Return how many requests there were in the busiest second."""
        return max(sum(at <= one < at + 1 for one in self.requests) for at in self.requests)

    def _divide(self, server: Any) -> None:
        gateway, world = server.gateway, server.world
        identify, publish, touch = gateway._identify, gateway.publish, world.touch

        async def identified(link: Any, data: Any) -> Any:
            shard = tuple(data.get("shard") or (0, 1))
            self._note(shard)
            every = world.guilds
            world.guilds = {one: guild for one, guild in every.items() if _is_of(one, shard)}
            link.send_event = _with_shard(link.send_event, list(shard))
            try:
                session = await identify(link, data)
            finally:
                world.guilds = every
            if session is not None:
                self._of_session[session.id] = shard
            return session

        def published(event: str, data: Any, *, guild: Any = None, channel: Any = None) -> None:
            place = guild or (channel.guild if channel else None)
            # An interaction names its server itself.
            named = data.get("guild_id") if isinstance(data, dict) else None
            guild_id = place.id if place else int(named) if named else None
            sessions = gateway.sessions
            gateway.sessions = {
                key: one
                for key, one in sessions.items()
                if _is_of(guild_id, self._of_session.get(key, (0, 1)))
            }
            try:
                publish(event, data, guild=guild, channel=channel)
            finally:
                gateway.sessions = sessions

        def touched(counter: str = "") -> None:
            if " /" in counter and "/gateway" not in counter and "/webhooks/" not in counter:
                self.requests.append(time.monotonic())
            touch(counter)

        gateway._identify, gateway.publish = identified, published
        world.publish, world.touch = published, touched

    def _note(self, shard: tuple[int, int]) -> None:
        number, _ = shard
        lane, now = number % self._lanes, time.monotonic()
        # The machine is busy, so what was sent at the right distance may arrive at another.
        if now - self._last.get(lane, -LANE_SECONDS) < LANE_SECONDS / 2:
            self.too_early.append(number)
        self._last[lane] = now
        self.identified.append(shard)


def guild_in(server: Any, shard: tuple[int, int], name: str, members: list[str]) -> str:
    """Make a server that belongs to a shard, given as its number and their count."""
    number, count = shard
    world = server.world
    moment = max(world.last_ms, world.new_id() >> 22) + count
    world.last_ms = moment + (number - moment) % count
    guild: str = server.control.make_guild(name, members)
    assert _is_of(int(guild), shard)
    return guild


def _is_of(guild_id: int | None, shard: tuple[int, int]) -> bool:
    number, count = shard
    return number == (0 if guild_id is None else (guild_id >> 22) % count)


def _with_shard(send_event: Any, shard: list[int]) -> Any:
    def send(event: str, data: Any, *args: Any, **options: Any) -> Any:
        if event == "READY":
            data = data | {"shard": shard}
        return send_event(event, data, *args, **options)

    return send
