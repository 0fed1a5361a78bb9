"""Tests of consent, export and erasing in Discord, with the real bot in a simulated Discord."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import pytest_asyncio
from django.utils import timezone

from botrunner.tests.discord_bot.places import general_of_home
from memories.models import Memory, Message
from profiles.actions import decide_consent
from profiles.models import Consent, Profile
from whisper import outbox
from whisper.database.access import in_database
from whisper.environment import environment

pytestmark = pytest.mark.heavy


@pytest_asyncio.fixture
async def place(discord_world):
    """Return a server's channel with Ann and Ben in it, who were never asked."""
    return await general_of_home(discord_world)


async def status(person):
    """Return where a person's consent stands."""
    consent = await Consent.objects.filter(person_id=person.id).afirst()
    return consent and consent.status


def labels(message):
    """Return the labels of a message's buttons."""
    return [button["label"] for row in message.components for button in row["components"]]


def buttons(message):
    """Return the labels of a Discord message's buttons but for those that each reply has."""
    found = [button for row in message.components for button in row.children]
    return [one.label for one in found if not one.custom_id.startswith("whisper:reply:")]


async def test_the_first_answer_asks_and_keeps_no_word(discord_world, place):
    env = discord_world
    await env.ann.user.send_dm("My cat is called Miso.")
    asked = env.ann.user.dm_channel.last_message
    assert asked.content.startswith("You said: My cat is called Miso.")
    assert "May I remember" in asked.content
    assert buttons(asked) == ["Yes", "No"]
    assert await status(env.ann) == Consent.Status.ASKED
    assert not await Message.objects.exclude(text="").aexists()
    assert not await Message.objects.exclude(person_id=None).aexists()


async def test_the_question_is_asked_once(discord_world, place):
    env = discord_world
    await env.ann.user.send_dm("hello")
    await env.ann.user.send_dm("again")
    assert env.ann.user.dm_channel.last_message.content == "You said: again"


async def test_a_yes_is_kept_and_takes_the_question_away(discord_world, place):
    env = discord_world
    await env.ann.user.send_dm("hello")
    question = env.ann.user.dm_channel.last_message
    result = await env.ann.user.click(question, label="Yes")
    assert await status(env.ann) == Consent.Status.GRANTED
    assert "From now on, I'll remember" in result.followups[0].content
    question = env.ann.user.dm_channel.history()[1]
    assert (question.content, buttons(question)) == ("You said: hello", [])


async def test_after_a_yes_what_is_said_is_remembered(discord_world, place):
    env = discord_world
    await env.ann.user.send_dm("hello")
    await env.ann.user.click(env.ann.user.dm_channel.last_message, label="Yes")
    await env.ann.user.send_dm("My cat is called Miso.")
    assert await Memory.objects.filter(person_id=env.ann.id).aexists()
    assert (await Profile.objects.aget(person_id=env.ann.id)).interaction_count == 1


async def test_a_no_is_kept(discord_world, place):
    env = discord_world
    await env.ann.user.send_dm("hello")
    await env.ann.user.click(env.ann.user.dm_channel.last_message, label="No")
    await env.ann.user.send_dm("My cat is called Miso.")
    assert await status(env.ann) == Consent.Status.DENIED
    assert env.ann.user.dm_channel.last_message.content == "You said: My cat is called Miso."
    assert not await Memory.objects.aexists()


@pytest.mark.parametrize(
    ("first", "then", "stays", "told"),
    [
        ("Yes", "No", Consent.Status.GRANTED, "I remember what you tell me"),
        ("No", "Yes", Consent.Status.DENIED, "I don't remember what you tell me"),
    ],
)
async def test_a_question_left_over_changes_no_answer(
    discord_world, place, first, then, stays, told
):
    env = discord_world
    await env.ann.send(place, f"<@{env.bot.user.id}> hello")
    left_over = place.last_message
    # As long as nobody has answered, each question that was asked can be.
    await Consent.objects.aupdate(asked_at=None)
    await env.ann.user.send_dm("hello")
    await env.ann.user.click(env.ann.user.dm_channel.last_message, label=first)
    decided = (await Consent.objects.aget(person_id=env.ann.id)).decided_at
    result = await env.ann.click(left_over, label=then)
    assert result.followups[0].content.startswith(f"That's settled already. {told}")
    consent = await Consent.objects.aget(person_id=env.ann.id)
    assert (consent.status, consent.decided_at) == (stays, decided)
    assert buttons(place.last_message) == []


async def test_nobody_else_answers_for_a_person(discord_world, place):
    env = discord_world
    await env.ann.send(place, f"<@{env.bot.user.id}> hello")
    question = place.last_message
    result = await env.ben.click(question, label="Yes")
    assert result.ephemeral
    assert "Only the person who was asked" in result.response.content
    assert await status(env.ann) == Consent.Status.ASKED
    assert await status(env.ben) is None


async def test_the_question_can_be_answered_after_a_restart(discord_world, place):
    from botrunner.discord_bot.bot import WhisperBot

    env = discord_world
    await env.ann.user.send_dm("hello")
    question = env.ann.user.dm_channel.last_message
    await env.bot.intake.close()
    await env.restart_bot(WhisperBot())
    await env.ann.user.click(question, label="Yes")
    assert await status(env.ann) == Consent.Status.GRANTED


async def test_where_notice_is_enough_it_is_given_once(discord_world, place, monkeypatch):
    env = discord_world
    monkeypatch.setattr(environment, "consent_mode", "notice")
    await env.ann.user.send_dm("hello")
    assert "I remember what people tell me here" in env.ann.user.dm_channel.last_message.content
    await env.ann.user.send_dm("again")
    assert env.ann.user.dm_channel.last_message.content == "You said: again"


async def test_privacy_shows_the_status_and_changes_it(discord_world, place):
    env = discord_world
    shown = await env.ann.slash(place, "privacy")
    assert shown.ephemeral
    assert "you haven't been asked yet" in shown.response.content
    await env.ann.click(shown.response, label="Remember me")
    assert await status(env.ann) == Consent.Status.GRANTED
    shown = await env.ann.slash(place, "privacy")
    assert labels(shown.response) == ["Stop remembering"]


async def test_a_no_after_a_yes_offers_erasing(discord_world, place):
    env = discord_world
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    await env.ann.send_dm("My cat is called Miso.")
    shown = await env.ann.slash(place, "privacy")
    result = await env.ann.click(shown.response, label="Stop remembering")
    assert await status(env.ann) == Consent.Status.DENIED
    assert await Memory.objects.aexists()
    await env.ann.click(result.followups[0], label="Erase everything")
    assert not await Memory.objects.aexists()


async def test_forget_me_erases_after_a_confirmation(discord_world, place, model):
    env = discord_world
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    await env.ann.send_dm("My cat is called Miso.")
    asked = await env.ann.slash(place, "forgetme")
    assert asked.ephemeral
    assert await Memory.objects.aexists()
    done = await env.ann.click(asked.response, label="Erase everything")
    assert "Erased: " in done.response.content
    assert not await Memory.objects.aexists()
    assert not await Message.objects.filter(person_id=env.ann.id).aexists()
    await env.ann.send_dm("What is my cat called?")
    assert model.asked[-1].history == []


async def test_forget_me_can_be_thought_over(discord_world, place):
    env = discord_world
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    await env.ann.send_dm("My cat is called Miso.")
    asked = await env.ann.slash(place, "forgetme")
    done = await env.ann.click(asked.response, label="Keep it")
    assert done.response.content == "Nothing was erased."
    assert await Memory.objects.aexists()


async def test_an_export_is_a_zip_for_the_person_alone(discord_world, place):
    env = discord_world
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    await env.ann.send_dm("My cat is called Miso.")
    result = await env.ann.slash(place, "export")
    assert result.ephemeral
    data = await result.response.message.attachments[0].read()
    messages = json.loads(zipfile.ZipFile(BytesIO(data)).read("messages.json"))
    assert messages[0]["text"] == "My cat is called Miso."


async def test_privacy_tells_and_changes_where_things_may_come_up(discord_world, place):
    env = discord_world
    shown = await env.ann.slash(place, "privacy")
    assert "Your level is moderate" in shown.response.content
    shown = await env.ann.slash(place, "privacy", level="strict")
    assert "Your level is strict" in shown.response.content
    shown = await env.ann.slash(place, "privacy", way="across_servers", opened=True)
    assert "Your level is custom" in shown.response.content
    consent = await Consent.objects.aget(person_id=env.ann.id)
    assert [way for way, opened in consent.rules.items() if opened] == ["across_servers"]
    assert consent.status == Consent.Status.ASKED


async def test_an_expired_yes_is_told_and_asked_for_anew_once(discord_world, place, monkeypatch):
    env = discord_world
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    old = timezone.now() - timedelta(days=31)
    await Consent.objects.aupdate(decided_at=old)
    monkeypatch.setattr(environment, "consent_valid_days", 30)
    await env.ann.user.send_dm("My cat is called Miso.")
    assert "May I remember" in env.ann.user.dm_channel.last_message.content
    assert not await Memory.objects.aexists()
    assert (await Consent.objects.aget()).standing == Consent.Status.EXPIRED
    shown = await env.ann.slash(place, "privacy")
    assert "has expired" in shown.response.content
    await env.ann.user.send_dm("again")
    assert env.ann.user.dm_channel.last_message.content == "You said: again"
    await env.ann.click(shown.response, label="Remember me")
    assert await status(env.ann) == Consent.Status.GRANTED


async def test_who_was_brought_along_is_asked(discord_world, place):
    env = discord_world
    brought = {"status": Consent.Status.ASKED, "source": "import"}
    await Consent.objects.acreate(person_id=env.ann.id, **brought)
    shown = await env.ann.slash(place, "privacy")
    assert "you haven't been asked yet" in shown.response.content
    await env.ann.user.send_dm("hello")
    assert "May I remember" in env.ann.user.dm_channel.last_message.content
    await env.ann.user.send_dm("again")
    assert env.ann.user.dm_channel.last_message.content == "You said: again"


async def test_alone_a_person_sees_all_that_is_held_whatever_their_level(discord_world, place):
    env = discord_world
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    await env.ann.send(place, f"<@{env.bot.user.id}> My cat is called Miso.")
    await env.ann.slash(place, "privacy", level="strict")
    shown = await env.ann.user.slash("memory show")
    assert "Miso" in shown.response.content


async def test_what_led_to_a_yes_is_remembered_if_the_person_wants_it(discord_world):
    env = discord_world
    guild = env.create_guild()
    cleo = guild.add_member(env.create_user("Cleo"))
    await cleo.send_dm("My cat is called Miso.")
    channel = cleo.user.dm_channel
    asked = channel.history()[-1]
    assert not await Memory.objects.aexists()
    agreed = await cleo.user.click(asked, label="Yes")
    await cleo.user.click(agreed.followups[-1], label="Also remember what I just said")
    while await outbox.drain():
        pass
    said = {memory.kind: memory.text async for memory in Memory.objects.all()}
    assert said[Memory.Kind.CONVERSATION] == "My cat is called Miso."
    assert "Miso" in said[Memory.Kind.USER_FACT]


async def test_what_led_to_a_yes_is_not_kept_unless_the_person_says_so(discord_world):
    env = discord_world
    guild = env.create_guild()
    cleo = guild.add_member(env.create_user("Cleo"))
    await cleo.send_dm("My cat is called Miso.")
    await cleo.user.click(cleo.user.dm_channel.history()[-1], label="Yes")
    while await outbox.drain():
        pass
    assert not await Memory.objects.aexists()
    assert not await Message.objects.exclude(text="").aexists()


async def test_of_a_message_that_was_taken_back_nothing_is_kept_after_a_yes(discord_world):
    env = discord_world
    guild = env.create_guild()
    cleo = guild.add_member(env.create_user("Cleo"))
    said = await cleo.send_dm("My cat is called Miso.")
    asked = cleo.user.dm_channel.history()[-1]
    agreed = await cleo.user.click(asked, label="Yes")
    await cleo.user.delete(said)
    await cleo.user.click(agreed.followups[-1], label="Also remember what I just said")
    while await outbox.drain():
        pass
    assert not await Memory.objects.aexists()
    assert not await Message.objects.filter(text__contains="Miso").aexists()
