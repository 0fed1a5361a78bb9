"""What people and admins decide about replies, reminders and servers is in the action log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from botrunner.conversation.actions import rate_reply, start_afresh
from botrunner.follow_ups.actions import stop_follow_ups, want_follow_ups
from botrunner.models import FollowUps, TalkSetting
from botrunner.personas.actions import choose_own, make_persona
from botrunner.reminders.actions import Destination, add, cancel, put_off
from botrunner.reminders.asking import Request
from botrunner.servers.actions import (
    add_server_fact,
    block,
    remove_server_fact,
    set_language,
    set_limits,
    set_mode,
    set_retention,
    set_silence,
    unblock,
)
from botrunner.servers.queries import Limits, facts_on, log_of
from botrunner.tests.fakes import ANN
from memories.actions import Said, store_message, store_trace
from memories.models import Place
from profiles.actions import decide_consent
from whisper.action_log import COMPANION, Actor
from whisper.models import ActionEntry
from whisper.personal_data import registry

GUILD, CHANNEL = 410_000_000_000_000_701, 410_000_000_000_000_702
WHY = "They asked."

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ann():
    decide_consent(ANN, granted=True, source="test")


def by(actor=None):
    return {"actor": actor or Actor.person(ANN), "reason": WHY}


def reminder():
    request = Request("call mum", timezone.now() + timedelta(hours=1))
    kept = add(ANN, request, Destination("web", ANN), **by())
    assert kept is not None
    return kept


def wanted():
    where = FollowUps.Where.SAME
    want_follow_ups(ANN, where=where, per_week=2, quiet_from=22, quiet_until=8, **by())


def persona():
    return make_persona("Pirate", "You are a pirate.", actor=COMPANION)


def reply_that_is_explained():
    message, _ = store_message(
        Said(
            platform="web",
            platform_id=1,
            person_id=ANN,
            author_name="Ann",
            text="Hello",
            sent_at=timezone.now(),
            channel_id=ANN,
            guild_id=None,
            place=Place.DIRECT,
            keep=True,
        )
    )
    store_trace(message.pk, person_id=ANN, prompt=[], model="x")


def rated(*, good: bool):
    return rate_reply("web", 1, ANN, good=good, **by())


OF_A_PERSON = {
    "conversation.afresh": lambda: start_afresh(ANN, CHANNEL, at=timezone.now(), **by()),
    "conversation.rate": lambda: (reply_that_is_explained(), rated(good=True)),
    "persona.choose_own": lambda: choose_own(ANN, persona(), **by()),
    "reminder.add": reminder,
    "reminder.put_off": lambda: put_off(reminder().pk, ANN, until=timezone.now(), **by()),
    "reminder.cancel": lambda: cancel(reminder().pk, ANN, **by()),
    "follow_ups.on": wanted,
    "follow_ups.off": lambda: (wanted(), stop_follow_ups(ANN, **by())),
}


@pytest.mark.parametrize("action", OF_A_PERSON)
def test_what_a_person_decides_is_logged_and_goes_with_them(action):
    OF_A_PERSON[action]()
    entry = ActionEntry.objects.get(action=action)
    assert (entry.actor_kind, entry.actor_id, entry.person_id) == ("person", ANN, ANN)
    assert entry.reason == WHY
    assert "mum" not in str(vars(entry))
    async_to_sync(registry.erase_person)(ANN)
    assert not ActionEntry.objects.filter(person_id=ANN).exists()


def test_the_same_choice_again_is_not_logged():
    pirate = persona()
    reply_that_is_explained()
    for _ in range(2):
        choose_own(ANN, pirate, **by())
        rated(good=False)
    assert ActionEntry.objects.filter(action="persona.choose_own").count() == 1
    rating = ActionEntry.objects.get(action="conversation.rate")
    assert rating.changes == {"rating": [None, -1]}


def fact(**values):
    add_server_fact(GUILD, "The rules are pinned.", key="1", at=timezone.now(), **values)


def no_fact_any_more(**values):
    fact(**by())
    remove_server_fact(GUILD, facts_on(GUILD).get().pk, **values)


def no_block_any_more(**values):
    block(GUILD, ANN, at=timezone.now(), **by())
    unblock(GUILD, ANN, at=timezone.now(), **values)


MODE = TalkSetting.Mode.FREE
OF_A_SERVER = {
    "server.limits": lambda **by: set_limits(GUILD, Limits(5, None), **by),
    "server.retention": lambda **by: set_retention(GUILD, 30, **by),
    "server.language": lambda **by: set_language(GUILD, "de", **by),
    "server.talk": lambda **by: set_mode(
        CHANNEL, GUILD, MODE, budget=None, at=timezone.now(), **by
    ),
    "server.talk silent": lambda **by: set_silence(
        CHANNEL, GUILD, silent=True, at=timezone.now(), **by
    ),
    "server.block": lambda **by: block(GUILD, ANN, at=timezone.now(), **by),
    "server.unblock": no_block_any_more,
    "server.fact": fact,
    "server.fact_removed": no_fact_any_more,
}


def test_the_memory_of_a_server_s_fact_is_logged_with_why_too():
    fact(**by())
    assert ActionEntry.objects.get(action="memory.remember").reason == WHY


@pytest.mark.parametrize("action", OF_A_SERVER)
def test_what_is_set_for_a_server_is_logged_with_why_and_listed_there(action):
    OF_A_SERVER[action](**by(Actor.admin(7)))
    entry = log_of(GUILD, [CHANNEL], limit=1)[0]
    assert entry.action == action.split()[0]
    assert (entry.actor_kind, entry.actor_id) == ("admin", 7)
    assert entry.reason.endswith(WHY)
    # A server whose number begins alike.
    assert log_of(GUILD // 10, [], limit=1) == []
