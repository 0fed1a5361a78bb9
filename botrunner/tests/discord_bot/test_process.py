"""Tests of the real process against a loopback Discord: crashes, lost connections, stops."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing, suppress

import aiohttp
import pytest
from redis import Redis

from botrunner.tests.discord_bot.discord_process import (
    PATIENCE,
    loopback_discord,
    replies,
    without_introductions,
)
from whisper.tests.moving import moving_at
from whisper.tests.waiting import until

pytestmark = pytest.mark.slow
shared = pytest.mark.asyncio(loop_scope="session")


async def answers(discord, channel, count=1):
    """Wait for the bot's answers and return what they say, without the question for consent."""
    found = await replies(discord, channel, count)
    return [message["content"].split("\n\n-# ")[0] for message in found]


async def said_and_answered(discord, person, text, before=0):
    """Let a person say something and return all answers in their direct messages."""
    discord.control.dm(person, text)
    return await answers(discord, discord.control.open_dm(person), before + 1)


@shared
async def test_a_direct_message_and_a_mention_are_answered(running):
    c = running.control
    ann = c.make_user("Ann")
    channel = c.make_channel(c.make_guild("Home", [ann]), "general")
    assert await said_and_answered(running, ann, "hello") == ["You said: hello"]
    c.send(channel, ann, "hi there", mention_bot=True)
    assert await answers(running, channel) == ["You said: hi there"]


def everything_in(redis):
    """Return all that Redis holds, keys and values, as one text."""
    with closing(Redis.from_url(redis.url)) as client:
        found = [part for key in client.scan_iter() for part in (key, *parts_of(client, key))]
    # What has expired since its key was read has no value any more.
    return b"\n".join(part for part in found if part is not None).decode(errors="replace")


def parts_of(client, key):
    if client.type(key) == b"hash":
        return [part for pair in client.hgetall(key).items() for part in pair]
    return [client.get(key) if client.type(key) == b"string" else client.dump(key)]


@shared
async def test_what_is_said_by_who_has_not_agreed_does_not_go_to_redis(running):
    c = running.control
    ann, ben = c.make_user("Ann"), c.make_user("Benedict")
    await said_and_answered(running, ann, "my code is tangerine")
    question = (await c.wait_messages(c.open_dm(ann), 1))[0]["id"]
    c.click(question, ann, label="Yes")
    # It is acknowledged before it is kept, and the question goes when it is.
    await c.wait_edit(question, timeout=PATIENCE)
    await said_and_answered(running, ann, "I sail on Sundays", before=1)
    await said_and_answered(running, ben, "my locker code is persimmon")
    await said_and_answered(running, ben, "and mine again", before=1)
    await said_and_answered(running, ann, "anything else?", before=2)
    held = everything_in(running.redis)
    assert "I sail on Sundays" in held
    for private in ("tangerine", "persimmon", "Benedict", "and mine again"):
        assert private not in held


@shared
async def test_a_message_of_a_killed_process_gets_one_answer(running):
    ann = running.control.make_user("Ann")
    running.model.may_answer.clear()
    running.control.dm(ann, "hello")
    await asyncio.wait_for(running.model.was_asked.wait(), PATIENCE)
    await running.bot.kill()
    running.model.may_answer.set()
    await running.bot.start()
    channel = running.control.open_dm(ann)
    assert await answers(running, channel) == ["You said: hello"]
    assert await said_and_answered(running, ann, "again", before=1) == [
        "You said: hello",
        "You said: again",
    ]


@pytest.mark.long
async def test_a_process_killed_once_it_has_sent_does_not_answer_twice(discord, bot, model_server):
    ann = discord.control.make_user("Ann")
    await bot.start()
    await discord.control.wait_connected(timeout=PATIENCE)
    post = discord.world.post

    def post_and_kill(channel, author, *args, **more):
        message = post(channel, author, *args, **more)
        if author is discord.world.bot:
            bot.process.kill()
        return message

    discord.world.post = post_and_kill
    discord.control.dm(ann, "hello")
    await asyncio.wait_for(bot.process.wait(), PATIENCE)
    discord.world.post = post
    await bot.start()
    await discord.control.wait_count("identify", 2)
    expected = ["You said: hello", "You said: again"]
    assert await said_and_answered(discord, ann, "again", before=1) == expected
    await bot.kill()
    await bot.start()
    await discord.control.wait_count("identify", 3)
    assert await said_and_answered(discord, ann, "more", before=2) == [*expected, "You said: more"]


@shared
async def test_a_resumed_connection_with_replayed_events_brings_no_second_answer(running):
    c = running.control
    ann, before = c.make_user("Ann"), c.counters()
    await said_and_answered(running, ann, "one")
    c.drop()
    c.duplicate_events(3, "MESSAGE_CREATE")
    c.dm(ann, "two")
    await c.wait_count("resume", before.get("resume", 0) + 1)
    await answers(running, c.open_dm(ann), 2)
    expected = ["You said: one", "You said: two", "You said: three"]
    assert await said_and_answered(running, ann, "three", before=2) == expected
    assert c.counters()["identify"] == before["identify"]


@pytest.mark.parametrize("everything", [pytest.param(False, marks=pytest.mark.long), True])
@pytest.mark.long
async def test_a_refused_first_connect_is_tried_again(discord, bot, everything):
    ann = discord.control.make_user("Ann")
    discord.control.refuse(5, http=everything)
    await bot.start()
    await discord.control.wait_connected(timeout=PATIENCE)
    assert await said_and_answered(discord, ann, "hello") == ["You said: hello"]


async def health_says(url, status):
    """Wait until the page tells this of Discord."""
    async with aiohttp.ClientSession() as session:

        async def says():
            with suppress(aiohttp.ClientError):
                async with session.get(url) as page:
                    return (await page.json())["checks"]["discord"]["status"] == status

        await until(says)


@shared
async def test_health_tells_that_discord_is_away_and_that_it_is_back(running):
    c, page = running.control, f"http://{running.web}/health"
    await health_says(page, "ok")
    c.refuse(600)
    c.drop()
    await health_says(page, "degraded")
    c.clear_faults()
    await health_says(page, "ok")
    ann = c.make_user("Ann")
    assert await said_and_answered(running, ann, "hello") == ["You said: hello"]


@shared
async def test_metrics_tell_that_discord_sent_something(running):
    ann = running.control.make_user("Ann")
    address = f"http://{running.web}/metrics"
    async with moving_at(address, "whisper_gateway_last_event_timestamp_seconds"):
        await said_and_answered(running, ann, "hello")


async def test_a_wrong_token_ends_with_one_line(bot):
    await bot.start(DISCORD_BOT_TOKEN="wrong")
    code, lines = await bot.ended()
    assert code == 3
    assert lines == [
        "DISCORD_BOT_TOKEN: Discord rejects this token. Copy it again from the developer portal."
    ]


@pytest.mark.long
async def test_a_discord_that_is_not_there_ends_with_a_clear_line(bot):
    nowhere = {"DISCORD_API_URL": "http://127.0.0.1:9/api", "DISCORD_CONNECT_TIMEOUT": "2"}
    await bot.start(**nowhere)
    code, lines = await bot.ended()
    assert code == 4
    assert lines[-1] == "Discord can't be reached (ClientConnectorError)."
    assert not any(line.startswith(("Traceback", "  ")) for line in lines)


async def stopped_in_mid_answer(discord, bot, model, person):
    """Let a person say hello, and tell the bot to stop while the model is still writing."""
    await bot.start()
    await discord.control.wait_connected(timeout=PATIENCE)
    model.may_answer.clear()
    discord.control.dm(person, "hello")
    await asyncio.wait_for(model.was_asked.wait(), PATIENCE)
    bot.process.terminate()
    await bot.says("discord: stopping")


@pytest.mark.long
async def test_a_stop_in_mid_answer_finishes_it(discord, bot, model_server):
    ann = discord.control.make_user("Ann")
    await stopped_in_mid_answer(discord, bot, model_server, ann)
    model_server.may_answer.set()
    code, _ = await bot.ended()
    assert code == os.EX_OK
    assert await answers(discord, discord.control.open_dm(ann)) == ["You said: hello"]


@pytest.mark.long
async def test_what_comes_while_it_stops_is_answered_after_the_next_start(
    discord, bot, model_server
):
    ann = discord.control.make_user("Ann")
    await stopped_in_mid_answer(discord, bot, model_server, ann)
    discord.control.dm(ann, "and this?")
    await bot.stored(2)
    model_server.may_answer.set()
    await bot.ended()
    channel = discord.control.open_dm(ann)
    assert await answers(discord, channel) == ["You said: hello"]
    await bot.start()
    assert await answers(discord, channel, 2) == ["You said: hello", "You said: and this?"]


@shared
async def test_an_event_that_cannot_be_read_does_not_cost_the_connection(running):
    c, discord = running.control, running.discord
    ann, before = c.make_user("Ann"), c.counters()["identify"]
    guild = c.make_guild("Home", [ann])
    discord.gateway.publish("CHANNEL_CREATE", {"nonsense": 1}, guild=discord.world.guild(guild))
    assert await said_and_answered(running, ann, "hello") == ["You said: hello"]
    assert c.counters()["identify"] == before


@shared
async def test_a_typing_indicator_is_shown_while_the_model_writes(running):
    c, model = running.control, running.model
    ann = c.make_user("Ann")
    channel = c.open_dm(ann)
    model.may_answer.clear()
    c.dm(ann, "hello")
    await c.wait_count(f"typing {channel}")
    model.may_answer.set()
    assert await answers(running, channel) == ["You said: hello"]


@pytest.mark.long
async def test_without_the_message_content_intent_it_says_so_and_goes_on(bot):
    async with loopback_discord().DiscordServer(limited=False, privileged=()) as discord:
        c, info = without_introductions(discord).control, discord.control.info()
        ann = c.make_user("Ann")
        channel = c.make_channel(c.make_guild("Home", [ann]), "general")
        await bot.start(DISCORD_API_URL=info["api"], DISCORD_GATEWAY_URL=info["gateway"])
        await c.wait_connected(timeout=PATIENCE)
        c.send(channel, ann, "hello", mention_bot=True)
        assert await answers(discord, channel) == ["You said: hello"]
        bot.process.terminate()
        code, lines = await bot.ended()
    assert code == 0
    assert any("Message Content intent is off" in line for line in lines)
