"""Tests of questions about a message, with the real bot in a simulated Discord."""

from __future__ import annotations

import discord
import pytest
import pytest_asyncio

from botrunner.conversation.about_message import NO_MODEL
from botrunner.discord_bot.views import asking
from botrunner.discord_bot.views.asking import QuestionForm
from botrunner.llm.base import ModelError
from botrunner.models import ServerDay
from memories.actions import MemoryDraft, remember
from memories.models import Memory, Message, Place
from profiles.actions import decide_consent
from whisper import outbox
from whisper.database.access import in_database
from whisper.personal_data.registry import export_person


@pytest_asyncio.fixture
async def world(discord_world):
    """Return a simulated Discord with Ann, who agreed, Ben, who declined, Cleo, and a boss."""
    env = discord_world
    guild = env.create_guild()
    role = guild.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    env.ann, env.ben, env.cleo = (
        guild.add_member(env.create_user(name)) for name in ("Ann", "Ben", "Cleo")
    )
    env.eve = guild.add_member(env.create_user("Eve"), roles=[role])
    env.general = guild.create_text_channel("general")
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    await in_database(decide_consent, env.ben.id, granted=False, source="discord")
    return env


@pytest.fixture
def reader(model, monkeypatch):
    """Return the language model that answers such questions in place of a real one."""
    monkeypatch.setattr("botrunner.conversation.about_message.chat_model", lambda: model)
    return model


async def asks(env, person, message, question="What does that mean?") -> str:
    """Let a person ask about a message; return the answer."""
    form = await person.context_menu(env.general, "Ask about this", message)
    done = await person.submit_modal(form, {"question": question})
    assert done.ephemeral
    return str(done.response.content)


async def test_a_question_about_a_message_is_answered_and_nothing_of_it_is_kept(world, reader):
    draft = MemoryDraft(
        person_id=world.ann.id,
        kind=Memory.Kind.CONVERSATION,
        text="The raid is our weekly game night.",
        place=Place.PUBLIC_CHANNEL,
        channel_id=world.general.id,
        guild_id=world.ann.guild.id,
        said_at=discord.utils.utcnow(),
    )
    await in_database(remember, draft)
    await world.ann.send_dm("hello")
    while await outbox.drain():
        pass
    secret = "my api key is sk-abc123def456ghi789jkl"
    said = await world.cleo.send(world.general, f"The raid is off, {secret}.")
    held = await Message.objects.acount()
    reader.says = "They call it off."
    assert await asks(world, world.ann, said) == "They call it off."
    prompt = str(reader.asked[-1].messages)
    assert "The raid is off" in prompt
    assert "sk-abc123" not in prompt
    assert "weekly game night" in prompt
    assert await Message.objects.acount() == held
    assert "call it off" not in str(await export_person(world.ann.id))
    # The direct message counts for no server.
    day = await ServerDay.objects.aget()
    assert (day.replies, day.tokens > 0) == (1, True)


async def test_a_form_of_an_earlier_process_is_answered(world, reader, monkeypatch):
    said = await world.cleo.send(world.general, "The raid is off.")
    form = await world.ann.context_menu(world.general, "Ask about this", said)
    world.bot._connection._view_store._modals.clear()
    done = await world.ann.submit_modal(form, {"question": "Why?"})
    assert done.response.content == "You said: Why?"


async def test_words_of_people_who_declined_are_read_for_nobody_but_themselves(world, reader):
    said = await world.ben.send(world.general, "The raid is off.")
    assert await asks(world, world.ann, said) == asking.DECLINED
    assert reader.asked == []
    assert (await asks(world, world.ben, said)).startswith("You said:")


async def test_a_message_that_is_gone_by_then_is_not_asked_about(world, reader):
    said = await world.cleo.send(world.general, "The raid is off.")
    form = await world.ann.context_menu(world.general, "Ask about this", said)
    await world.cleo.delete(said)
    done = await world.ann.submit_modal(form, {"question": "Why?"})
    assert done.response.content == asking.GONE


async def test_where_it_is_silent_it_answers_no_question(world, reader):
    said = await world.cleo.send(world.general, "The raid is off.")
    await world.eve.slash(world.general, "server pause", paused=True)
    assert await asks(world, world.ann, said) == asking.SILENT
    await world.eve.slash(world.general, "server pause", paused=False)
    await world.eve.slash(world.general, "server limits", replies=1)
    assert (await asks(world, world.ann, said)).startswith("You said:")
    assert (await asks(world, world.ann, said)).startswith("The people who manage this server")


async def test_a_failing_model_gets_an_apology(world, reader):
    said = await world.cleo.send(world.general, "The raid is off.")
    reader.fails = ModelError("away")
    assert (await asks(world, world.ann, said)).startswith("I'm sorry")


async def test_without_a_language_model_it_says_that_it_can_not(world):
    said = await world.cleo.send(world.general, "The raid is off.")
    assert await asks(world, world.ann, said) == NO_MODEL


def test_a_form_says_which_message_it_is_about():
    assert QuestionForm(7).custom_id == "whisper:ask:7"
