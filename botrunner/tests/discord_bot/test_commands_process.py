"""Tests of commands with the real process: what people and a server's admins read."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager

import psycopg
import pytest

from botrunner.tests.discord_bot.discord_process import (
    PATIENCE,
    loopback_discord,
    made,
    replies,
)
from whisper.tests.database.postgres_server import PostgresServer
from whisper.tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


class Person:
    """Somebody in a channel who uses commands."""

    def __init__(self, control, person, channel) -> None:
        self.id, self.channel = person, channel
        self._control = control

    async def reads(self, call):
        """Return what the answer to an interaction says."""
        done = await self._control.wait_interaction(call, timeout=PATIENCE)
        answers = [one for one in (done["original"], *done["followups"]) if one]
        assert all(one["ephemeral"] for one in answers)
        return "\n".join(one["content"] for one in answers)

    async def uses(self, name, **options):
        """Use a command and return what its answer says."""
        return await self.reads(self._control.slash(self.channel, self.id, name, options))


async def test_the_commands_of_people_and_of_admins(running):
    c = running.control
    running.model.text = "I see."
    await until(c.commands)
    ann, ben = c.make_user("Ann"), c.make_user("Ben")
    guild = c.make_guild("Home", [ann, ben], owner=ann)
    channel = c.make_channel(guild, "general")
    admin, member = Person(c, ann, channel), Person(c, ben, channel)
    direct = Person(c, ann, c.open_dm(ann))

    assert "0 of 2 replies" in await admin.uses("server limits", replies=2)
    assert "after 30 days" in await admin.uses("server retention", days=30)
    assert "I won't answer" in await admin.uses("server block add", member=ben)
    assert f"<@{ben}>" in await admin.uses("server block list")
    assert "I answer" in await admin.uses("server block remove", member=ben)
    for name in ("server limits", "server retention", "server block list"):
        for person in (member, direct):
            with pytest.raises(ValueError, match="not offered"):
                await person.uses(name)

    assert "We begin afresh here" in await member.uses("clear")
    assert "nobody else that I can be" in await member.uses("persona list")
    assert "don't know that persona" in await direct.uses("persona choose", persona="_" * 90)
    assert "no moods of yours" in await direct.uses("mood")
    assert "ms away" in await direct.uses("ping")
    assert "don't remember what you tell me" in await direct.uses("followups on")

    said = c.send(channel, ann, "The ferry leaves at nine")
    asking = c.context_menu(channel, ben, "Ask about this", said, kind=3)
    await c.wait_interaction(asking, timeout=PATIENCE)
    typed = c.submit_modal(asking, {"question": "When does it leave?"})
    assert "I see." in await member.reads(typed)


async def all_acknowledged(discord, lock):
    """Use a command, a suggestion, a menu, a form and a button of a bot whose database is locked.

    Discord gives up on each of them after three seconds.

    Args:
        lock: a context manager, during which nobody else may write.
    """
    control = discord.control
    await until(control.commands)
    ann = control.make_user("Ann")
    channel = control.open_dm(ann)
    control.send(channel, ann, "Hello!")
    (asked,) = await replies(discord, channel)
    form = control.context_menu(channel, ann, "Ask about this", asked["id"], kind=3)
    await control.wait_interaction(form, timeout=PATIENCE)
    with lock:
        used = [
            control.slash(channel, ann, "memory show"),
            control.slash(channel, ann, "profile show"),
            control.slash(channel, ann, "followups on"),
            control.autocomplete(channel, ann, "memory forget", {"memory": "tea"}, "memory"),
            control.context_menu(channel, ann, "Remember this", asked["id"], kind=3),
            control.submit_modal(form, {"question": "What is it?"}),
            control.click(asked["id"], ann, label="Yes"),
        ]
        await until(lambda: all(control.interaction(one)["answer"] is not None for one in used))
    for one in used:
        await control.wait_interaction(one, timeout=PATIENCE)


@contextmanager
def sqlite_locked(file):
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        yield
        database.execute("ROLLBACK")


@contextmanager
def postgresql_locked(server):
    names = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    tables = ", ".join(f'"{name}"' for (name,) in names)
    with psycopg.connect(server.url) as connection:
        connection.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE".encode())
        yield


# Three seconds of the wall clock decide: a machine that runs all tests may need longer for itself.
@pytest.mark.long
async def test_each_interaction_is_acknowledged_while_sqlite_is_locked(running):
    await all_acknowledged(running.discord, sqlite_locked(running.bot.folder / "whisper.sqlite3"))


@pytest.mark.long
@pytest.mark.parametrize("session", ["kept", "lost"])
async def test_what_is_said_while_an_erasure_waits_is_answered(running, session):
    control, model = running.control, running.model
    ann = control.make_user("Ann")
    channel = control.open_dm(ann)
    control.send(channel, ann, "Hello!")
    await replies(running.discord, channel)
    asked = await control.wait_interaction(control.slash(channel, ann, "forgetme"))
    model.text = "I'm still here."
    with sqlite_locked(running.bot.folder / "whisper.sqlite3"):
        call = control.click(asked["original"]["id"], ann, label="Erase everything")
        await until(lambda: control.interaction(call)["answer"] is not None)
        if session == "lost":
            # Nothing tells the bot of it but Discord's history.
            control.drop(forget_session=True)
        control.send(channel, ann, "Are you there?")
    done = await control.wait_interaction(call, timeout=PATIENCE)
    await until(lambda: "Erased: " in str(control.interaction(call)))
    assert done["answer"] is not None
    await until(lambda: model.text in [one["content"] for one in control.messages(channel, "bot")])


@pytest.mark.long
async def test_each_interaction_is_acknowledged_while_postgresqls_tables_are_locked(tmp_path):
    folders = tmp_path / "data", tmp_path / "template"
    with PostgresServer() as server:
        async with (
            loopback_discord().DiscordServer(limited=False) as discord,
            made(discord, *folders, DATABASE_URL=server.url) as bot,
        ):
            await bot.start()
            await discord.control.wait_connected(timeout=PATIENCE)
            await all_acknowledged(discord, postgresql_locked(server))
