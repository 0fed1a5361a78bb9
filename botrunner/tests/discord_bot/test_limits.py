"""Tests of limits, blocks and retention, with the real bot in a simulated Discord."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import discord
import pytest
import pytest_asyncio
from django.utils import timezone

from botrunner.discord_bot.servers import limits
from botrunner.models import Block, ServerDay
from botrunner.servers.actions import begin_reply, delete_lifted_blocks
from botrunner.servers.jobs import erase_old_said
from botrunner.servers.queries import today
from botrunner.tests.discord_bot.test_talk import answers
from memories.models import Memory, Message
from profiles.actions import decide_consent
from whisper import outbox
from whisper.database.access import in_database
from whisper.personal_data import registry

pytestmark = pytest.mark.heavy


@pytest_asyncio.fixture
async def world(discord_world):
    """Return a simulated Discord with Ann and Ben, who agreed, and Eve, who manages the server."""
    env = discord_world
    env.home = env.create_guild()
    role = env.home.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    env.ann, env.ben = (env.home.add_member(env.create_user(name)) for name in ("Ann", "Ben"))
    env.eve = env.home.add_member(env.create_user("Eve"), roles=[role])
    env.general = env.home.create_text_channel("general")
    for person in (env.ann, env.ben):
        await in_database(decide_consent, person.id, granted=True, source="discord")
    return env


async def asks(env, person, text="hello, how are you?") -> list[str]:
    """Let a person say something to the companion, and return what it says then."""
    before = len(answers(env.general, env.bot))
    await person.send(env.general, f"<@{env.bot.user.id}> {text}")
    found: list[str] = answers(env.general, env.bot)
    return found[before:]


async def set_by(env, command, **options) -> str:
    """Let Eve use a command, and return its response."""
    return str((await env.eve.slash(env.general, command, **options)).response.content)


async def test_a_limit_of_replies_is_kept_to_and_said_once_to_each(world):
    told = await set_by(world, "server limits", replies=2)
    assert told.startswith("Used on this server today: 0 of 2 replies and 0 tokens")
    said = [await asks(world, world.ann) for _ in range(4)]
    assert [len(one) for one in said] == [1, 1, 1, 0]
    assert said[2][0].startswith("The people who manage this server limit how much I reply")
    (to_ben,) = await asks(world, world.ben)
    assert to_ben.startswith("The people who manage this server")
    assert "2 of 2 replies" in await set_by(world, "server limits")
    # Nothing is owed to anybody when the day is over.
    assert not await Message.objects.filter(reply_state__in=["pending", "sending"]).aexists()
    await world.ann.send_dm("hello")
    assert len(answers(world.ann.user.dm_channel, world.bot)) == 1


async def test_a_new_day_and_a_lifted_limit_let_it_reply_again(world, monkeypatch):
    await set_by(world, "server limits", replies=1)
    await asks(world, world.ann)
    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr(limits, "today", lambda: tomorrow)
    assert [len(await asks(world, world.ann)) for _ in range(3)] == [1, 1, 0]
    await set_by(world, "server limits", replies=0)
    (reply,) = await asks(world, world.ann)
    assert not reply.startswith("The people who manage")


async def test_a_limit_of_tokens_ends_with_the_reply_that_reaches_it(world):
    await set_by(world, "server limits", tokens=1)
    await asks(world, world.ann)
    day = await ServerDay.objects.aget()
    assert (day.replies, day.tokens > 1) == (1, True)
    (reply,) = await asks(world, world.ann)
    assert reply.startswith("The people who manage this server")


async def test_many_who_ask_at_once_do_not_get_past_a_limit(world):
    await set_by(world, "server limits", replies=3)
    day = today()
    asked = (in_database(begin_reply, world.home.id, day) for _ in range(8))
    assert sum(await asyncio.gather(*asked)) == 3


async def test_a_blocked_member_is_neither_answered_nor_read(world, model):
    told = await set_by(world, "server block add", member=world.ann.user)
    assert told.startswith(f"I won't answer <@{world.ann.id}>")
    assert "blocked already" in await set_by(world, "server block add", member=world.ann.user)
    assert await asks(world, world.ann, "I hide the cake under the stairs") == []
    assert not await Message.objects.aexists()
    assert len(await asks(world, world.ben)) == 1
    assert "cake" not in str(model.asked[-1].messages)
    assert f"<@{world.ann.id}>" in await set_by(world, "server block list")
    privacy = await world.ann.slash(world.general, "privacy")
    assert "don't want me to answer you here" in privacy.response.content
    await world.ann.send_dm("hello")
    assert len(answers(world.ann.user.dm_channel, world.bot)) == 1


async def test_a_block_that_is_lifted_leaves_unanswered_what_was_said_before(world):
    await set_by(world, "server block add", member=world.ann.user)
    await asks(world, world.ann)
    told = await set_by(world, "server block remove", member=world.ann.user)
    assert told == f"I answer <@{world.ann.id}> here again."
    assert "isn't blocked" in await set_by(world, "server block remove", member=world.ann.user)
    assert await set_by(world, "server block list") == "Nobody is blocked on this server."
    world.bot.dispatch("ready")
    await world.settle()
    assert answers(world.general, world.bot) == []
    assert len(await asks(world, world.ann)) == 1
    lifted = (await Block.objects.aget()).lifted_at
    assert lifted is not None
    assert await in_database(delete_lifted_blocks, lifted + timedelta(days=29)) == 0
    assert await in_database(delete_lifted_blocks, lifted + timedelta(days=31)) == 1


async def test_the_log_tells_of_blocks_and_limits_on_this_server_alone(world):
    await set_by(world, "server block add", member=world.ann.user)
    await set_by(world, "server limits", replies=5)
    await set_by(world, "server retention", days=30)
    kept, limit, blocked = (await set_by(world, "server log")).splitlines()
    assert kept.endswith("set days until I erase what was said: never → 30")
    assert limit.endswith("set replies a day: any number → 5")
    assert blocked.endswith(f"<@{world.eve.id}> blocked <@{world.ann.id}>")
    await Block.objects.aupdate(guild_id=7)
    assert await set_by(world, "server block list") == "Nobody is blocked on this server."


async def test_a_block_is_exported_and_stays_after_an_erasure(world):
    await set_by(world, "server block add", member=world.ann.user)
    (exported,) = (await registry.export_person(world.ann.id))["blocks"]
    assert exported["guild_id"] == str(world.home.id)
    await registry.erase_person(world.ann.id)
    assert await Block.objects.filter(person_id=world.ann.id).aexists()


async def test_what_was_said_on_a_server_is_erased_after_its_days(world):
    await world.ann.send_dm("I like figs.")
    await asks(world, world.ann, "I like plums.")
    while await outbox.drain():
        pass
    told = await set_by(world, "server retention", days=7)
    assert told.startswith("I erase what people said to me on this server after 7 days, with")
    await Message.objects.aupdate(sent_at=timezone.now() - timedelta(days=6))
    assert await erase_old_said(asyncio.Event()) == "0 messages erased"
    await Message.objects.aupdate(sent_at=timezone.now() - timedelta(days=8))
    await erase_old_said(asyncio.Event())
    assert not await Message.objects.filter(guild_id=world.home.id).aexists()
    texts = [one.text async for one in Memory.objects.all()]
    assert any("figs" in one for one in texts)
    assert not any("plums" in one for one in texts)
    told = await set_by(world, "server retention", days=0)
    assert "stays until they have it forgotten" in told


@pytest.mark.parametrize("command", ["server limits", "server retention", "server block add"])
async def test_others_are_not_offered_it(world, command):
    assert command not in world.ann.available_commands(world.general)
