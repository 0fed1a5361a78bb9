"""What was said in a channel or server that is gone is erased after a while."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from memories import jobs
from memories.actions import MemoryDraft, Said, note_removal, note_return, remember, store_message
from memories.models import Memory, Message, Place, RemovedPlace
from profiles.actions import decide_consent, meet
from whisper.environment import environment
from whisper.models import ActionEntry

pytestmark = pytest.mark.django_db(transaction=True)

ANN = 101
HOME, AWAY = 71, 72
GENERAL, THREAD, OTHER = 7101, 7102, 7201


@pytest.fixture(autouse=True)
def talk():
    """Let Ann talk in a channel, in a thread of it, in another server and in direct messages."""
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Ann", at=timezone.now())
    say(1, GENERAL, guild_id=HOME)
    say(2, THREAD, guild_id=HOME, parent_id=GENERAL)
    say(3, OTHER, guild_id=AWAY)
    say(4, 99, place=Place.DIRECT)


def say(number, channel_id, *, guild_id=None, parent_id=None, place=Place.PUBLIC_CHANNEL):
    text = f"I said number {number}."
    message, _ = store_message(
        Said(
            platform="discord",
            platform_id=number,
            person_id=ANN,
            author_name="Ann",
            text=text,
            sent_at=timezone.now(),
            channel_id=channel_id,
            parent_id=parent_id,
            guild_id=guild_id,
            place=place,
            keep=True,
        )
    )
    draft = MemoryDraft(
        ANN,
        Memory.Kind.CONVERSATION,
        text,
        place,
        message.sent_at,
        channel_id=parent_id or channel_id,
        guild_id=guild_id,
        origin=f"message:{message.pk}",
        sources=(message.pk,),
    )
    remember(draft)


def run_job() -> str:
    return async_to_sync(jobs.erase_removed_places)(asyncio.Event())


def left() -> tuple[list[int], int]:
    ids = Message.objects.order_by("platform_id").values_list("platform_id", flat=True)
    return list(ids), Memory.objects.count()


def long_ago():
    return timezone.now() - timedelta(days=environment.removed_place_retention_days, minutes=1)


def test_a_deleted_channel_is_erased_with_its_threads_after_the_time():
    assert note_removal(channel_id=GENERAL, removed_at=long_ago())
    run_job()
    assert left() == ([3, 4], 2)
    assert not RemovedPlace.objects.exists()
    # Nobody asked for it: the people who said it did not delete it.
    entries = ActionEntry.objects.exclude(action="consent.decide")
    assert [(one.action, one.actor_kind, one.count) for one in entries] == [
        ("retention.erase_removed", "companion", 2)
    ]


def test_a_removal_keeps_everything_until_then():
    note_removal(channel_id=GENERAL, removed_at=timezone.now())
    run_job()
    assert left() == ([1, 2, 3, 4], 4)


def test_leaving_a_server_erases_what_was_said_there_alone():
    note_removal(guild_id=HOME, removed_at=long_ago())
    shared = MemoryDraft(
        None, Memory.Kind.SHARED_FACT, "The rules.", Place.PUBLIC_CHANNEL, timezone.now(),
        guild_id=HOME,
    )  # fmt: skip
    remember(shared)
    run_job()
    assert left() == ([3, 4], 2)


def test_coming_back_within_the_time_keeps_everything():
    note_removal(guild_id=HOME, removed_at=long_ago())
    assert note_return(guild_id=HOME)
    run_job()
    assert left() == ([1, 2, 3, 4], 4)


def test_a_second_notice_of_a_removal_does_not_put_it_off():
    note_removal(guild_id=HOME, removed_at=long_ago())
    note_removal(guild_id=HOME, removed_at=timezone.now())
    run_job()
    assert left() == ([3, 4], 2)


def test_a_channel_where_nothing_was_said_is_not_noted():
    assert not note_removal(channel_id=4711, removed_at=timezone.now())
    assert not RemovedPlace.objects.exists()
