"""Tests of the real process: what follows a mention in a thread, whatever fails between the two."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

import pytest

from botrunner.tests.discord_bot.discord_process import PATIENCE, replies
from botrunner.tests.discord_bot.test_replies_process import agrees
from whisper.tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

CALL, MORE = "do you like eggs?", "I like milk."
ANSWERS = {f"You said: {CALL}", f"You said: {MORE}"}
LISTENED = "SELECT succeeded_at FROM whisper_periodicjob WHERE name = 'replies'"


async def thread_of(discord):
    """Return a thread that the bot follows once it is called into it, and two who talk there."""
    c = discord.control
    people = [c.make_user(name) for name in ("Ann", "Ben")]
    for one in people:
        await agrees(discord, one)
    guild = c.make_guild("Home", people, owner=people[0])
    channel = c.make_channel(guild, "general")
    # Commands are registered beside the first messages.
    await until(c.commands)
    talk = c.slash(channel, people[0], "server talk", {"answers": "threads"})
    await c.wait_interaction(talk, timeout=PATIENCE)
    return c.make_thread(channel, "eggs", people[0]), *people


def path_of(running):
    return running.bot.folder / "whisper.sqlite3"


@contextmanager
def locked(running):
    """Let nothing be written to the database."""
    with closing(sqlite3.connect(path_of(running), timeout=60, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        yield
        database.execute("ROLLBACK")


async def waits(running, *messages):
    """Wait until files of the intake hold messages."""

    def held():
        files = (running.bot.folder / "intake").glob("*.spool")
        lines = "".join(path.read_text() for path in files)
        return all(f'"{one}"' in lines for one in messages)

    await until(held)


async def both_are_answered(discord, thread):
    """Wait until each message has its reply, and no other."""
    found = [one["content"] for one in await replies(discord, thread, 2)]
    assert sorted(found) == sorted(ANSWERS)


async def test_what_follows_a_mention_that_is_not_stored_yet_is_answered(running):
    c = running.control
    thread, ann, ben = await thread_of(running)
    with locked(running):
        # The two after it are handled together.
        await waits(running, c.dm(ben, "Hi!"))
        await waits(running, c.send(thread, ann, CALL, mention_bot=True))
        await waits(running, c.send(thread, ben, MORE))
    await both_are_answered(running, thread)


async def test_what_follows_a_mention_that_is_not_stored_yet_outlives_the_process(running):
    c = running.control
    thread, ann, ben = await thread_of(running)
    with locked(running):
        await waits(running, c.send(thread, ann, CALL, mention_bot=True))
        await waits(running, c.send(thread, ben, MORE))
        await running.bot.kill()
    await running.bot.start()
    await both_are_answered(running, thread)


@pytest.mark.parametrize("called_before", [False, pytest.param(True, marks=pytest.mark.long)])
async def test_what_was_said_in_a_thread_while_it_was_down_is_answered(running, called_before):
    c = running.control
    thread, ann, ben = await thread_of(running)
    if called_before:
        c.send(thread, ann, CALL, mention_bot=True)
        await replies(running, thread)
        await until(lambda: has_listened(running))
    await running.bot.kill()
    if not called_before:
        c.send(thread, ben, "This was said before.")
        c.send(thread, ann, CALL, mention_bot=True)
    c.send(thread, ben, MORE)
    await running.bot.start()
    await both_are_answered(running, thread)


def has_listened(running):
    """Return whether the database tells when the bot last listened."""
    with closing(sqlite3.connect(path_of(running))) as database:
        row = database.execute(LISTENED).fetchone()
    return row is not None and row[0] is not None


@pytest.mark.long
async def test_what_is_said_while_it_looks_for_the_mention_that_it_missed_is_answered(running):
    c = running.control
    thread, ann, ben = await thread_of(running)
    await running.bot.kill()
    c.send(thread, ann, CALL, mention_bot=True)
    place = running.discord.world.channels[int(thread)]
    said: list[str] = []

    class Lacking(type(place)):  # type: ignore[misc]
        """A channel in which somebody speaks once its history was read."""

        __slots__ = ()

        def history(self):
            found = super().history()
            if not said:
                said.append(c.send(thread, ben, MORE))
            return found

    place.__class__ = Lacking
    await running.bot.start()
    await both_are_answered(running, thread)
