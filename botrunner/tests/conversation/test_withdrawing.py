"""A message that its author edits or deletes leaves nothing behind, in any store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from botrunner import history
from botrunner.conversation.actions import store_all
from botrunner.conversation.respond import respond, respond_to_turn
from botrunner.conversation.withdrawing import follow_deletion, follow_edit
from botrunner.history import conversation_cache
from botrunner.history.base import CachedMessage
from botrunner.history.convert import from_row
from botrunner.tests.byte_search import where
from botrunner.tests.fakes import ANN, FakeModel, FakeSurface, said
from memories.actions import delete_message, edit_message
from memories.models import Memory, Message, ReplyTrace
from profiles.actions import rename
from profiles.models import EmotionRecord, Profile
from whisper import outbox
from whisper.database.access import in_database
from whisper.personal_data.purging import empty_sqlite_log

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]


@pytest.fixture(autouse=True)
def fresh_cache():
    history.reset()


async def done() -> None:
    while await outbox.drain():
        pass


async def tell(text: str, answer: str = "I see.", **changes):
    """Say something as Ann, have it answered and analysed, and return what was said."""
    one = said(text, **changes)
    await respond(one, FakeSurface(), model=FakeModel(answer))
    await done()
    return one


async def delete(one) -> None:
    await follow_deletion(one.platform, one.channel_id, one.platform_id, deleted_at=timezone.now())
    await done()


async def edit(one, text: str) -> None:
    await follow_edit(
        one.platform, one.channel_id, one.platform_id, text=text, edited_at=timezone.now()
    )
    await done()


async def facts() -> list[str]:
    rows = Memory.objects.filter(kind="user_fact", valid_to=None).order_by("text")
    return [one.text async for one in rows]


async def test_a_deleted_message_is_found_nowhere():
    await tell("I went sailing on the lake today.")
    one = await tell(
        "I am so scared, my cat Zorblax is terribly ill.", "Poor Zorblax! Is your cat eating?"
    )
    await tell("He is called Zorblax after a comic.", "Zorblax is a fine name, I remember.")
    await tell("It rains here.", "Then stay in with Zorblax, who is terribly ill.")
    await tell("How are you?", "Fine. Tell me of the cat.")
    last = await Message.objects.aget(text__startswith="He is called")
    await delete(one)
    await in_database(delete_message, last.platform, last.platform_id, deleted_at=timezone.now())
    await done()
    for word in ("Zorblax", "scared", "terribly", "my cat"):
        assert await where(word, ANN) == [], word


async def test_words_of_other_alphabets_are_found_whatever_their_case():
    first = await tell("Мою кошку зовут Зорблакс, и она больна.", "Бедная ЗОРБЛАКС!")
    second = await tell("Она любит рыбу, моя Зорблакс.", "Пусть зорблакс ест.")
    await delete(first)
    await delete(second)
    assert await where("зорблакс", ANN) == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's files are its own")
async def test_a_deleted_message_leaves_the_files_of_the_database():
    one = await tell("My cat is called Quuxifer.", "What a name, Quuxifer!")
    await tell("Really.")
    assert database_files_with("Quuxifer")
    await delete(one)
    assert await in_database(empty_sqlite_log)
    assert database_files_with("Quuxifer") == []


def database_files_with(words: str) -> list[str]:
    """Return the files of the database, with its log, that have these bytes."""
    database = Path(connection.settings_dict["NAME"])
    files = database.parent.glob(f"{database.name}*")
    return [file.name for file in files if words.encode() in file.read_bytes()]


async def test_an_edit_leaves_nothing_of_the_old_words():
    one = await tell("My cat is called Miso.", "Miso is lovely.")
    await tell("And I feed her twice a day.", "Miso must like that.")
    await edit(one, "My cat is called Nori.")
    assert await where("Miso", ANN) == []
    assert await facts() == ["Their cat is called Nori."]
    line = await Memory.objects.aget(origin__startswith="message:", text__contains="cat")
    assert line.text == "My cat is called Nori."


async def test_deleting_a_fact_brings_back_what_it_replaced():
    await tell("I live in Ghent.")
    one = await tell("I live in Lyon.")
    assert await facts() == ["They live in Lyon."]
    await delete(one)
    assert await facts() == ["They live in Ghent."]


async def test_deleting_the_one_between_leaves_the_latest_current():
    await tell("I live in Ghent.")
    one = await tell("I live in Lyon.")
    await tell("I live in Oslo.")
    await delete(one)
    assert await facts() == ["They live in Oslo."]
    ghent = await Memory.objects.aget(value="Ghent")
    assert ghent.superseded_by_id == (await Memory.objects.aget(value="Oslo")).pk


async def test_what_another_message_says_too_stays_known():
    one = await tell("My cat is called Miso.")
    await tell("Did I say that my cat is called Miso?")
    await tell("You know, my cat is called Miso.")
    await delete(one)
    assert "Their cat is called Miso." in await facts()


async def test_a_name_goes_back_to_the_one_before():
    await tell("Please call me Annie.")
    one = await tell("Please call me Zorblax from now on.")
    assert (await Profile.objects.aget()).preferred_name == "Zorblax"
    await delete(one)
    assert (await Profile.objects.aget()).preferred_name == "Annie"
    assert await where("Zorblax", ANN) == []


async def test_a_name_that_was_chosen_otherwise_stays():
    one = await tell("Please call me Zorblax.")
    await in_database(lambda: rename(ANN, preferred_name="Queen Ann"))
    await delete(one)
    assert (await Profile.objects.aget()).preferred_name == "Queen Ann"


async def test_moods_signs_and_counts_go_back():
    await tell("Hello there, I had a fine day.")
    before = await Profile.objects.aget()
    one = await tell("I've never told anyone, but I am terribly sad and lonely, and I cry all day.")
    between = await Profile.objects.aget()
    assert between.trust_indicators
    assert between.current_emotion == "sad"
    await delete(one)
    after = await Profile.objects.aget()
    for name in (
        "interaction_count",
        "session_count",
        "day_count",
        "last_interaction",
        "trust_indicators",
        "current_emotion",
        "emotion_state",
        "escalation_count",
    ):
        assert getattr(after, name) == getattr(before, name), name
    assert await EmotionRecord.objects.acount() == 1


async def test_an_edited_message_is_judged_again():
    one = await tell("I am terribly sad and lonely.")
    await edit(one, "I am so happy and glad!")
    record = await EmotionRecord.objects.aget()
    assert record.emotion != "sad"
    assert (await Profile.objects.aget()).current_emotion == record.emotion


async def test_a_message_deleted_while_its_reply_is_made_gets_none():
    gate, surface = asyncio.Event(), FakeSurface()
    model = FakeModel("Zorblax!", gate=gate)
    one = said("My secret is Zorblax.")
    replying = asyncio.create_task(respond(one, surface, model=model))
    await model.was_asked.wait()
    await follow_deletion(one.platform, one.channel_id, one.platform_id, deleted_at=timezone.now())
    gate.set()
    assert await replying is None
    assert surface.sent == []
    await done()
    assert await where("Zorblax", ANN) == []


async def test_a_reply_that_is_made_meanwhile_does_not_keep_what_was_deleted():
    first = await tell("My secret is Zorblax.")
    gate = asyncio.Event()
    model = FakeModel("You spoke of Zorblax.", gate=gate)
    replying = asyncio.create_task(
        respond(said("What did I tell you?"), FakeSurface(), model=model)
    )
    await model.was_asked.wait()
    await follow_deletion(
        first.platform, first.channel_id, first.platform_id, deleted_at=timezone.now()
    )
    gate.set()
    assert await replying is not None
    await done()
    assert await where("Zorblax", ANN) == []
    assert await ReplyTrace.objects.acount() == 1


async def test_a_reply_made_from_a_cache_that_lags_behind_keeps_no_words():
    one = await tell("My cat is called Zorblax.")
    await in_database(
        edit_message, one.platform, one.platform_id, text="My cat is ill.", edited_at=timezone.now()
    )
    # The cache has not followed yet.
    await tell("How are you?", "Fine. And Zorblax?")
    assert await where("Zorblax", ANN) == []


async def test_a_reply_to_words_that_were_edited_before_it_was_begun_keeps_none_of_them():
    await tell("Hello there.")
    one = said("My cat is called Zorblax.")
    await in_database(store_all, [one])
    await in_database(
        edit_message, one.platform, one.platform_id, text="My cat is ill.", edited_at=timezone.now()
    )
    await respond(replace(one, again=True), FakeSurface(), model=FakeModel("Poor Zorblax."))
    await done()
    assert await where("Zorblax", ANN) == []
    assert await Memory.objects.filter(text="My cat is ill.").aexists()


async def test_a_message_edited_while_its_reply_is_made_is_remembered_as_it_is():
    gate = asyncio.Event()
    model = FakeModel("Lovely, Miso!", gate=gate)
    one = said("My cat is called Miso.")
    replying = asyncio.create_task(respond(one, FakeSurface(), model=model))
    await model.was_asked.wait()
    await follow_edit(
        one.platform,
        one.channel_id,
        one.platform_id,
        text="My cat is called Nori.",
        edited_at=timezone.now(),
    )
    gate.set()
    await replying
    await done()
    assert await where("Miso", ANN) == []
    assert await facts() == ["Their cat is called Nori."]


async def test_a_deletion_reaches_work_that_waits():
    one = said("My cat is called Miso.")
    await respond(one, FakeSurface(), model=FakeModel("Yes."))
    await delete(one)
    assert await where("Miso", ANN) == []
    assert await facts() == []


async def test_a_deletion_is_counted_once():
    await tell("Hello there, I am Ann.")
    one = await tell("I like chess.")
    await delete(one)
    await delete(one)
    assert (await Profile.objects.aget()).interaction_count == 1


async def test_an_edit_that_comes_after_the_deletion_changes_nothing():
    one = await tell("My cat is called Miso.")
    await delete(one)
    await edit(one, "My cat is called Nori.")
    assert await where("Nori", ANN) == []


async def test_an_edit_that_comes_late_does_not_undo_a_newer_one():
    one, now = await tell("My cat is called Miso."), timezone.now()
    for text, at in (
        ("My cat is called Nori.", now),
        ("My cat is called Zuzu.", now - timedelta(1)),
    ):
        await follow_edit(one.platform, one.channel_id, one.platform_id, text=text, edited_at=at)
    await done()
    assert await facts() == ["Their cat is called Nori."]


async def test_a_deleted_reply_of_the_companion_leaves_the_cache_and_later_prompts():
    one = await tell("I like chess.", "Chess is full of Grunfeld.")
    reply = await Message.objects.aget(from_companion=True)
    await tell("Yes, it is.")
    assert await where("Grunfeld", ANN) != []
    await follow_deletion(
        one.platform, one.channel_id, reply.platform_id, deleted_at=timezone.now()
    )
    await done()
    assert await where("Grunfeld", ANN) == []
    assert (await Profile.objects.aget()).interaction_count == 2


async def test_the_cache_of_another_channel_follows_too():
    one = await tell("My secret is Zorblax.")
    await tell("Do you remember?", "Yes: Zorblax.", channel_id=5002)
    await delete(one)
    held = await conversation_cache().recent(5002, 10)
    assert held is not None
    assert "Zorblax" not in "".join(message.text for message in held)


@pytest.mark.parametrize("cold", [False, True])
async def test_what_got_a_reply_without_words_is_not_asked_again(cold):
    first = await tell("My cat is called Zorblax.")
    await in_database(
        edit_message,
        first.platform,
        first.platform_id,
        text="My cat is ill.",
        edited_at=timezone.now(),
    )
    # The cache has not followed yet: the reply may quote the old words.
    second = await tell("How are you?", "Fine. And Zorblax?")
    if cold:
        history.reset()
    surface = FakeSurface(earlier=[await in_discord(second, "Fine. And Zorblax?")])
    model = FakeModel()
    await respond(said("What is new?"), surface, model=model)
    asked = model.asked[0].messages
    assert [one["role"] for one in asked[1:]] == ["user", "assistant"] * 2 + ["user"]
    assert "How are you?" not in asked[-1]["content"]
    assert "Zorblax" not in str(asked)


async def in_discord(message, text: str) -> CachedMessage:
    """Return the reply to a message as Discord still has it."""
    reply = await Message.objects.aget(reply_to=message.platform_id)
    return replace(from_row(reply), text=text)


class DeletingSurface(FakeSurface):
    """A channel where a message is deleted while a reply is being sent."""

    def __init__(self, message) -> None:
        super().__init__()
        self._message = message

    async def deliver(self, reply):
        delivered = await super().deliver(reply)
        await in_database(
            delete_message,
            self._message.platform,
            self._message.platform_id,
            deleted_at=timezone.now(),
        )
        return delivered


@pytest.mark.parametrize("deleted", [0, 1])
async def test_what_is_left_of_a_turn_is_not_asked_again(deleted):
    turn = [said("How are you, Ann's friend?"), said("And how is your garden?")]
    surface = DeletingSurface(turn[deleted])
    await respond_to_turn(turn, surface, model=FakeModel("Fine, and my garden too, friend."))
    await done()
    model = FakeModel()
    await respond(said("What is new?"), FakeSurface(), model=model)
    asked = model.asked[0].messages
    assert asked[1]["content"] == turn[1 - deleted].text
    assert asked[2]["role"] == "assistant"
    assert "garden" not in asked[2]["content"]
    assert turn[deleted].text not in str(asked)
