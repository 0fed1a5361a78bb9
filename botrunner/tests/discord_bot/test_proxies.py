"""Tests of messages that PluralKit and the like post again, with the real bot."""

from __future__ import annotations

import discord
import pytest
import pytest_asyncio

from botrunner.tests.discord_bot.test_talk import answers
from memories.models import Memory, Message
from profiles.actions import decide_consent
from profiles.models import Consent, Profile
from whisper import outbox
from whisper.database.access import in_database
from whisper.environment import environment

pytestmark = pytest.mark.heavy

WORDS = "I live in Ghent, and you?"


@pytest_asyncio.fixture
async def world(discord_world, model):
    """Return a simulated Discord with Ann, who agreed, a webhook, and Eve, who manages it."""
    env = discord_world
    env.home = env.create_guild()
    role = env.home.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    env.ann = env.home.add_member(env.create_user("Ann"))
    env.eve = env.home.add_member(env.create_user("Eve"), roles=[role])
    env.general = env.home.create_text_channel("general")
    env.hook = env.home.create_webhook(env.general, "PluralKit")
    env.model = model
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    return env


async def proxied(env, text: str) -> None:
    """Let Ann write something that is posted again under another name at once, and deleted."""
    said = env.backend.create_message(env.general.id, env.ann.id, f"[{text}]")
    await env.hook.send(text, username="Lumen")
    env.backend.delete_message(env.general.id, said.id)
    await env.settle()


async def test_what_is_posted_again_gets_the_reply_and_is_remembered_for_nobody(world):
    await proxied(world, f"<@{world.bot.user.id}> {WORDS}")
    (reply,) = answers(world.general, world.bot)
    assert reply == f"You said: {WORDS}"
    assert world.model.asked[-1].person.name == "Lumen"
    while await outbox.drain():
        pass
    assert not await Memory.objects.aexists()
    assert not await Message.objects.exclude(text="").aexists()
    assert not await Profile.objects.exclude(person_id=world.ann.id).aexists()


@pytest.mark.parametrize("mode", ["ask", "notice"])
async def test_a_webhook_is_neither_asked_nor_told_that_it_is_remembered(world, monkeypatch, mode):
    monkeypatch.setattr(environment, "consent_mode", mode)
    await proxied(world, f"<@{world.bot.user.id}> {WORDS}")
    assert answers(world.general, world.bot) == [f"You said: {WORDS}"]
    assert not world.general.last_message.components
    assert not await Consent.objects.exclude(person_id=world.ann.id).aexists()


async def test_a_webhook_that_repeats_nobody_gets_no_reply(world):
    mention = f"<@{world.bot.user.id}>"
    await world.hook.send(f"{mention} {WORDS}", username="News")
    await world.ann.send(world.general, f"{mention} hello")
    await world.hook.send(f"{mention} {WORDS}", username="News")
    assert answers(world.general, world.bot) == ["You said: hello"]


async def test_who_is_blocked_gets_no_reply_under_another_name(world):
    await world.eve.slash(world.general, "server block add", member=world.ann.user)
    await proxied(world, f"<@{world.bot.user.id}> {WORDS}")
    assert answers(world.general, world.bot) == []
