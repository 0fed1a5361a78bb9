"""Tests of the real process: what PluralKit and the like post again by a webhook."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from botrunner.tests.discord_bot.discord_process import PATIENCE, replies
from botrunner.tests.discord_bot.test_replies_process import agrees
from botrunner.tests.llm.misbehaving import says
from whisper.tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


class Proxy:
    """Posts again in a channel what somebody writes there, under the name Lumen."""

    def __init__(self, running, channel) -> None:
        self._world, self._channel = (
            running.discord.world,
            running.discord.world.channels[int(channel)],
        )
        self._account = running.discord.world.add_user("Lumen")

    def posts(self, text):
        """Post a message by the webhook, and return its id."""
        account = self._account
        posted = next(iter(self._channel.messages.values()))

        class Repeated(type(posted)):  # type: ignore[misc]
            def payload(self, *args, **options):
                body = super().payload(*args, **options)
                return body | {"webhook_id": str(account.id)}

        message = Repeated(
            self._world.new_id(None),
            self._channel,
            account,
            text,
            mentions=[self._world.bot],
        )
        self._channel.messages[message.id] = message
        self._world.publish("MESSAGE_CREATE", message, channel=self._channel)
        return str(message.id)


@pytest.mark.parametrize("deleted_first", [False, True])
async def test_what_is_posted_again_is_replied_to_and_remembered_for_nobody(running, deleted_first):
    c, word = running.control, f"Zwolle{deleted_first}"
    ann = c.make_user("Ann")
    await agrees(running, ann)
    channel = c.make_channel(c.make_guild("Home", [ann]), "general")
    text = f"<@{c.info()['bot_id']}> I live in {word}, and you?"
    said = c.send(channel, ann, f"[{text}]")
    proxy = Proxy(running, channel)
    if deleted_first:
        c.delete(said)
    repeated = proxy.posts(text)
    if not deleted_first:
        c.delete(said)
    (reply,) = await replies(running, channel)
    assert reply["message_reference"]["message_id"] == repeated
    assert reply["content"] == f"You said: I live in {word}, and you?"
    # Nothing more follows: what comes next is the reply to what is said next.
    next_said = c.send(channel, ann, "And what is new?", mention_bot=True)
    found = await replies(running, channel, 2)
    assert found[1]["message_reference"]["message_id"] == next_said
    with closing(sqlite3.connect(running.bot.folder / "whisper.sqlite3")) as database:
        open_work = "SELECT count(*) FROM whisper_outboxentry"
        await until(lambda: database.execute(open_work).fetchone() == (0,))
        assert [name for name in tables(database) if holds(database, name, word)] == []


async def test_a_reply_that_is_being_made_is_dropped_for_what_is_posted_again(running):
    c, model = running.control, running.model
    ann = c.make_user("Ann")
    await agrees(running, ann)
    channel = c.make_channel(c.make_guild("Home", [ann]), "general")
    model.may_answer.clear()
    model.was_asked.clear()
    text = f"<@{c.info()['bot_id']}> How are you?"
    said = c.send(channel, ann, f"[{text}]")
    await asyncio.wait_for(model.was_asked.wait(), PATIENCE)
    model.answer_with(says("I am well."))
    repeated = Proxy(running, channel).posts(text)
    c.delete(said)
    (reply,) = await replies(running, channel)
    assert reply["message_reference"]["message_id"] == repeated


def tables(database):
    """Return the names of all tables."""
    rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [name for (name,) in rows]


def holds(database, table, word):
    """Return whether a table holds a word."""
    return any(word in str(row) for row in database.execute(f'SELECT * FROM "{table}"'))
