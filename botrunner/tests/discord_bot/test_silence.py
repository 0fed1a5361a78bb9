"""Tests of where the companion keeps silent, with the real bot in a simulated Discord."""

from __future__ import annotations

import discord
import pytest
import pytest_asyncio

from botrunner.discord_bot.servers.block_commands import BLOCKED_HERE
from botrunner.discord_bot.servers.silence_signs import PAUSED, SILENT_HERE, STILL
from botrunner.tests.discord_bot.test_talk import answers
from memories.models import Message
from profiles.actions import decide_consent
from whisper.database.access import in_database

pytestmark = pytest.mark.heavy


@pytest_asyncio.fixture
async def world(discord_world):
    """Return a simulated Discord with Ann, who agreed, and Cleo, who manages the server."""
    env = discord_world
    guild = env.create_guild()
    role = guild.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    env.ann = guild.add_member(env.create_user("Ann"))
    env.cleo = guild.add_member(env.create_user("Cleo"), roles=[role])
    env.general, env.quiet = (guild.create_text_channel(one) for one in ("general", "quiet"))
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    return env


async def ask(env, channel) -> int:
    """Let Ann say something there, and return how many replies stand there."""
    await env.ann.send(channel, f"<@{env.bot.user.id}> hello, how are you?")
    return len(answers(channel, env.bot))


async def test_where_it_is_to_be_silent_it_neither_replies_nor_keeps_anything(world):
    env = world
    done = await env.cleo.slash(env.quiet, "server channel", talk=False)
    assert done.response.content == f"I won't reply in <#{env.quiet.id}> any more."
    assert await ask(env, env.quiet) == 0
    assert not await Message.objects.filter(channel_id=env.quiet.id).aexists()
    assert await ask(env, env.general) == 1
    shown = (await env.cleo.slash(env.general, "server show")).response.content
    assert f"I don't reply in <#{env.quiet.id}>." in shown
    await env.cleo.slash(env.general, "server channel", talk=True, channel=env.quiet)
    assert await ask(env, env.quiet) == 1


async def test_a_pause_silences_it_everywhere_on_the_server_but_not_elsewhere(world):
    env = world
    await env.cleo.slash(env.general, "server pause", paused=True)
    assert await ask(env, env.general) == 0
    assert "I'm paused" in (await env.cleo.slash(env.general, "server show")).response.content
    await env.ann.send_dm("hello")
    assert len(answers(env.ann.user.dm_channel, env.bot)) == 1
    await env.cleo.slash(env.general, "server pause", paused=False)
    assert await ask(env, env.general) == 1


async def test_what_was_said_during_a_pause_stays_unanswered(world):
    env = world
    await env.cleo.slash(env.general, "server pause", paused=True)
    await ask(env, env.general)
    await env.cleo.slash(env.general, "server pause", paused=False)
    env.bot.dispatch("ready")
    await env.settle()
    assert answers(env.general, env.bot) == []


async def test_only_people_who_manage_the_server_are_offered_it(world):
    env = world
    offered = env.ann.available_commands(env.general)
    assert not [one for one in offered if one.startswith("server")]


async def status(env, channel) -> str:
    return str((await env.ann.slash(channel, "status")).response.content)


async def test_a_member_can_see_why_it_says_nothing(world):
    env = world
    assert STILL not in await status(env, env.general)
    await env.cleo.slash(env.quiet, "server channel", talk=False)
    assert f"{SILENT_HERE} {STILL}" in await status(env, env.quiet)
    assert STILL not in await status(env, env.general)
    await env.cleo.slash(env.general, "server pause", paused=True)
    assert f"{PAUSED} {STILL}" in await status(env, env.general)
    await env.cleo.slash(env.general, "server pause", paused=False)
    await env.cleo.slash(env.general, "server block add", member=env.ann.user)
    assert f"{BLOCKED_HERE} {STILL}" in await status(env, env.general)
    assert STILL not in (await env.ann.user.slash("status")).response.content


def signs(channel) -> list[str]:
    return [f"{one}" for message in channel.history() for one in message.reactions]


async def test_a_question_in_vain_is_marked_once_a_minute(world):
    env = world
    await env.cleo.slash(env.general, "server pause", paused=True)
    await env.ann.send(env.general, "nothing for it")
    assert signs(env.general) == []
    await ask(env, env.general)
    await ask(env, env.general)
    assert len(signs(env.general)) == 1


async def test_a_blocked_member_gets_no_mark(world):
    env = world
    await env.cleo.slash(env.general, "server pause", paused=True)
    await env.cleo.slash(env.general, "server block add", member=env.ann.user)
    await ask(env, env.general)
    assert signs(env.general) == []
