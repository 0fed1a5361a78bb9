"""Tests of the real process: replies that are shown while the model writes them."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from botrunner.discord_bot.replying.streaming import CURSOR
from botrunner.tests.llm import misbehaving
from whisper.environment import environment
from whisper.tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

FIRST, SECOND, LAST = "Well, let me think", " about that for a while.", " Now I know."


@pytest_asyncio.fixture(loop_scope="session")
async def streaming(running):
    """Return a running bot whose model writes a piece whenever a test lets it."""
    running.model.write_in_pieces()
    return running


@pytest.fixture
def channel(running):
    """Return a server's channel with Ann in it."""
    c = running.control
    c.ann = c.make_user("Ann")
    return c.make_channel(c.make_guild("Home", [c.ann]), "general")


async def says(streaming, channel, count=1, *, text):
    """Wait until the bot's last message says something; return its messages."""

    def last():
        found = streaming.control.messages(channel, by="bot")
        return len(found) >= count and text(found[-1]["content"])

    await until(last)
    return streaming.control.messages(channel, by="bot")


def begun(content):
    """Return whether a reply is shown, but not to its end."""
    return content.endswith(CURSOR)


def complete(content):
    """Return whether all of a reply is shown."""
    return LAST.strip() in content and CURSOR not in content


async def test_a_reply_grows_by_edits_and_ends_complete(streaming, channel):
    c, model = streaming.control, streaming.model
    c.send(channel, c.ann, "What do you think?", mention_bot=True)
    model.writes(FIRST)
    (first,) = await says(streaming, channel, text=begun)
    assert first["content"] == f"{FIRST}{CURSOR}"
    model.writes(SECOND)
    await says(streaming, channel, text=lambda content: content == f"{FIRST}{SECOND}{CURSOR}")
    model.writes(LAST, ends=True)
    (whole,) = await says(streaming, channel, text=complete)
    assert whole["id"] == first["id"]
    # The note that comes with the first reply to somebody has its buttons.
    assert whole["content"].startswith(f"{FIRST}{SECOND}{LAST}")
    assert whole["components"]


@pytest.mark.long
async def test_a_half_streamed_reply_is_written_again_in_its_message(streaming, channel):
    c, model = streaming.control, streaming.model
    c.send(channel, c.ann, "What do you think?", mention_bot=True)
    model.writes(FIRST)
    (first,) = await says(streaming, channel, text=begun)
    await streaming.bot.kill()
    model.answer_with(misbehaving.says(f"Something else.{LAST}"))
    await streaming.bot.start()
    (whole,) = await says(streaming, channel, text=complete)
    assert whole["id"] == first["id"]
    assert whole["content"].startswith("Something else.")


@pytest.mark.long
@pytest.mark.parametrize("direct", [False, True])
async def test_a_half_streamed_reply_goes_with_a_message_deleted_while_the_bot_was_down(
    streaming, channel, direct
):
    c, model = streaming.control, streaming.model
    channel = c.open_dm(c.ann) if direct else channel
    said = c.send(channel, c.ann, "What do you think?", mention_bot=not direct)
    model.writes(FIRST)
    await says(streaming, channel, text=begun)
    await streaming.bot.kill()
    c.delete(said)
    await streaming.bot.start()
    await until(lambda: all(one["deleted_at"] for one in c.messages(channel, by="bot")))


@pytest.mark.long
async def test_in_direct_messages_it_is_found_without_an_arrow(streaming):
    c, model = streaming.control, streaming.model
    ann = c.make_user("Ann")
    channel = c.open_dm(ann)
    c.dm(ann, "What do you think?")
    model.writes(FIRST)
    (first,) = await says(streaming, channel, text=begun)
    assert not first.get("message_reference")
    await streaming.bot.kill()
    model.answer_with(misbehaving.says(f"Something else.{LAST}"))
    await streaming.bot.start()
    (whole,) = await says(streaming, channel, text=complete)
    assert whole["id"] == first["id"]


async def test_a_message_that_is_deleted_takes_what_is_shown_of_its_reply_with_it(
    streaming, channel
):
    c, model = streaming.control, streaming.model
    said = c.send(channel, c.ann, "My secret word is Zorblax.", mention_bot=True)
    model.writes("You said Zorblax")
    await says(streaming, channel, text=begun)
    c.delete(said)
    await until(lambda: all(one["deleted_at"] for one in c.messages(channel, by="bot")))


@pytest.mark.long
@pytest.mark.parametrize("change", ["delete", "edit"])
async def test_so_does_one_that_was_edited_and_waits_to_be_replied_to_again(
    streaming, channel, change
):
    c, model = streaming.control, streaming.model
    said = c.send(channel, c.ann, "What do you think of cats?", mention_bot=True)
    model.writes(FIRST)
    await says(streaming, channel, text=begun)
    # Whoever waits for a place among the replies that are being made gets hers.
    for number in range(environment.replies_at_once):
        c.dm(c.make_user(f"Ben{number}"), "hello")
    await until(lambda: len(model.prompts) == environment.replies_at_once)
    (question,) = c.messages(channel, by=c.ann)
    c.edit(said, question["content"].replace("cats", "dogs"))
    await until(lambda: len(model.prompts) == environment.replies_at_once + 1)
    if change == "delete":
        c.delete(said)
    else:
        # Nothing is left but the mention.
        c.edit(said, question["content"].split()[0])
    await until(lambda: all(one["deleted_at"] for one in c.messages(channel, by="bot")))


async def test_an_edited_message_gets_its_new_reply_in_the_same_message(streaming, channel):
    c, model = streaming.control, streaming.model
    said = c.send(channel, c.ann, "What do you think of cats?", mention_bot=True)
    model.writes(FIRST)
    (first,) = await says(streaming, channel, text=begun)
    model.answer_with(misbehaving.says(f"Dogs are fine.{LAST}"))
    (question,) = c.messages(channel, by=c.ann)
    c.edit(said, question["content"].replace("cats", "dogs"))
    (whole,) = await says(streaming, channel, text=complete)
    assert whole["id"] == first["id"]
    assert whole["content"].startswith("Dogs are fine.")


@pytest.mark.long
async def test_a_process_that_stops_leaves_a_reply_to_the_next_one(streaming, channel):
    c, model = streaming.control, streaming.model
    c.send(channel, c.ann, "What do you think?", mention_bot=True)
    model.writes(FIRST)
    (first,) = await says(streaming, channel, text=begun)
    stopping = asyncio.create_task(streaming.bot.stop())
    model.writes(LAST, ends=True)
    (whole,) = await says(streaming, channel, text=complete)
    await stopping
    assert whole["id"] == first["id"]


@pytest.mark.long
async def test_a_model_that_breaks_off_leaves_no_half_reply(streaming, channel):
    c, model = streaming.control, streaming.model
    model.answer_with(misbehaving.says(FIRST, ending=None, pause=3), misbehaving.fails(500))
    c.send(channel, c.ann, "What do you think?", mention_bot=True)
    await says(streaming, channel, text=begun)
    (one,) = await says(streaming, channel, text=lambda content: CURSOR not in content)
    assert one["content"]
