"""Tests of forgetting by hand, which can be undone for a day, and of what can't be."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from memories.access import Scope
from memories.actions import (
    UNDONE_WITHIN,
    Said,
    bring_back,
    delete_message,
    destroy_forgotten,
    drop_derived,
    drop_moods,
    edit_message,
    erase_person,
    erase_removed,
    leave_id_out,
    note_removal,
    put_aside,
    store_message,
)
from memories.index.local import LocalIndex
from memories.jobs import destroy_old_forgotten
from memories.models import ForgottenMemory, Memory, Place, RemovedPlace
from memories.queries import forgotten_since
from memories.tests.factories import ANN, BEN, CHANNEL, GUILD, NOON, asked, said, texts
from profiles.actions import decide_consent
from whisper.accounts.reading import Reading
from whisper.action_log import Actor
from whisper.database.access import in_database
from whisper.models import ActionEntry
from whisper.personal_data import registry

pytestmark = pytest.mark.django_db
ADMIN = Actor.admin(3)


def forgotten(*memories):
    """Forget memories; return what undoes it."""
    put_aside([one.pk for one in memories], actor=ADMIN, reason="By mistake.")
    return ForgottenMemory.objects.values_list("batch", flat=True).first()


def recalled():
    """Return what comes to mind of Ann's about cats."""
    return texts(LocalIndex().search(asked("cat"), Scope.direct(ANN)))


def columns_of(memory):
    """Return what a memory holds, but for what is made again."""
    row = Memory.objects.filter(pk=memory.pk).values().get()
    return {name: value for name, value in row.items() if name != "revision"}


def message_of_ann(text="I have a cat called Miso", platform_id=1):
    return store_message(
        Said(
            platform="discord",
            platform_id=platform_id,
            person_id=ANN,
            author_name="Ann",
            text=text,
            sent_at=NOON,
            channel_id=CHANNEL,
            guild_id=GUILD,
            place=Place.PUBLIC_CHANNEL,
            keep=True,
        )
    )[0]


@pytest.mark.django_db(transaction=True)
async def test_what_is_forgotten_is_gone_from_recall_and_an_export_says_that_it_is_kept_aside():
    memory = await in_database(said, "I have a cat")
    assert await in_database(recalled) == ["I have a cat"]
    await in_database(forgotten, memory)
    assert await in_database(recalled) == []
    exported = await registry.export_person(ANN)
    assert [row["text"] for row in exported["forgotten memories"]] == ["I have a cat"]
    assert exported["memories"] == []


def test_an_undo_brings_back_each_column_and_the_message_it_was_made_from():
    message = message_of_ann()
    memory = said(
        message.text,
        sources=(message.pk,),
        kind=Memory.Kind.USER_FACT,
        category="pet",
        slot="pet.cat",
        confidence=0.7,
        happens_at=NOON,
        emotion="happy",
        origin="message:1",
    )
    Memory.objects.filter(pk=memory.pk).update(pinned=True, recall_count=4, recalled_at=NOON)
    before = columns_of(memory)
    back = bring_back(forgotten(memory), actor=ADMIN, reason="It was a mistake.")
    assert (back.count, back.left) == (1, 0)
    assert columns_of(memory) == before
    assert list(Memory.objects.get().sources.all()) == [message]
    assert not ForgottenMemory.objects.exists()


def test_both_are_logged_with_their_reason():
    bring_back(forgotten(said("I have a cat")), actor=ADMIN, reason="Wrong one.")
    logged = ActionEntry.objects.order_by("pk").values_list("action", "reason", "person_id")
    assert list(logged) == [
        ("memory.forget", "By mistake.", ANN),
        ("memory.bring_back", "Wrong one.", ANN),
    ]


def test_a_second_undo_of_the_same_does_nothing():
    batch = forgotten(said("I have a cat"))
    bring_back(batch, actor=ADMIN)
    assert bring_back(batch, actor=ADMIN).count == 0
    assert Memory.objects.count() == 1


def test_an_older_fact_stays_replaced_by_the_one_that_is_back():
    old, new = said("I live in Ghent"), said("I live in Porto")
    Memory.objects.filter(pk=old.pk).update(superseded_by=new, valid_to=NOON)
    bring_back(forgotten(new), actor=ADMIN)
    old.refresh_from_db()
    assert old.superseded_by_id == new.pk


def test_both_facts_are_linked_again_if_both_were_forgotten():
    old, new = said("I live in Ghent"), said("I live in Porto")
    Memory.objects.filter(pk=old.pk).update(superseded_by=new, valid_to=NOON)
    bring_back(forgotten(old, new), actor=ADMIN)
    old.refresh_from_db()
    assert old.superseded_by_id == new.pk


def test_a_fact_that_was_told_again_meanwhile_stays_the_one_that_holds():
    fact = {"kind": Memory.Kind.USER_FACT, "slot": "home"}
    batch = forgotten(said("I live in Ghent", **fact))
    newer = said("I live in Porto", said_at=NOON + timedelta(days=1), **fact)
    bring_back(batch, actor=ADMIN)
    assert [one.pk for one in Memory.objects.filter(valid_to=None)] == [newer.pk]


def test_what_was_remembered_again_of_the_same_message_does_not_come_twice():
    batch = forgotten(said("I have a cat", origin="message:1"))
    said("I have a cat", origin="message:1")
    back = bring_back(batch, actor=ADMIN)
    assert (back.count, back.left) == (0, 1)
    assert Memory.objects.count() == 1


def test_after_a_day_nothing_comes_back_and_it_is_destroyed():
    batch = forgotten(said("I have a cat"))
    ForgottenMemory.objects.update(forgotten_at=timezone.now() - UNDONE_WITHIN)
    assert bring_back(batch, actor=ADMIN).count == 0
    assert async_to_sync(destroy_old_forgotten)(asyncio.Event()) == "1 deleted"
    assert not ForgottenMemory.objects.exists()
    entry = ActionEntry.objects.get(action="retention.destroy_forgotten")
    assert (entry.actor_kind, entry.count, entry.person_id) == ("companion", 1, None)


def test_what_is_within_its_day_is_not_destroyed():
    forgotten(said("I have a cat"))
    assert destroy_forgotten(timezone.now() - UNDONE_WITHIN) == 0


def test_an_erasure_takes_what_is_kept_aside():
    batch = forgotten(said("I have a cat"), said("I have a dog", BEN))
    assert erase_person(ANN)["memories"] == 1
    assert [row.person_id for row in ForgottenMemory.objects.all()] == [BEN]
    assert bring_back(batch, actor=ADMIN).count == 1


def test_a_deleted_message_takes_what_was_made_of_it_and_what_quotes_it():
    message = message_of_ann("My sister Wilhelmina collects barometers")
    made = said("My sister Wilhelmina collects barometers", sources=(message.pk,))
    quoting = said("I told you of Wilhelmina and her barometers", context=message.text)
    other = said("I have a cat")
    forgotten(made, quoting, other)
    delete_message("discord", 1, deleted_at=timezone.now())
    assert [row.pk for row in ForgottenMemory.objects.all()] == [other.pk]


def test_an_edited_message_takes_what_was_made_of_its_old_words():
    message = message_of_ann("My sister Wilhelmina collects barometers")
    forgotten(said(message.text, sources=(message.pk,)))
    edit_message("discord", 1, text="Never mind", edited_at=timezone.now())
    assert not ForgottenMemory.objects.exists()


def test_withdrawn_consent_takes_facts_and_lets_nothing_else_come_back():
    fact = said("I have a cat", kind=Memory.Kind.USER_FACT)
    batch = forgotten(fact, said("We talked about cats"))
    drop_derived(ANN)
    assert [row.text for row in ForgottenMemory.objects.all()] == ["We talked about cats"]
    decide_consent(ANN, granted=False, source="discord")
    back = bring_back(batch, actor=ADMIN)
    assert (back.count, back.left) == (0, 1)
    assert not ForgottenMemory.objects.exists()


def test_moods_that_were_forgotten_do_not_come_back():
    batch = forgotten(said("I have a cat", emotion="happy"))
    drop_moods(ANN)
    bring_back(batch, actor=ADMIN)
    assert Memory.objects.get().emotion == ""


def test_what_was_said_in_a_channel_that_is_gone_goes_with_it():
    here = {"place": Place.PUBLIC_CHANNEL, "channel_id": CHANNEL, "guild_id": GUILD}
    message_of_ann()
    batch = forgotten(said("I have a cat", **here), said("I have a dog"))
    note_removal(channel_id=CHANNEL, removed_at=NOON)
    assert bring_back(batch, actor=ADMIN).left == 1
    forgotten(said("I have a bird", **here))
    while erase_removed(RemovedPlace(channel_id=CHANNEL, removed_at=NOON)):
        pass
    assert not ForgottenMemory.objects.exists()


def test_the_id_of_somebody_who_was_erased_is_left_out_of_what_is_kept_aside():
    forgotten(said(f"<@{ANN}00000> likes <@{BEN}>", ANN))
    ForgottenMemory.objects.update(text=f"I met <@{BEN}> today")
    leave_id_out(BEN)
    assert ForgottenMemory.objects.get().text == "I met someone today"


def test_the_latest_forgetting_is_listed_first_with_some_of_it():
    forgotten(*(said(f"line {number}") for number in range(5)))
    put_aside([said("a last one", BEN).pk], actor=ADMIN, reason="Second.")
    latest, first = forgotten_since(
        NOON, limit=9, shown=3, reading=Reading(public=True, private=True)
    )
    assert (latest.reason, latest.count, latest.people) == ("Second.", 1, 1)
    assert (first.count, len(first.rows), first.by) == (5, 3, 3)
