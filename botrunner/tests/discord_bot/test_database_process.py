"""Tests of the real process while PostgreSQL is killed, restarted, or not there at the start."""

from __future__ import annotations

import pytest
import pytest_asyncio

from botrunner.discord_bot.replying.errors import DATABASE_AWAY
from botrunner.tests.discord_bot.discord_process import PATIENCE, made, replies
from whisper.tests.database.postgres_server import PostgresServer
from whisper.tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture
def server():
    """Return a running PostgreSQL."""
    with PostgresServer() as server:
        yield server


@pytest_asyncio.fixture
async def bot(discord, server, tmp_path):
    """Return a bot with its record in PostgreSQL, not yet started."""
    variables = {
        "DATABASE_URL": server.url,
    }
    async with made(discord, tmp_path / "data", tmp_path / "template", **variables) as bot:
        yield bot


async def answers(discord, channel, count):
    """Wait for a number of messages of the bot and return what they say."""
    found = await replies(discord, channel, count)
    return [message["content"].split("\n\n-# ")[0] for message in found]


def stored(server):
    """Return the answers that messages of people have in the database, in order."""
    rows = server.execute(
        "SELECT answer FROM memories_message WHERE NOT from_companion ORDER BY platform_id"
    )
    return [answer for (answer,) in rows]


@pytest.mark.long
async def test_what_is_said_while_postgresql_is_away_is_answered_after_its_return(
    discord, bot, server
):
    ann = discord.control.make_user("Ann")
    channel = discord.control.open_dm(ann)
    await bot.start()
    await discord.control.wait_connected(timeout=PATIENCE)
    discord.control.dm(ann, "Hello!")
    await answers(discord, channel, 1)
    server.kill()
    for text in ("Are you there?", "My cat is called Miso."):
        discord.control.dm(ann, text)
    # She is told once, and is not told to say it again.
    assert (await answers(discord, channel, 2))[1:] == [DATABASE_AWAY]
    server.start()
    # Both are one turn, and get one reply.
    found = await answers(discord, channel, 3)
    assert DATABASE_AWAY not in found[2:]
    await all_answered(server, 3)


async def test_what_is_said_while_postgresql_is_away_survives_the_bot(discord, bot, server):
    ann = discord.control.make_user("Ann")
    channel = discord.control.open_dm(ann)
    await bot.start()
    await discord.control.wait_connected(timeout=PATIENCE)
    server.kill()
    discord.control.dm(ann, "Are you there?")
    taken_back = discord.control.dm(ann, "I never said this.")
    await answers(discord, channel, 1)
    await bot.kill()
    discord.control.delete(taken_back)
    server.start()
    await bot.start()
    await all_answered(server, 1)
    assert len(await answers(discord, channel, 2)) == 2


async def all_answered(server, count):
    """Wait until the database holds a number of messages of people, each with its answer."""
    await until(lambda: stored(server) == ["answered"] * count)


@pytest.mark.long
async def test_a_restart_of_postgresql_in_mid_conversation_costs_no_message(discord, bot, server):
    people = [discord.control.make_user(f"Person {number}") for number in range(5)]
    await bot.start()
    await discord.control.wait_connected(timeout=PATIENCE)
    for text in ("one", "two", "three", "four"):
        for person in people:
            discord.control.dm(person, text)
        if text == "two":
            server.kill()
            server.start()
    await all_answered(server, 20)
    for person in people:
        # Quick messages are one turn; each has its reply, or is part of one that has.
        said = await answers(discord, discord.control.open_dm(person), 1)
        assert 1 <= len([text for text in said if text != DATABASE_AWAY]) <= 4


@pytest.mark.long
async def test_a_start_without_postgresql_ends_with_one_line(bot, server):
    server.kill()
    await bot.start()
    code, lines = await bot.ended()
    assert code == 5
    assert len(lines) == 1
    assert "The database can't be used: connection failed" in lines[0]
