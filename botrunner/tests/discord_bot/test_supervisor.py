"""Tests of staying connected to Discord: how long a pause may be, and what health tells."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import discord
import pytest
from discord.gateway import ReconnectWebSocket
from discord.shard import EventItem, EventType

from botrunner.discord_bot.bot import WhisperBot
from botrunner.discord_bot.connection.share import Share
from botrunner.discord_bot.connection.state import AWAY_AFTER_SECONDS, Connection
from botrunner.discord_bot.supervisor import LONGEST_PAUSE, prepare_library

BEAT_SECONDS = 41.25


class EnoughError(Exception):
    """Ends a connection that would be tried for ever."""


async def test_however_long_discord_is_away_no_pause_of_the_library_is_longer_than_ours(
    monkeypatch,
):
    prepare_library()
    pauses = []

    async def refused(*args, **options):
        raise OSError("away")

    async def note(seconds):
        pauses.append(seconds)
        if len(pauses) == 100:
            raise EnoughError

    bot = WhisperBot()
    bot._reconnect = True
    socket = SimpleNamespace(sequence=1, gateway=None, session_id="s", shard_id=0)
    shard = discord.shard.Shard(socket, bot, bot._take)  # type: ignore[arg-type]
    bot._AutoShardedClient__queue = asyncio.PriorityQueue()  # type: ignore[attr-defined]
    bot._AutoShardedClient__shards[0] = shard  # type: ignore[attr-defined]
    bot._take(EventItem(EventType.resume, shard, ReconnectWebSocket(0, resume=True)))
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "from_client", refused)
    monkeypatch.setattr(asyncio, "sleep", note)
    with pytest.raises(EnoughError):
        await bot.connect()
    assert max(pauses) <= LONGEST_PAUSE
    assert max(pauses) > LONGEST_PAUSE / 4


async def test_an_answer_that_is_quicker_than_the_library_counts_from_its_own_heartbeat():
    prepare_library()
    socket = SimpleNamespace(thread_id=0, _max_heartbeat_timeout=60.0, sequence=1, HEARTBEAT=1)
    handler = discord.gateway.KeepAliveHandler
    beats = handler(ws=socket, interval=BEAT_SECONDS, shard_id=0)  # type: ignore[arg-type]
    beats._last_send -= BEAT_SECONDS
    beats.get_payload()
    # The thread has not noted yet that it was sent.
    beats.ack()
    assert beats.latency < BEAT_SECONDS


@pytest.mark.parametrize(
    ("event", "payload", "told"),
    [
        (
            "MESSAGE_CREATE",
            {"id": "17", "channel_id": 4, "content": "Zorblax", "author": {"id": "Zorblax"}},
            ", id 17, channel_id 4",
        ),
        ("GUILD_CREATE", {"id": "Zorblax"}, ""),
        ("CHANNEL_DELETE", ["Zorblax"], ""),
        ("INTERACTION_CREATE", {"id": "1" * 1000}, f", id {'1' * 20}"),
    ],
)
async def test_an_event_that_cannot_be_read_is_one_line_without_its_words(
    caplog, event, payload, told
):
    WhisperBot()._connection.parsers[event](payload)
    (record,) = caplog.records
    assert (record.levelname, record.exc_info) == ("WARNING", None)
    line = record.getMessage()
    assert line.startswith(f"discord: can't read a {event} (")
    assert line.endswith(f"){told}")
    assert "Zorblax" not in line


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_health_tells_whether_discord_is_there():
    clock = Clock()
    connection = Connection(clock=clock)
    assert connection.health().status == "degraded"
    connection.is_there()
    assert (connection.health().status, connection.health().detail) == ("ok", "connected")
    connection.is_away(why="ConnectionClosed")
    clock.now += AWAY_AFTER_SECONDS - 1
    assert connection.health().status == "degraded"
    clock.now += 241 - AWAY_AFTER_SECONDS
    assert connection.health().status == "failing"
    assert connection.health().detail == "away for 240 s (ConnectionClosed)"
    connection.is_there()
    assert connection.health().status == "ok"


def test_an_outage_is_counted_from_its_first_failure():
    clock = Clock()
    connection = Connection(clock=clock)
    connection.is_there()
    connection.is_away(why="OSError")
    clock.now += 50
    connection.is_away(why="GatewayNotFound")
    assert connection.health().detail == "away for 50 s (GatewayNotFound)"


def test_each_shard_is_reported():
    clock = Clock()
    connection = Connection(clock=clock)
    connection.watch(Share(4, (0, 1)), lambda: {0: 41.23, 1: 38.0})
    connection.is_there(0)
    clock.now += 12
    connection.is_not_there("OSError")
    health = connection.health()
    assert (health.status, health.detail) == (
        "degraded",
        "shard 1 is connecting for 12 s (OSError)",
    )
    assert health.figures["shard_0_milliseconds"] == 41.2
    connection.is_there(1)
    assert connection.health().detail == "shards 0-1 of 4 connected"
    assert connection.by_shard() == {
        "count": 4,
        "shards": {
            "0": {"connected": True, "milliseconds": 41.2},
            "1": {"connected": True, "milliseconds": 38.0},
        },
    }


def test_a_server_belongs_to_one_shard_and_direct_messages_to_the_first():
    parts = [Share(4, (0, 1)), Share(4, (2, 3))]
    servers = [number << 22 for number in range(8)]
    assert [[one.has(server) for server in servers] for one in parts] == [
        [True, True, False, False] * 2,
        [False, False, True, True] * 2,
    ]
    assert [one.has(None) for one in parts] == [one.leads for one in parts] == [True, False]
    assert str(Share(9, (0, 1, 2, 7))) == "0-2, 7"
