"""Tests of what Discord shows beside the bot's name."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import discord
import pytest

from botrunner.discord_bot.connection.share import Share
from botrunner.discord_bot.presence import LATE_SECONDS, LOOK_SECONDS, SHOWN, Condition, Presence
from whisper import health
from whisper.health import Health


class Bot:
    """A bot on two shards whose state a test chooses, and what it shows."""

    def __init__(self) -> None:
        self.share = Share(2, (0, 1))
        self.waits, self.is_behind, self.connected = 0.0, False, [0, 1]
        self.turns = SimpleNamespace(longest_wait=lambda: self.waits)
        self.intake = SimpleNamespace(health=lambda: Health(True, degraded=self.is_behind))
        self.changes: list[tuple[int, discord.Status, str]] = []

    async def change_presence(self, *, status, activity, shard_id):
        if shard_id not in self.connected:
            raise ConnectionResetError
        self.changes.append((shard_id, status, activity.name if activity else ""))


@pytest.fixture
def database(monkeypatch):
    """Return the state of a database that is there until a test says otherwise."""
    state = SimpleNamespace(ok=True)

    async def report(parts):
        return {"database": Health(state.ok)}

    monkeypatch.setattr(health, "report", report)
    return state


def presence_of(bot):
    return Presence(bot)


def shown(condition):
    return [(shard, *SHOWN[condition]) for shard in (0, 1)]


async def test_a_bot_that_is_well_shows_nothing(database):
    bot = Bot()
    await presence_of(bot).look()
    assert bot.changes == []


@pytest.mark.parametrize("what", ["waits", "is_behind", "database"])
async def test_it_shows_why_replies_take_longer_and_takes_it_back(database, what):
    bot = Bot()
    presence = presence_of(bot)
    bot.waits = LATE_SECONDS + 1 if what == "waits" else 0
    bot.is_behind = what == "is_behind"
    database.ok = what != "database"
    for _ in range(3):
        await presence.look()
    condition = Condition.NO_DATABASE if what == "database" else Condition.BUSY
    assert bot.changes == shown(condition)
    bot.waits, bot.is_behind, database.ok = 0.0, False, True
    await presence.look()
    assert bot.changes == shown(condition) + shown(Condition.WELL)


async def test_a_shard_that_was_away_shows_it_in_its_new_session(database):
    bot = Bot()
    presence = presence_of(bot)
    bot.waits, bot.connected = LATE_SECONDS + 1, [0]
    await presence.look()
    bot.connected = [0, 1]
    await presence.look()
    assert bot.changes == shown(Condition.BUSY)
    presence.begin(0)
    await presence.look()
    assert bot.changes[2:] == shown(Condition.BUSY)[:1]


@pytest.mark.clocked
async def test_however_often_it_changes_discord_is_told_within_its_limit(database):
    bot = Bot()
    keeping = asyncio.create_task(presence_of(bot).keep())
    for number in range(600):
        bot.waits = LATE_SECONDS + 1 if number % 2 else 0.0
        await asyncio.sleep(0.1)
    keeping.cancel()
    # Five changes in 20 seconds are allowed a shard.
    assert len(bot.changes) <= 2 * 60 / LOOK_SECONDS
