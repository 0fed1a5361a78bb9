"""Tests of shards with the real process: several in one, and one in each of two."""

from __future__ import annotations

import pytest
import pytest_asyncio

from botrunner.tests.discord_bot.discord_process import (
    PATIENCE,
    loopback_discord,
    made,
    without_introductions,
)
from botrunner.tests.discord_bot.sharded_discord import Shards, guild_in
from whisper.tests.redis.redis_server import RedisServer
from whisper.tests.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture
def shards():
    """Return two shards, which Discord advises."""
    return Shards(advised=2)


@pytest_asyncio.fixture
async def discord(shards):
    """Return a running loopback Discord with shards."""
    async with shards.server_of(loopback_discord(), limited=False) as server:
        yield without_introductions(server)


@pytest_asyncio.fixture
async def bot(discord, tmp_path, template):
    """Return the bot, not yet started."""
    async with made(discord, tmp_path / "data", template) as bot:
        yield bot


def places_of(discord, ann):
    """Return a channel in each shard, and Ann's direct messages."""
    guilds = [guild_in(discord, (number, 2), f"Home {number}", [ann]) for number in range(2)]
    channels = [discord.control.make_channel(guild, "general") for guild in guilds]
    return [*channels, discord.control.open_dm(ann)]


async def say_everywhere(discord, ann, places, *, times=1):
    """Let Ann say something in each place, and wait until each is answered, once."""
    *channels, _ = places
    for channel in channels:
        discord.control.send(channel, ann, "I like tea", mention_bot=True)
    discord.control.dm(ann, "I like tea")
    for place in places:
        await discord.control.wait_messages(place, times, timeout=PATIENCE)


def counts(discord, places):
    """Return how often the bot spoke in each place."""
    return [len(discord.control.messages(place, by="bot")) for place in places]


@pytest.mark.long
async def test_one_process_connects_as_many_shards_as_discord_advises(discord, shards, bot):
    ann = discord.control.make_user("Ann")
    places = places_of(discord, ann)
    await bot.start()
    await until(lambda: len(shards.identified) == 2)
    await say_everywhere(discord, ann, places)
    assert counts(discord, places) == [1, 1, 1]
    assert (shards.identified, shards.too_early) == ([(0, 2), (1, 2)], [])


async def test_each_of_two_processes_answers_in_its_shards_and_takes_up_what_it_missed(
    discord, shards, bot, tmp_path
):
    ann = discord.control.make_user("Ann")
    places = places_of(discord, ann)
    with RedisServer(tmp_path) as redis:
        common = {"DISCORD_SHARD_COUNT": "2", "REDIS_URL": redis.url}
        second = bot.beside()
        await bot.start(DISCORD_SHARD_IDS="0", **common)
        await second.start(DISCORD_SHARD_IDS="1", **common)
        try:
            await until(lambda: len(shards.identified) == 2)
            await say_everywhere(discord, ann, places)
            await second.kill()
            missed = discord.control.send(places[1], ann, "And coffee", mention_bot=True)
            await say_in_first(discord, ann, places)
            await second.start(DISCORD_SHARD_IDS="1", **common)
            found = await discord.control.wait_messages(places[1], 2, timeout=PATIENCE)
            assert found[-1]["message_reference"]["message_id"] == missed
        finally:
            await second.kill()
    assert counts(discord, places) == [2, 2, 1]
    assert sorted(shards.identified) == [(0, 2), (1, 2), (1, 2)]
    assert shards.too_early == []
    assert shards.most_in_a_second() <= 50


async def say_in_first(discord, ann, places):
    """Let Ann say something in the first shard, and wait for the reply."""
    discord.control.send(places[0], ann, "And milk", mention_bot=True)
    await discord.control.wait_messages(places[0], 2, timeout=PATIENCE)
