"""Tests of the buttons under replies, with the real bot in a simulated Discord."""

from __future__ import annotations

import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
import pytest_asyncio

from botrunner.discord_bot.views.reply_buttons import (
    DELETED,
    NOT_KEPT,
    NOTHING_USED,
    THANKS,
    ReplyButton,
)
from botrunner.servers.actions import set_silence
from memories.models import Memory, Message, ReplyTrace
from profiles.actions import decide_consent
from whisper.action_log import COMPANION
from whisper.database.access import in_database
from whisper.environment import environment

pytestmark = pytest.mark.heavy


@pytest_asyncio.fixture
async def channel(discord_world, monkeypatch):
    """Return a channel with Ann and Ben in it, who agreed, where a language model replies."""
    monkeypatch.setattr(
        "botrunner.discord_bot.views.reply_buttons.endpoint", lambda task: SimpleNamespace()
    )
    env = discord_world
    guild = env.create_guild()
    env.ann = guild.add_member(env.create_user("Ann"))
    env.ben = guild.add_member(env.create_user("Ben"))
    for person in (env.ann, env.ben):
        await in_database(decide_consent, person.id, granted=True, source="discord")
    return guild.create_text_channel("general")


def replies(env, channel):
    """Return what the bot said in a channel, oldest first."""
    return [one for one in channel.history() if one.author.id == env.bot.user.id]


async def asked(env, channel, text):
    """Let Ann ask the bot, and return its reply."""
    await env.ann.send(channel, f"<@{env.bot.user.id}> {text}")
    return channel.last_message


def labels(message):
    """Return what the buttons under a message say."""
    return [child.label for row in message.components for child in row.children]


async def test_a_reply_has_buttons(discord_world, channel):
    reply = await asked(discord_world, channel, "hello")
    assert labels(reply) == ["Again", "Shorter", "Continue", "👍", "👎", "🗑️"]


async def test_without_a_language_model_nothing_is_written_again(
    discord_world, channel, monkeypatch
):
    monkeypatch.setattr("botrunner.discord_bot.views.reply_buttons.endpoint", lambda task: None)
    reply = await asked(discord_world, channel, "hello")
    assert labels(reply) == ["👍", "👎", "🗑️"]


async def test_of_an_apology_nothing_is_shortened_or_continued(discord_world, channel, model):
    model.says = " "
    reply = await asked(discord_world, channel, "hello")
    assert labels(reply) == ["Again", "🗑️"]


async def test_a_setting_leaves_them_out(discord_world, channel, monkeypatch):
    monkeypatch.setattr(environment, "reply_buttons", False)
    assert labels(await asked(discord_world, channel, "hello")) == []


@pytest.mark.parametrize(
    ("label", "expected", "wanted"),
    [
        ("Again", "Good morning.", "another reply: "),
        ("Shorter", "Good morning.", "far fewer words: "),
        ("Continue", "Hi there.\n\nGood morning.", "repeat none of it: "),
    ],
)
async def test_a_reply_is_written_again_in_its_place(
    discord_world, channel, model, label, expected, wanted
):
    env = discord_world
    model.says = "Hi there."
    reply = await asked(env, channel, "hello")
    model.says = "Good morning."
    await env.ann.click(reply, label=label)
    (again,) = replies(env, channel)
    assert (again.id, again.content) == (reply.id, expected)
    assert labels(again) == labels(reply)
    asked_last = model.asked[-1]
    assert asked_last.text == "hello"
    assert f'{wanted}"Hi there."' in asked_last.messages[-1]["content"]
    assert [one.text for one in asked_last.history] == []
    stored = await Message.objects.aget(from_companion=True)
    assert stored.text == expected
    assert await ReplyTrace.objects.acount() == 1


async def test_what_is_said_next_knows_the_new_reply_alone(discord_world, channel, model):
    env = discord_world
    model.says = "Hi there."
    reply = await asked(env, channel, "hello")
    model.says = "Good morning."
    await env.ann.click(reply, label="Again")
    await asked(env, channel, "and you?")
    assert [one.text for one in model.asked[-1].history] == ["hello", "Good morning."]


async def test_a_later_message_does_not_come_into_a_reply_that_is_written_again(
    discord_world, channel, model
):
    env = discord_world
    reply = await asked(env, channel, "hello")
    await asked(env, channel, "something else")
    await env.ann.click(reply, label="Again")
    assert model.asked[-1].text == "hello"
    assert model.asked[-1].history == []
    assert len(replies(env, channel)) == 2


async def test_what_follows_from_a_message_follows_once(discord_world, channel, model):
    env = discord_world
    reply = await asked(env, channel, "My cat is called Miso.")
    before = await Memory.objects.acount()
    await env.ann.click(reply, label="Again")
    assert await Memory.objects.acount() == before


async def test_if_the_model_fails_the_reply_before_stays(discord_world, channel, model):
    env = discord_world
    model.says = "Hi there."
    reply = await asked(env, channel, "hello")
    model.says = " "
    await env.ann.click(reply, label="Again")
    (again,) = replies(env, channel)
    assert again.content.startswith("Hi there.\n\nI'm sorry")


async def test_a_reply_of_long_ago_is_not_written_again(discord_world, channel, model, monkeypatch):
    env = discord_world
    reply = await asked(env, channel, "hello")
    talk = sys.modules["botrunner.discord_bot.cogs.talk"]
    monkeypatch.setattr(talk, "reply_limit", lambda: timedelta(hours=-1))
    result = await env.ann.click(reply, label="Again")
    assert result.followups[-1].content.startswith("That was too long ago.")
    assert len(model.asked) == 1


async def test_where_it_is_to_be_silent_nothing_is_written_again(discord_world, channel, model):
    env = discord_world
    reply = await asked(env, channel, "hello")
    at = reply.created_at
    await in_database(set_silence, channel.id, env.guild.id, silent=True, at=at, actor=COMPANION)
    await env.bot.talk_settings.read()
    result = await env.ann.click(reply, label="Again")
    assert result.followups[-1].content.startswith("The people who manage this server")
    assert len(model.asked) == 1


async def test_what_was_thought_of_the_reply_before_does_not_count_for_the_new_one(
    discord_world, channel
):
    env = discord_world
    reply, _ = await used_memory(env, channel)
    await env.ann.click(reply, label="👍")
    await env.ann.click(reply, label="Again")
    assert (await ReplyTrace.objects.aget()).rating is None


async def test_only_whom_it_answers_can_press_them(discord_world, channel, model):
    env = discord_world
    reply = await asked(env, channel, "hello")
    for label in labels(reply):
        result = await env.ben.click(reply, label=label)
        assert result.response.content == ReplyButton.not_theirs
    assert len(model.asked) == 1
    assert len(replies(env, channel)) == 1


async def used_memory(env, channel):
    """Let a reply use a memory of Ann's; return the reply and the memory."""
    await env.ann.slash(channel, "fact add", fact="My cat is called Miso.")
    reply = await asked(env, channel, "what is my cat called?")
    return reply, await Memory.objects.aget(kind="user_fact")


@pytest.mark.parametrize(("label", "change", "good"), [("👍", 0.1, True), ("👎", -0.1, False)])
async def test_a_rating_weighs_the_memories_that_were_used(
    discord_world, channel, label, change, good
):
    env = discord_world
    reply, before = await used_memory(env, channel)
    for _ in range(2):
        result = await env.ann.click(reply, label=label)
        assert result.followups[-1].content == THANKS[good]
    after = await Memory.objects.aget(pk=before.pk)
    assert after.importance == pytest.approx(before.importance + change)
    assert (await ReplyTrace.objects.aget()).rating == (1 if good else -1)


async def test_a_second_thought_takes_the_first_one_back(discord_world, channel):
    env = discord_world
    reply, before = await used_memory(env, channel)
    await env.ann.click(reply, label="👍")
    await env.ann.click(reply, label="👎")
    after = await Memory.objects.aget(pk=before.pk)
    assert after.importance == pytest.approx(before.importance - 0.1)


async def test_a_reply_without_memories_has_nothing_to_weigh(discord_world, channel):
    env = discord_world
    reply = await asked(env, channel, "hello")
    result = await env.ann.click(reply, label="👍")
    assert result.followups[-1].content == NOTHING_USED


async def test_of_who_declined_nothing_is_kept_that_could_be_rated(discord_world, channel):
    env = discord_world
    await in_database(decide_consent, env.ann.id, granted=False, source="discord")
    reply = await asked(env, channel, "hello")
    result = await env.ann.click(reply, label="👍")
    assert result.followups[-1].content == NOT_KEPT


async def test_a_reply_is_deleted_in_discord_and_here(discord_world, channel, model):
    env = discord_world
    model.says = "This is a sentence. " * 150
    reply = await asked(env, channel, "hello")
    assert len(replies(env, channel)) == 2
    result = await env.ann.click(reply, label="🗑️")
    assert result.followups[-1].content == DELETED
    assert replies(env, channel) == []
    texts = Message.objects.filter(from_companion=True).values_list("text", flat=True)
    assert [text async for text in texts] == ["", ""]


async def test_the_answer_to_the_question_for_consent_leaves_the_other_buttons(
    discord_world, channel
):
    env = discord_world
    cleo = env.guild.add_member(env.create_user("Cleo"))
    await cleo.send(channel, f"<@{env.bot.user.id}> hello")
    reply = channel.last_message
    assert labels(reply)[:2] == ["Yes", "No"]
    await cleo.click(reply, label="Yes")
    assert labels(channel.last_message) == ["Again", "Shorter", "Continue", "👍", "👎", "🗑️"]
    await cleo.click(channel.last_message, label="Again")
    assert len(replies(env, channel)) == 1
