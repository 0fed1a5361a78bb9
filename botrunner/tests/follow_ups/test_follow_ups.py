"""Tests of asking by itself how something went, with the real bot in a simulated Discord."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from botrunner.follow_ups.actions import ask_due, want_follow_ups
from botrunner.models import FollowUps, Reminder
from profiles.actions import decide_consent
from profiles.models import Profile
from whisper import outbox, periodic
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.personal_data import registry

pytestmark = pytest.mark.heavy

WISH = "I have a driving test, so ask me tomorrow how it went"
# The people of the tests live by UTC.
# By the clock of the simulated Discord, everything is said on the first of January.
NOON = datetime(2026, 1, 4, 12, tzinfo=UTC)
WANTED: dict[str, Any] = {
    "where": FollowUps.Where.DIRECT,
    "per_week": 2,
    "quiet_from": 22,
    "quiet_until": 8,
}


@pytest_asyncio.fixture
async def env(discord_world):
    """Return a Discord with Ann, who agreed to be remembered and wants to be asked."""
    env = discord_world
    guild = env.create_guild()
    env.ann = guild.add_member(env.create_user("Ann"))
    env.place = guild.create_text_channel("general")
    await in_database(decide_consent, env.ann.id, granted=True, source="discord")
    await in_database(want_follow_ups, env.ann.id, **WANTED, actor=Actor.person(env.ann.id))
    return env


async def wished(env, text=WISH):
    """Let Ann say what she wants to be asked about, and the worker do what follows."""
    await env.ann.send_dm(text)
    while await outbox.drain():
        pass
    return env.ann.user.dm_channel


async def asked(env, at):
    """Let it be a time, and return whether Ann was asked."""
    count = await in_database(ask_due, at)
    await periodic.run_now("reminders")
    await env.settle()
    return bool(count)


async def test_who_wants_it_is_asked_once_by_direct_message(env):
    dm = await wished(env)
    assert not await asked(env, datetime(2026, 1, 1, 12, tzinfo=UTC))
    assert await asked(env, NOON)
    last = dm.history()[-1].content
    assert "You wanted me to ask how it went" in last
    assert f"You said: “{WISH}”" in last
    assert not await asked(env, NOON + timedelta(days=1))
    assert dm.history()[-1].content == last


async def test_who_does_not_want_it_is_not_asked(env):
    await env.ann.user.slash("followups off")
    await wished(env)
    assert not await asked(env, NOON)
    assert (await Profile.objects.aget(person_id=env.ann.id)).follow_up_wished


async def test_a_question_waits_for_the_end_of_quiet_hours(env):
    await wished(env)
    assert not await asked(env, NOON.replace(hour=7, minute=59))
    assert not await asked(env, NOON.replace(hour=22))
    assert await asked(env, NOON.replace(hour=8) + timedelta(days=1))


async def test_it_asks_again_only_who_answered_and_not_more_often_than_they_said(env):
    times = [NOON + timedelta(days=number) for number in range(4)]
    found = []
    for at in times[:3]:
        await wished(env)
        found.append(await asked(env, at))
    assert found == [True, False, False]
    assert await Reminder.objects.acount() == 1


async def test_not_more_often_in_a_week_than_wanted(env):
    await in_database(
        want_follow_ups,
        env.ann.id,
        **WANTED | {"per_week": 1},
        actor=Actor.person(env.ann.id),
    )
    await wished(env)
    assert await asked(env, NOON)
    earlier = (NOON - timedelta(days=6)).isoformat()
    await FollowUps.objects.aupdate(asked=[earlier])
    await wished(env)
    assert not await asked(env, NOON)
    assert await asked(env, NOON + timedelta(days=2))


async def test_a_late_question_says_when_it_was_meant_for(env):
    dm = await wished(env)
    await Profile.objects.aupdate(follow_up_at=NOON - timedelta(days=5))
    assert await asked(env, NOON)
    assert "(it was for Tuesday, 30 December 2025 at 12:00)" in dm.history()[-1].content


async def test_how_somebody_is_asked_is_shown_exported_and_erased(env):
    on = await env.ann.user.slash("followups on", per_week=3, where="same", quiet_from=20)
    shown = await env.ann.user.slash("followups show")
    assert on.response.content == shown.response.content
    assert "where you said so, at most 3 times a week, not between 20:00 and 8:00" in (
        shown.response.content
    )
    exported = await registry.export_person(env.ann.id)
    assert exported["follow_ups"][0]["per_week"] == 3
    await wished(env)
    await registry.erase_person(env.ann.id)
    assert not await FollowUps.objects.aexists()
    assert not await asked(env, NOON)


async def test_who_is_not_remembered_can_not_be_asked(env):
    ben = env.create_user("Ben")
    told = await ben.slash("followups on")
    assert "I don't remember what you tell me" in told.response.content
