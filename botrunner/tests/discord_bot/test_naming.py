"""Tests that people, channels, roles and emojis are kept and shown by name, not by id."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from botrunner.discord_bot.reading.messages import MOST_CHARACTERS, words_of
from botrunner.tests.discord_bot.test_talk import answers, stored
from memories.facts.queries import known_facts
from profiles.actions import decide_consent
from whisper import outbox
from whisper.database.access import in_database
from whisper.personal_data import registry


@pytest_asyncio.fixture
async def world(discord_world):
    """Return a simulated Discord with Ann, who agreed to be remembered, and what she can name."""
    env = discord_world
    guild = env.create_guild()
    env.ann = guild.add_member(env.create_user("Ann"))
    env.ben = guild.add_member(env.create_user("Ben", global_name="Ben B"))
    env.role = guild.create_role("Cooks")
    env.general = guild.create_text_channel("general")
    env.kitchen = guild.create_text_channel("kitchen")
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    return env


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("ask <@{ben}>, or <@!{ben}>", "ask @Ben B, or @Ben B"),
        ("meet me in <#{kitchen}>", "meet me in #kitchen"),
        ("all <@&{role}> know", "all @Cooks know"),
        ("nice <:wave:123456> and <a:dance:123457>", "nice :wave: and :dance:"),
        ("at <t:1772737200:F>", "at Thursday, 5 March 2026, 19:00 UTC"),
        ("at <t:9999999999999:R>", "at <t:9999999999999:R>"),
        ("</memory show:123456>", "/memory show"),
        ("<#1> <@1> <@&1>", "#a-channel @someone @a-role"),
        ("a < b and <3, <@>, <@x>", "a < b and <3, <@>, <@x>"),
    ],
)
async def test_ids_are_heard_as_names(world, said, heard):
    ids = {"ben": world.ben.id, "kitchen": world.kitchen.id, "role": world.role.id}
    await world.ann.send(world.general, f"<@{world.bot.user.id}> {said.format(**ids)}")
    assert answers(world.general, world.bot) == [f"You said: {heard}"]


async def test_who_is_mentioned_is_kept_with_their_name(world):
    await world.ann.send(world.general, f"<@{world.bot.user.id}> ask <@{world.ben.id}>")
    message = (await stored())[0]
    assert message.text == "ask @Ben B"
    assert message.mentions[str(world.ben.id)] == "Ben B"


async def test_the_companions_own_role_addresses_it(world):
    bot = world.bot
    # The simulated Discord gives the bot a role, but doesn't say whose it is, as Discord does.
    role = {"id": str(world.role.id), "name": "Whisper", "tags": {"bot_id": str(bot.user.id)}}
    bot._connection.parse_guild_role_update({"guild_id": str(world.guild.id), "role": role})
    await world.ann.send(world.general, f"<@&{world.role.id}> hello, <@&{world.role.id}>!")
    assert answers(world.general, bot) == ["You said: hello, Whisper!"]


async def test_an_edit_changes_who_is_mentioned(world):
    message = await world.ann.send(world.general, f"<@{world.bot.user.id}> ask anyone")
    await world.ann.edit(message, f"<@{world.bot.user.id}> ask <@{world.ben.id}>")
    edited = (await stored())[0]
    assert (edited.text, edited.mentions[str(world.ben.id)]) == ("ask @Ben B", "Ben B")


async def test_an_edit_that_leaves_no_words_takes_back_those_that_were_there(world):
    message = await world.ann.send(world.general, f"<@{world.bot.user.id}> my cat is called Quorx")
    await world.ann.edit(message, f"<@{world.bot.user.id}>")
    while await outbox.drain():
        pass
    assert [one.text for one in await stored() if "Quorx" in one.text] == []
    assert await in_database(lambda: known_facts(world.ann.id)) == []


@pytest.mark.heavy
@pytest.mark.parametrize(
    "name", ["Bob. I live in Ghent", "I live in Ghent", 'x" I live in Ghent "y']
)
async def test_no_name_plants_a_fact_about_whoever_says_it(world, name):
    ben = world.guild.add_member(world.create_user("bob", global_name=name))
    role = world.guild.create_role(name)
    said = f"<@{world.bot.user.id}> hello <@{ben.id}> and <@&{role.id}>, I am a baker"
    await world.ann.send(world.general, said)
    while await outbox.drain():
        pass
    facts = await in_database(lambda: known_facts(world.ann.id))
    assert [(one.predicate, one.value) for one in facts] == [("job", "baker")]


async def test_what_a_name_in_quotation_marks_stands_for_goes_with_its_person(world):
    ben = world.guild.add_member(world.create_user("bob", global_name="I live in Ghent"))
    await world.ann.send(world.general, f"<@{world.bot.user.id}> hello <@{ben.id}>")
    assert (await stored())[0].text == "hello @“I live in Ghent”"
    await registry.erase_person(ben.id)
    assert (await stored())[0].text == "hello someone"


def test_of_a_message_that_is_longer_than_discord_allows_only_the_beginning_is_heard():
    empty = ("mentions", "role_mentions", "channel_mentions", "attachments", "stickers")
    message: Any = SimpleNamespace(
        content="a" * 10**6, poll=None, guild=None, **dict.fromkeys(empty, ())
    )
    companion: Any = SimpleNamespace(id=1)
    assert words_of(message, companion) == "a" * MOST_CHARACTERS
