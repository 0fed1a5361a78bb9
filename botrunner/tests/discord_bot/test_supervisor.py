"""Tests of staying connected to Discord: how long a pause may be, and what health tells."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import discord
import pytest

from botrunner.discord_bot.connection import AWAY_AFTER_SECONDS, Connection
from botrunner.discord_bot.supervisor import LONGEST_PAUSE, prepare_library


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

    client = discord.Client(intents=discord.Intents.none())
    client.ws = SimpleNamespace(sequence=1, gateway=None, session_id="s")  # type: ignore[assignment]
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "from_client", refused)
    monkeypatch.setattr(asyncio, "sleep", note)
    with pytest.raises(EnoughError):
        await client.connect()
    assert max(pauses) <= LONGEST_PAUSE
    assert max(pauses) > LONGEST_PAUSE / 4


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
    connection.is_away("ConnectionClosed")
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
    connection.is_away("OSError")
    clock.now += 50
    connection.is_away("GatewayNotFound")
    assert connection.health().detail == "away for 50 s (GatewayNotFound)"
