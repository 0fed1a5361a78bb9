"""Events that come again, as after a lost connection, cost little however many they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import discord
import pytest
import pytest_asyncio

from botrunner.discord_bot.reading.events import deletion_event, edit_event, message_event
from botrunner.intake import Event
from profiles.actions import decide_consent
from whisper.database.access import in_database
from whisper.tests.statements import executed

pytestmark = pytest.mark.heavy


def a_deletion(message: discord.Message) -> Event:
    return deletion_event(message.channel.id, None, {message.id})


@pytest.fixture
def readings(monkeypatch):
    """Return the channels whose history Discord is asked for, from now on."""
    found, history = [], discord.abc.Messageable.history

    def noted(channel, **options):
        found.append(channel)
        return history(channel, **options)

    monkeypatch.setattr(discord.abc.Messageable, "history", noted)
    return found


@pytest_asyncio.fixture
async def said(discord_world):
    """Return messages that Ann sent and that were answered."""
    env = discord_world
    env.ann = env.create_guild().add_member(env.create_user("Ann"))
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    ids = {(await env.ann.send_dm(f"hello {number}")).id for number in range(3)}
    channel = await env.bot.fetch_channel(env.ann.user.dm_channel.id)
    return [one async for one in channel.history() if one.id in ids]


async def come_again(
    env, event_of: Callable[[discord.Message], Event], said: Sequence[discord.Message], times: int
) -> None:
    """Let events of messages come, as often as that altogether."""
    events = [event_of(said[number % len(said)]) for number in range(times)]
    await asyncio.gather(*(env.bot.intake.take(one) for one in events))
    await env.bot.intake.settle()


# Messages are looked up together, 32 at once; each edit and each deletion is followed again.
@pytest.mark.parametrize(
    ("event_of", "times", "statements_of_all"),
    [(message_event, 500, 20), (edit_event, 50, 500), (a_deletion, 50, 500)],
)
async def test_what_comes_again_asks_discord_nothing(
    discord_world, said, readings, monkeypatch, event_of, times, statements_of_all
):
    env = discord_world
    await come_again(env, event_of, said, len(said))
    readings.clear()
    statements = executed(monkeypatch)
    await come_again(env, event_of, said, times)
    assert len(statements) <= statements_of_all
    assert readings == []
    await env.ann.send_dm("And now?")
    assert len(readings) <= 1
