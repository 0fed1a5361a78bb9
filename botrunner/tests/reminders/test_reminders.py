"""Tests of reminders, with the real bot in a simulated Discord."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest
import pytest_asyncio
from asgiref.sync import async_to_sync
from django.utils import timezone

from botrunner.models import Reminder
from botrunner.tests.discord_bot.places import general_of_home
from profiles.actions import decide_consent
from whisper import outbox, periodic
from whisper.database.access import in_database
from whisper.personal_data import registry

pytestmark = pytest.mark.heavy


@pytest_asyncio.fixture
async def place(discord_world):
    """Return a server's channel with Ann, who agreed to be remembered, and Ben, who did not."""
    return await general_of_home(discord_world, "Ann")


async def worked() -> None:
    """Let the worker do what waits."""
    while await outbox.drain():
        pass


async def due(env, *, ago: timedelta = timedelta(seconds=1)) -> None:
    """Let all reminders be due, and the bot deliver them."""
    await Reminder.objects.aupdate(due_at=timezone.now() - ago)
    await periodic.run_now("reminders")
    await env.settle()


def _last(channel):
    return channel.history()[-1]


async def test_a_reminder_is_confirmed_and_comes_where_it_was_asked_for(discord_world, place):
    env = discord_world
    await env.ann.send(place, f"<@{env.bot.user.id}> remind me tomorrow at 9 to call my mum")
    assert "I'll remind you on" in _last(place).content
    assert "at 09:00: call your mum." in _last(place).content
    await worked()
    await due(env)
    message = _last(place)
    assert message.content == f"<@{env.ann.id}> ⏰ You asked me to remind you: call your mum"
    assert message.raw_mentions == [env.ann.id]
    count = len(place.history())
    await periodic.run_now("reminders")
    await env.settle()
    assert len(place.history()) == count


async def test_a_late_reminder_says_when_it_was_for(discord_world, place):
    env = discord_world
    await env.ann.send_dm("remind me in 20 minutes to take the pizza out")
    await worked()
    await due(env, ago=timedelta(hours=3))
    text = _last(env.ann.user.dm_channel).content
    assert "take the pizza out (it was for " in text


async def test_a_reminder_is_put_off_by_its_button(discord_world, place):
    env = discord_world
    await env.ann.send_dm("remind me in 20 minutes to take the pizza out")
    await worked()
    await due(env)
    await env.ann.user.click(_last(env.ann.user.dm_channel), label="In an hour")
    assert "I'll remind you again on" in _last(env.ann.user.dm_channel).content
    waiting = await Reminder.objects.aget(state=Reminder.State.WAITING)
    assert timedelta(minutes=50) < waiting.due_at - timezone.now() < timedelta(minutes=61)
    await due(env)
    assert (await Reminder.objects.aget()).state == Reminder.State.SENT


async def test_reminders_are_listed_and_cancelled(discord_world, place):
    env = discord_world
    added = await env.ann.user.slash("reminder add", when="tomorrow at 9", what="call *mum*")
    assert "at 09:00: call \\*mum\\*." in added.response.content
    listed = (await env.ann.user.slash("reminder list")).response.content
    assert "call \\*mum\\*" in listed
    assert "no reminders" in (await env.ann.slash(place, "reminder list")).response.content
    (choice,) = await env.ann.user.autocomplete("reminder cancel", "reminder", "mum")
    await env.ann.user.slash("reminder cancel", reminder=choice["value"])
    assert not await Reminder.objects.aexists()


async def test_nobody_cancels_or_puts_off_the_reminder_of_another(discord_world, place):
    env = discord_world
    await env.ann.user.slash("reminder add", when="tomorrow at 9", what="call mum")
    number = str((await Reminder.objects.aget()).pk)
    result = await env.ben.user.slash("reminder cancel", reminder=number)
    assert result.response.content == "I found no such reminder."
    await env.ann.send(place, f"<@{env.bot.user.id}> remind me tomorrow to sleep")
    await worked()
    await due(env)
    await env.ben.click(_last(place), label="Tomorrow")
    assert not await Reminder.objects.filter(state=Reminder.State.WAITING).aexists()


async def test_a_time_that_is_none_is_asked_for_again(discord_world, place):
    env = discord_world
    for when in ("soon", "yesterday", "25:00", "remind me"):
        result = await env.ann.user.slash("reminder add", when=when, what="call mum")
        assert "I need a day or a time" in result.response.content
    assert not await Reminder.objects.aexists()


async def test_without_a_yes_nothing_is_kept(discord_world, place):
    env = discord_world
    await env.ben.send_dm("remind me tomorrow at 9 to call mum")
    await worked()
    result = await env.ben.user.slash("reminder add", when="tomorrow at 9", what="call mum")
    assert "I don't remember what you tell me." in result.response.content
    assert not await Reminder.objects.aexists()


async def test_it_follows_its_message_until_it_was_delivered(discord_world, place):
    env = discord_world
    message = await env.ann.send(place, f"<@{env.bot.user.id}> remind me tomorrow to call mum")
    await worked()
    await env.ann.edit(message, f"<@{env.bot.user.id}> remind me tomorrow to call dad")
    await worked()
    assert (await Reminder.objects.aget()).text == "call dad"
    await env.ann.delete(message)
    await worked()
    assert not await Reminder.objects.aexists()


async def test_one_person_has_so_many_at_most(discord_world, place, monkeypatch):
    env = discord_world
    monkeypatch.setattr("botrunner.reminders.queries.MOST", 1)
    await env.ann.user.slash("reminder add", when="tomorrow at 9", what="call mum")
    again = await env.ann.user.slash("reminder add", when="tomorrow at 9", what="call dad")
    assert "as many reminders waiting as I can keep" in again.response.content
    await env.ann.send_dm("remind me tomorrow to call dad")
    await worked()
    assert "I didn't set this one" in _last(env.ann.user.dm_channel).content
    assert await Reminder.objects.acount() == 1


async def test_they_are_exported_and_erased_with_their_person(discord_world, place):
    env = discord_world
    await env.ann.user.slash("reminder add", when="tomorrow at 9", what="call mum")
    (row,) = (await registry.export_person(env.ann.id))["reminders"]
    assert row["text"] == "call mum"
    await registry.erase_person(env.ann.id)
    assert not await Reminder.objects.aexists()


async def test_none_comes_once_its_person_is_erased_though_it_was_due_before(
    discord_world, place, monkeypatch
):
    env = discord_world
    for what in ("call mum", "feed Miso"):
        await env.ann.user.slash("reminder add", when="tomorrow at 9", what=what)
    # The bot has loaded the cog again since it was imported.
    cog = sys.modules["botrunner.discord_bot.cogs.reminders"]
    note = cog.note_sent

    def note_and_erase(pk, *, at):
        note(pk, at=at)
        async_to_sync(registry.erase_person)(env.ann.id)

    monkeypatch.setattr(cog, "note_sent", note_and_erase)
    await due(env)
    sent = [one.content for one in env.ann.user.dm_channel.history()]
    assert sum("You asked me to remind you" in one for one in sent) == 1


async def test_a_no_takes_them_away(discord_world, place):
    env = discord_world
    await env.ann.user.slash("reminder add", when="tomorrow at 9", what="call mum")
    await in_database(decide_consent, env.ann.id, granted=False, source="discord")
    await worked()
    assert not await Reminder.objects.aexists()


async def test_a_channel_that_is_gone_is_replaced_by_direct_messages(discord_world, place):
    env = discord_world
    await env.ann.send(place, f"<@{env.bot.user.id}> remind me tomorrow to call mum")
    await worked()
    await Reminder.objects.aupdate(channel_id=1)
    await due(env)
    assert "call mum" in _last(env.ann.user.dm_channel).content


async def test_the_zone_of_a_person_decides_when_tomorrow_is(discord_world, place):
    env = discord_world
    await env.ann.send_dm("Hello, I'm Ann and I love sailing.")
    offered = await env.ann.user.autocomplete("timezone", "zone", "tokyo")
    assert offered[0]["value"] == "Asia/Tokyo"
    shown = await env.ann.user.slash("timezone", zone="Asia/Tokyo")
    assert "Your time zone is Asia/Tokyo" in shown.response.content
    await env.ann.user.slash("reminder add", when="tomorrow at 9", what="call mum")
    assert (await Reminder.objects.aget()).due_at.hour == 0
    refused = await env.ann.user.slash("timezone", zone="Europe/Atlantis")
    assert "no such time zone" in refused.response.content
    nobody = await env.ben.user.slash("timezone", zone="Asia/Tokyo")
    assert "I don't remember" in nobody.response.content


async def test_a_time_zone_is_offered_until_one_is_set(discord_world, place):
    env = discord_world
    offer = "(By the clock of UTC; `/timezone` sets yours.)"
    await env.ann.send_dm("remind me tomorrow at 9 to call mum")
    assert offer in _last(env.ann.user.dm_channel).content
    asked = await env.ann.user.slash("reminder add", when="on Friday", what="the exam")
    assert offer in asked.response.content
    zone = await env.ann.user.slash("timezone", zone="Asia/Tokyo")
    assert "come at the same moments as before" in zone.response.content
    await env.ann.send_dm("remind me tomorrow at 10 to call dad")
    assert "/timezone" not in _last(env.ann.user.dm_channel).content


async def test_a_correction_moves_the_reminder_that_was_just_asked_for(discord_world, place):
    env = discord_world
    await env.ann.send(place, f"<@{env.bot.user.id}> remind me tomorrow at 9 to call my mum")
    await worked()
    await env.ann.send(place, f"<@{env.bot.user.id}> sorry, I meant at 10")
    assert "at 10:00: call your mum." in _last(place).content
    await worked()
    reminder = await Reminder.objects.aget()
    assert f"{reminder.due_at:%H:%M}" == "10:00"
