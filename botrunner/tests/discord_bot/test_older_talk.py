"""Tests of remembering what somebody said in direct messages before they agreed."""

from __future__ import annotations

import pytest_asyncio

from botrunner.discord_bot.views import older_talk
from memories.models import Memory, Message
from profiles.actions import decide_consent
from profiles.queries import may_remember
from whisper import outbox
from whisper.database.access import in_database


@pytest_asyncio.fixture
async def ann(discord_world):
    """Return Ann, who said things before she agreed and after it."""
    env = discord_world
    guild = env.create_guild()
    env.general = guild.create_text_channel("general")
    ann = guild.add_member(env.create_user("Ann"))
    await ann.send_dm("My cat is called Miso.")
    await ann.send_dm("I live in Ghent.")
    await in_database(decide_consent, ann.id, granted=True, source="discord")
    await ann.send_dm("I like figs.")
    return ann


def kept():
    return set(Memory.objects.filter(kind=Memory.Kind.CONVERSATION).values_list("text", flat=True))


async def test_what_isn_t_kept_is_shown_and_remembered_after_a_yes(discord_world, ann):
    asked = await ann.user.slash("import_history")
    assert asked.ephemeral
    assert "I don't remember 2 messages of yours, of" in asked.response.content
    assert "> My cat is called Miso.\n> I live in Ghent." in asked.response.content
    assert "figs" not in asked.response.content
    before = await in_database(kept)
    assert "I live in Ghent." not in before
    await ann.user.click(asked.response, label="Remember")
    while await outbox.drain():
        pass
    assert await in_database(kept) == before | {"My cat is called Miso.", "I live in Ghent."}
    facts = Memory.objects.filter(kind=Memory.Kind.USER_FACT)
    assert await facts.filter(text__contains="Ghent").aexists()
    again = await ann.user.slash("import_history")
    assert again.response.content == older_talk.NOTHING


async def test_nothing_is_remembered_after_a_no(discord_world, ann):
    asked = await ann.user.slash("import_history")
    before = await in_database(kept)
    await ann.user.click(asked.response, label="Leave it")
    assert await in_database(kept) == before


async def test_in_a_server_nothing_is_quoted(discord_world, ann):
    asked = await ann.slash(discord_world.general, "import_history")
    assert "2 messages of yours" in asked.response.content
    assert "Miso" not in asked.response.content


async def test_who_did_not_agree_is_told_how(discord_world):
    env = discord_world
    env.create_guild()
    ben = env.create_user("Ben")
    await ben.send_dm("I like figs.")
    asked = await ben.slash("import_history")
    assert asked.response.content.startswith("I don't remember what you tell me.")


async def test_a_consent_withdrawn_before_the_press_counts(discord_world, ann):
    asked = await ann.user.slash("import_history")
    await in_database(decide_consent, ann.id, granted=False, source="discord")
    await ann.user.click(asked.response, label="Remember")
    assert not await in_database(may_remember, ann.id)
    assert not await Message.objects.filter(text__contains="Miso").aexists()


async def test_what_was_forgotten_stays_so(discord_world, ann):
    await Message.objects.filter(person_id=None).aupdate(deleted_at="2026-01-01T00:00:00Z")
    asked = await ann.user.slash("import_history")
    assert asked.response.content == older_talk.NOTHING


async def test_what_is_too_far_back_is_named(discord_world, ann, monkeypatch):
    monkeypatch.setattr(older_talk, "MOST_READ", 5)
    asked = await ann.user.slash("import_history")
    assert older_talk.OLDER_STAY in asked.response.content
