"""What happens in Discord while no process listens is found after the next start."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest
import pytest_asyncio

from botrunner.tests.discord_bot.discord_process import PATIENCE, made
from botrunner.tests.discord_bot.test_process import Model, answers
from botrunner.tests.llm import misbehaving
from whisper.tests.waiting import until

pytestmark = pytest.mark.slow

REPLY_COLUMN = (
    "SELECT count(*) FROM memories_message WHERE answer IN ('pending', 'making', 'sending')"
)


@pytest_asyncio.fixture
async def model():
    async with misbehaving.running() as server:
        yield Model(server)


@pytest_asyncio.fixture
async def bot(discord, model, tmp_path, tmp_path_factory):
    variables = {
        "LLM_CHAT_API_URL": model.url,
        "CONSENT_MODE": "notice",
    }
    template = tmp_path_factory.getbasetemp() / "record"
    async with made(discord, tmp_path / "data", template, **variables) as bot:
        yield bot


@pytest.fixture
def held(tmp_path):
    """Return a function that finds the rows whose text columns hold words."""

    def find(words: str) -> list[str]:
        with closing(sqlite3.connect(tmp_path / "data" / "whisper.sqlite3")) as database:
            names = [
                row[0]
                for row in database.execute("SELECT name FROM sqlite_master WHERE type='table'")
            ]
            return [
                name
                for name in names
                for row in database.execute(f'SELECT * FROM "{name}"')
                if any(isinstance(value, str) and words in value for value in row)
            ]

    return find


@pytest.fixture
def count(tmp_path):
    """Return a function that runs a query which gives one number."""

    def run(sql: str) -> int:
        with closing(sqlite3.connect(tmp_path / "data" / "whisper.sqlite3")) as database:
            return int(database.execute(sql).fetchone()[0])

    return run


async def start(discord, bot) -> None:
    await bot.start()
    await discord.control.wait_connected(timeout=PATIENCE)


async def tell(discord, person, text, before=0):
    """Say something in direct messages, wait for its reply, and return the message's id."""
    message = discord.control.dm(person, text)
    await answers(discord, discord.control.open_dm(person), before + 1)
    return message


async def test_what_was_edited_deleted_and_said_while_it_was_down_is_found(
    discord, bot, held, count
):
    c = discord.control
    ann = c.make_user("Ann")
    await start(discord, bot)
    edited = await tell(discord, ann, "My cat is called Miso.")
    deleted = await tell(discord, ann, "My secret word is Zorblax.", before=1)
    await until(lambda: count("SELECT count(*) FROM whisper_outboxentry") == 0)
    assert held("Miso")
    await bot.kill()
    c.edit(edited, "My cat is called Nori.")
    c.delete(deleted)
    c.dm(ann, "Are you there?")
    await start(discord, bot)
    said = await answers(discord, c.open_dm(ann), 3)
    assert said[-1] == "You said: Are you there?"
    await until(lambda: not held("Zorblax") and not held("Miso"))
    await until(lambda: "memories_memory" in held("Their cat is called Nori."))


@pytest.mark.long
async def test_a_message_of_a_killed_process_that_was_deleted_is_neither_answered_nor_kept(
    discord, bot, model, held, count
):
    c = discord.control
    ann = c.make_user("Ann")
    await start(discord, bot)
    await tell(discord, ann, "Hello there.")
    model.may_answer.clear()
    model.asked.clear()
    secret = c.dm(ann, "My secret word is Zorblax.")
    await asyncio.wait_for(model.asked.wait(), PATIENCE)
    await bot.kill()
    c.delete(secret)
    model.may_answer.set()
    await start(discord, bot)
    await until(lambda: not held("Zorblax"))
    await until(lambda: count(REPLY_COLUMN) == 0)
    assert len(await answers(discord, c.open_dm(ann), 1)) == 1


async def test_a_mention_in_a_channel_where_nothing_was_said_before_is_found(discord, bot):
    c = discord.control
    ann = c.make_user("Ann")
    channel = c.make_channel(c.make_guild("Home", [ann]), "general")
    c.send(channel, ann, "not for you")
    c.send(channel, ann, "for you", mention_bot=True)
    await start(discord, bot)
    assert await answers(discord, channel) == ["You said: for you"]


@pytest.mark.parametrize(
    "direct", [False, pytest.param(True, marks=pytest.mark.long)], ids=["channel", "direct"]
)
async def test_after_an_erasure_only_what_was_said_since_is_read_back(discord, bot, direct):
    c = discord.control
    ann = c.make_user("Ann")
    channel = c.make_channel(c.make_guild("Home", [ann]), "general")
    channel = c.open_dm(ann) if direct else channel
    await start(discord, bot)
    c.send(channel, ann, "My secret word is Zorblax.", mention_bot=not direct)
    await answers(discord, channel)
    # Commands are registered beside the first messages.
    await until(lambda: c.commands())
    asked = await c.wait_interaction(c.slash(channel, ann, "forgetme"), timeout=PATIENCE)
    question = asked["original"]["id"]
    c.click(question, ann, label="Erase everything")
    # The question in place of the acknowledgement, "Erasing …", and what was erased.
    await c.wait_edit(question, 3, timeout=PATIENCE)
    await bot.kill()
    before = len(c.messages(channel, by="bot"))
    c.send(channel, ann, "Are you there?", mention_bot=not direct)
    await start(discord, bot)
    found = await answers(discord, channel, before + 1)
    assert found[before:] == ["You said: Are you there?"]


@pytest.mark.long
async def test_a_server_that_removes_the_bot_while_it_is_down_is_noted(discord, bot, count):
    c = discord.control
    ann = c.make_user("Ann")
    guild = c.make_guild("Home", [ann])
    channel = c.make_channel(guild, "general")
    await start(discord, bot)
    c.send(channel, ann, "hi there", mention_bot=True)
    await answers(discord, channel)
    await bot.kill()
    c.leave(guild, c.info()["bot_id"])
    await start(discord, bot)
    await until(lambda: count("SELECT count(*) FROM memories_removedplace") == 1)


@pytest.mark.long
async def test_a_deleted_channel_is_noted_and_a_return_to_a_server_takes_it_back(
    discord, bot, count
):
    c = discord.control
    ann = c.make_user("Ann")
    guild = c.make_guild("Home", [ann])
    channels = [c.make_channel(guild, name) for name in ("general", "random")]
    await start(discord, bot)
    for channel in channels:
        c.send(channel, ann, "hi there", mention_bot=True)
        await answers(discord, channel)
    noted = "SELECT count(*) FROM memories_removedplace WHERE {} IS NOT NULL"
    gone = discord.world.channels.pop(int(channels[0]))
    discord.world.publish("CHANNEL_DELETE", gone.payload(discord.world.bot), guild=gone.guild)
    await until(lambda: count(noted.format("channel_id")) == 1)
    c.leave(guild, c.info()["bot_id"])
    await until(lambda: count(noted.format("guild_id")) == 1)
    c.join(guild, c.info()["bot_id"])
    await until(lambda: count(noted.format("guild_id")) == 0)
    assert count(noted.format("channel_id")) == 1
