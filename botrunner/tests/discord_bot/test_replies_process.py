"""Tests of the real process: turns, their order, and replies that were cut."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from botrunner.tests.discord_bot.discord_process import PATIENCE, made
from botrunner.tests.llm import misbehaving

pytestmark = pytest.mark.slow


class Model:
    """A language model's server that answers with one text, and keeps what it was asked."""

    def __init__(self, server) -> None:
        self.url = server.url
        self.text = "I see."
        self._server = server
        server.answer_with(self._answer)

    @property
    def asked(self):
        """Return the last message of each prompt."""
        return [one["messages"][-1]["content"] for one in self._server.asked]

    async def _answer(self, reader, writer) -> None:
        await misbehaving.says(self.text)(reader, writer)


@pytest_asyncio.fixture
async def model():
    """Return a language model's server."""
    async with misbehaving.running() as server:
        yield Model(server)


@pytest_asyncio.fixture
async def bot(discord, model, tmp_path, tmp_path_factory):
    """Return the bot, not yet started."""
    variables = {
        "LLM_CHAT_API_URL": model.url,
    }
    template = tmp_path_factory.getbasetemp() / "record"
    async with made(discord, tmp_path / "data", template, **variables) as bot:
        yield bot


async def answers(discord, channel, count):
    """Wait for the bot's messages in a channel."""
    return await discord.control.wait_messages(channel, count, timeout=PATIENCE)


async def agrees(discord, person):
    """Let a person talk for the first time, and agree to be remembered."""
    c = discord.control
    c.dm(person, "hello")
    question = (await answers(discord, c.open_dm(person), 1))[0]["id"]
    await c.wait_interaction(c.click(question, person, label="Yes"))
    # The thanks for it.
    await answers(discord, c.open_dm(person), 2)


@pytest.mark.parametrize("agreed", [True, False])
async def test_a_reply_that_was_cut_continues_with_what_is_missing(discord, bot, model, agreed):
    c = discord.control
    ann = c.make_user("Ann")
    channel, before = c.open_dm(ann), 2
    await bot.start()
    await c.wait_connected()
    await agrees(discord, ann)
    if not agreed:
        ann, before = c.make_user("Cleo"), 0
        channel = c.open_dm(ann)
    model.text = " ".join(f"This is sentence number {n}." for n in range(150))
    post = discord.world.post

    def post_and_kill(channel, author, *args, **more):
        message = post(channel, author, *args, **more)
        if author is discord.world.bot and message.content.startswith("This is sentence"):
            bot.process.kill()
        return message

    discord.world.post = post_and_kill
    c.dm(ann, "Tell me all of it.")
    await asyncio.wait_for(bot.process.wait(), PATIENCE)
    discord.world.post = post
    model.text = "Something else."
    await bot.start()
    count = before + (3 if agreed else 2)
    found = [one["content"] for one in (await answers(discord, channel, count))[before:]]
    if agreed:
        assert " ".join(found) == " ".join(f"This is sentence number {n}." for n in range(150))
    else:
        assert found[0].startswith("This is sentence number 0.")
        assert "ask me again" in found[1]


async def test_quick_messages_get_one_reply_that_knows_them_all(discord, bot, model):
    c = discord.control
    ann = c.make_user("Ann")
    await bot.start()
    await c.wait_connected()
    for text in ("first", "second", "third"):
        c.dm(ann, text)
    await answers(discord, c.open_dm(ann), 1)
    assert len(model.asked) == 1
    assert "first\nsecond\nthird" in model.asked[0]


async def test_thirty_people_in_one_channel_are_answered_in_the_order_of_their_coming(discord, bot):
    c = discord.control
    people = [c.make_user(f"Person {number}") for number in range(30)]
    channel = c.make_channel(c.make_guild("Home", people), "general")
    await bot.start()
    await c.wait_connected()
    author = {
        c.send(channel, person, part, mention_bot=True): person
        for part in ("one", "two")
        for person in people
    }
    found = await answers(discord, channel, len(people))
    replied = [author[one["message_reference"]["message_id"]] for one in found]
    assert list(dict.fromkeys(replied)) == people
    first_of_each = [replied.index(person) for person in people]
    assert first_of_each == sorted(first_of_each)
