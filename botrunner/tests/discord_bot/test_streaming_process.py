"""Tests of the real process: replies that are shown while the model writes them."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from botrunner.discord_bot.streaming import CURSOR
from botrunner.tests.discord_bot.discord_process import PATIENCE, made
from botrunner.tests.llm import misbehaving
from whisper.tests.waiting import until

pytestmark = pytest.mark.slow

FIRST, SECOND, LAST = "Well, let me think", " about that for a while.", " Now I know."


class Model:
    """A language model's server that writes a piece whenever a test lets it."""

    def __init__(self, server) -> None:
        self.url = server.url
        self.server = server
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        server.answer_with(self._answer)

    def writes(self, *pieces, ends=False):
        """Write pieces, and end the reply if that is all of it."""
        for piece in pieces:
            self._pieces.put_nowait(piece)
        if ends:
            self._pieces.put_nowait(None)

    async def _answer(self, reader, writer) -> None:
        parts = [misbehaving.STREAM_HEAD]
        writer.write(parts[0])
        while (piece := await self._pieces.get()) is not None:
            part = misbehaving.piece(piece)
            writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            await writer.drain()
        for part in (
            misbehaving.event({"choices": [{"delta": {}, "finish_reason": "stop"}]}),
            b"data: [DONE]\n\n",
        ):
            writer.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()


@pytest_asyncio.fixture
async def model():
    """Return a language model's server."""
    async with misbehaving.running() as server:
        yield Model(server)


@pytest_asyncio.fixture
async def bot(discord, model, tmp_path, tmp_path_factory):
    """Return the bot, connected, and its analyses by rules alone."""
    variables = {"LLM_CHAT_API_URL": model.url, "TURN_WINDOW_SECONDS": "0.1"}
    template = tmp_path_factory.getbasetemp() / "record"
    async with made(discord, tmp_path / "data", template, **variables) as bot:
        await bot.start()
        await discord.control.wait_connected(timeout=PATIENCE)
        yield bot


@pytest.fixture
def channel(discord):
    """Return a server's channel with Ann in it."""
    c = discord.control
    c.ann = c.make_user("Ann")
    return c.make_channel(c.make_guild("Home", [c.ann]), "general")


async def says(discord, channel, count=1, *, text):
    """Wait until the bot's last message says something; return its messages."""

    def last():
        found = discord.control.messages(channel, by="bot")
        return len(found) >= count and text(found[-1]["content"])

    await until(last)
    return discord.control.messages(channel, by="bot")


def begun(content):
    """Return whether a reply is shown, but not to its end."""
    return content.endswith(CURSOR)


def complete(content):
    """Return whether all of a reply is shown."""
    return LAST.strip() in content and CURSOR not in content


async def test_a_reply_grows_by_edits_and_ends_complete(discord, bot, model, channel):
    c = discord.control
    c.send(channel, c.ann, "What do you think?", mention_bot=True)
    model.writes(FIRST)
    (first,) = await says(discord, channel, text=begun)
    assert first["content"] == f"{FIRST}{CURSOR}"
    model.writes(SECOND)
    await says(discord, channel, text=lambda content: content == f"{FIRST}{SECOND}{CURSOR}")
    model.writes(LAST, ends=True)
    (whole,) = await says(discord, channel, text=complete)
    assert whole["id"] == first["id"]
    # The note that comes with the first reply to somebody has its buttons.
    assert whole["content"].startswith(f"{FIRST}{SECOND}{LAST}")
    assert whole["components"]


@pytest.mark.long
async def test_a_half_streamed_reply_is_written_again_in_its_message(discord, bot, model, channel):
    c = discord.control
    c.send(channel, c.ann, "What do you think?", mention_bot=True)
    model.writes(FIRST)
    (first,) = await says(discord, channel, text=begun)
    await bot.kill()
    model.server.answer_with(misbehaving.says(f"Something else.{LAST}"))
    await bot.start()
    (whole,) = await says(discord, channel, text=complete)
    assert whole["id"] == first["id"]
    assert whole["content"].startswith("Something else.")


@pytest.mark.long
async def test_in_direct_messages_it_is_found_without_an_arrow(discord, bot, model):
    c = discord.control
    ann = c.make_user("Ann")
    channel = c.open_dm(ann)
    c.dm(ann, "What do you think?")
    model.writes(FIRST)
    (first,) = await says(discord, channel, text=begun)
    assert not first.get("message_reference")
    await bot.kill()
    model.server.answer_with(misbehaving.says(f"Something else.{LAST}"))
    await bot.start()
    (whole,) = await says(discord, channel, text=complete)
    assert whole["id"] == first["id"]


@pytest.mark.long
async def test_a_message_that_is_deleted_takes_what_is_shown_of_its_reply_with_it(
    discord, bot, model, channel
):
    c = discord.control
    said = c.send(channel, c.ann, "My secret word is Zorblax.", mention_bot=True)
    model.writes("You said Zorblax")
    await says(discord, channel, text=begun)
    c.delete(said)
    await until(lambda: all(one["deleted_at"] for one in c.messages(channel, by="bot")))


@pytest.mark.long
async def test_an_edited_message_gets_its_new_reply_in_the_same_message(
    discord, bot, model, channel
):
    c = discord.control
    said = c.send(channel, c.ann, "What do you think of cats?", mention_bot=True)
    model.writes(FIRST)
    (first,) = await says(discord, channel, text=begun)
    model.server.answer_with(misbehaving.says(f"Dogs are fine.{LAST}"))
    (question,) = c.messages(channel, by=c.ann)
    c.edit(said, question["content"].replace("cats", "dogs"))
    (whole,) = await says(discord, channel, text=complete)
    assert whole["id"] == first["id"]
    assert whole["content"].startswith("Dogs are fine.")


@pytest.mark.long
async def test_a_process_that_stops_leaves_a_reply_to_the_next_one(discord, bot, model, channel):
    c = discord.control
    c.send(channel, c.ann, "What do you think?", mention_bot=True)
    model.writes(FIRST)
    (first,) = await says(discord, channel, text=begun)
    stopping = asyncio.create_task(bot.stop())
    model.writes(LAST, ends=True)
    (whole,) = await says(discord, channel, text=complete)
    await stopping
    assert whole["id"] == first["id"]


@pytest.mark.long
async def test_a_model_that_breaks_off_leaves_no_half_reply(discord, bot, model, channel):
    c = discord.control
    model.server.answer_with(misbehaving.says(FIRST, ending=None, pause=3), misbehaving.fails(500))
    c.send(channel, c.ann, "What do you think?", mention_bot=True)
    await says(discord, channel, text=begun)
    (one,) = await says(discord, channel, text=lambda content: CURSOR not in content)
    assert one["content"]
