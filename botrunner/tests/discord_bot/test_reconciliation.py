"""What happens in Discord while no process listens is found after the next start."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from botrunner.tests.discord_bot.discord_process import PATIENCE
from botrunner.tests.discord_bot.test_process import answers
from whisper.tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

OPEN = (
    "SELECT count(*) FROM memories_message WHERE platform_id = ?"
    " AND answer IN ('pending', 'making', 'sending')"
)
REMOVED = "SELECT count(*) FROM memories_removedplace WHERE {} = ?"


@pytest.fixture
def database(running):
    """Return a connection to the bot's database."""
    with closing(sqlite3.connect(running.bot.folder / "whisper.sqlite3")) as connection:
        yield connection


@pytest.fixture
def held(database):
    """Return a function that finds the rows whose text columns hold words."""

    def find(words: str) -> list[str]:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall()
        return [
            name
            for (name,) in tables
            for row in database.execute(f'SELECT * FROM "{name}"')
            if any(isinstance(value, str) and words in value for value in row)
        ]

    return find


@pytest.fixture
def count(database):
    """Return a function that runs a query which gives one number."""

    def run(sql: str, *values: str) -> int:
        return int(database.execute(sql, values).fetchone()[0])

    return run


async def who_agreed(running):
    """Return somebody who agreed to be remembered; they got two messages for it."""
    c = running.control
    ann = c.make_user("Ann")
    question = (await tell(running, ann, "hello"))[1]
    await c.wait_interaction(c.click(question["id"], ann, label="Yes"), timeout=PATIENCE)
    await answers(running, c.open_dm(ann), 2)
    return ann


async def tell(running, person, text, before=0):
    """Say something in direct messages, and return the message's id and its reply."""
    c = running.control
    message = c.dm(person, text)
    return message, (await c.wait_messages(c.open_dm(person), before + 1, timeout=PATIENCE))[-1]


async def test_what_was_edited_deleted_and_said_while_it_was_down_is_found(running, held, count):
    c = running.control
    ann = await who_agreed(running)
    edited, _ = await tell(running, ann, "My cat is called Tamarind.", before=2)
    deleted, _ = await tell(running, ann, "My secret word is Zorblax.", before=3)
    await until(lambda: count("SELECT count(*) FROM whisper_outboxentry") == 0)
    assert held("Tamarind")
    await running.bot.kill()
    c.edit(edited, "My cat is called Sorrel.")
    c.delete(deleted)
    c.dm(ann, "Are you there?")
    await running.bot.start()
    said = await answers(running, c.open_dm(ann), 5)
    assert said[-1] == "You said: Are you there?"
    await until(lambda: not held("Zorblax") and not held("Tamarind"))
    await until(lambda: "memories_memory" in held("Their cat is called Sorrel."))


@pytest.mark.long
async def test_a_message_of_a_killed_process_that_was_deleted_is_neither_answered_nor_kept(
    running, held, count
):
    c, model = running.control, running.model
    ann = await who_agreed(running)
    model.may_answer.clear()
    model.was_asked.clear()
    secret = c.dm(ann, "My secret word is Zorblax.")
    await asyncio.wait_for(model.was_asked.wait(), PATIENCE)
    await running.bot.kill()
    c.delete(secret)
    model.may_answer.set()
    await running.bot.start()
    await until(lambda: not held("Zorblax"))
    await until(lambda: count(OPEN, secret) == 0)
    assert len(await answers(running, c.open_dm(ann), 2)) == 2


@pytest.mark.long
async def test_a_mention_in_a_channel_where_nothing_was_said_before_is_found(running):
    c = running.control
    ann = c.make_user("Ann")
    await running.bot.kill()
    channel = c.make_channel(c.make_guild("Home", [ann]), "general")
    c.send(channel, ann, "not for you")
    c.send(channel, ann, "for you", mention_bot=True)
    await running.bot.start()
    assert await answers(running, channel) == ["You said: for you"]


@pytest.mark.parametrize(
    "direct", [False, pytest.param(True, marks=pytest.mark.long)], ids=["channel", "direct"]
)
async def test_after_an_erasure_only_what_was_said_since_is_read_back(running, direct):
    c = running.control
    ann = await who_agreed(running)
    channel = c.make_channel(c.make_guild("Home", [ann]), "general")
    channel, before = (c.open_dm(ann), 2) if direct else (channel, 0)
    c.send(channel, ann, "My secret word is Zorblax.", mention_bot=not direct)
    await answers(running, channel, before + 1)
    # Commands are registered beside the first messages.
    await until(lambda: c.commands())
    asked = await c.wait_interaction(c.slash(channel, ann, "forgetme"), timeout=PATIENCE)
    question = asked["original"]["id"]
    c.click(question, ann, label="Erase everything")
    # The question in place of the acknowledgement, "Erasing …", and what was erased.
    await c.wait_edit(question, 3, timeout=PATIENCE)
    await running.bot.kill()
    before = len(c.messages(channel, by="bot"))
    c.send(channel, ann, "Are you there?", mention_bot=not direct)
    await running.bot.start()
    found = await answers(running, channel, before + 1)
    assert found[before:] == ["You said: Are you there?"]


async def test_what_was_said_in_a_server_while_discord_sent_nothing_of_it_is_found(running):
    c, world = running.control, running.discord.world
    ann = c.make_user("Ann")
    guild = c.make_guild("Home", [ann])
    channel = c.make_channel(guild, "general")
    c.send(channel, ann, "before", mention_bot=True)
    await answers(running, channel)
    world.publish("GUILD_DELETE", {"id": guild, "unavailable": True}, guild=world.guild(guild))
    # With a time the bot gets no event of it.
    c.send(channel, ann, "meanwhile", mention_bot=True, at=datetime.now(UTC).isoformat())
    world.publish("GUILD_CREATE", None, guild=world.guild(guild))
    assert await answers(running, channel, 2) == ["You said: before", "You said: meanwhile"]


@pytest.mark.long
async def test_a_server_that_removes_the_bot_while_it_is_down_is_noted(running, count):
    c = running.control
    ann = await who_agreed(running)
    guild = c.make_guild("Home", [ann])
    channel = c.make_channel(guild, "general")
    c.send(channel, ann, "hi there", mention_bot=True)
    await answers(running, channel)
    await running.bot.kill()
    c.leave(guild, c.info()["bot_id"])
    await running.bot.start()
    await until(lambda: count(REMOVED.format("guild_id"), guild) == 1)


async def test_a_deleted_channel_is_noted_and_a_return_to_a_server_takes_it_back(running, count):
    c, world = running.control, running.discord.world
    ann = await who_agreed(running)
    guild = c.make_guild("Home", [ann])
    channels = [c.make_channel(guild, name) for name in ("general", "random")]
    for channel in channels:
        c.send(channel, ann, "hi there", mention_bot=True)
        await answers(running, channel)
    gone = world.channels.pop(int(channels[0]))
    world.publish("CHANNEL_DELETE", gone.payload(world.bot), guild=gone.guild)
    await until(lambda: count(REMOVED.format("channel_id"), channels[0]) == 1)
    c.leave(guild, c.info()["bot_id"])
    await until(lambda: count(REMOVED.format("guild_id"), guild) == 1)
    c.join(guild, c.info()["bot_id"])
    await until(lambda: count(REMOVED.format("guild_id"), guild) == 0)
    assert count(REMOVED.format("channel_id"), channels[0]) == 1


async def test_a_deleted_thread_is_noted_and_its_channel_is_not(running, count):
    c, world = running.control, running.discord.world
    ann = await who_agreed(running)
    channel = c.make_channel(c.make_guild("Home", [ann]), "general")
    thread = c.make_thread(channel, "garden", ann)
    for place in (channel, thread):
        c.send(place, ann, "hi there", mention_bot=True)
        await answers(running, place)
    gone = world.channels.pop(int(thread))
    world.publish("THREAD_DELETE", gone.payload(world.bot), guild=gone.guild)
    await until(lambda: count(REMOVED.format("channel_id"), thread) == 1)
    assert count(REMOVED.format("channel_id"), channel) == 0
