"""Tests of what a server reads when the companion joins it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import pytest

pytestmark = pytest.mark.heavy

# When simcord's people join their servers.
JOINED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """Return what sets the time at which the companion looks at a server."""

    class Clock:
        at = JOINED + timedelta(hours=1)

        def now(self) -> datetime:
            return self.at

    clock = Clock()

    async def start(world) -> Clock:
        monkeypatch.setattr(sys.modules["botrunner.discord_bot.cogs.welcome"], "timezone", clock)
        return clock

    return start


def _said(channel) -> list[str]:
    return [message.content for message in channel.history()]


async def test_a_new_server_is_welcomed_once(discord_world, clock):
    env = discord_world
    await clock(env)
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    env.bot.dispatch("guild_join", env.bot.get_guild(guild.id))
    await env.settle()
    env.bot.dispatch("guild_available", env.bot.get_guild(guild.id))
    await env.settle()
    (text,) = _said(channel)
    assert "`/privacy`" in text
    assert "`/server setup`" in text


async def test_a_server_that_has_had_it_for_long_is_not_welcomed(discord_world, clock):
    env = discord_world
    (await clock(env)).at = JOINED + timedelta(days=2)
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    env.bot.dispatch("guild_available", env.bot.get_guild(guild.id))
    await env.settle()
    assert _said(channel) == []
