"""Tests of what goes with a no, and what stays."""

from __future__ import annotations

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation.respond import respond
from botrunner.tests.fakes import ANN, FakeModel, FakeSurface, said
from memories import actions, index
from memories.models import ImportedRow, Memory, Message, Place, ReplyTrace
from memories.tests.factories import draft
from profiles.actions import decide_consent, rename
from profiles.models import EmotionRecord, Profile, Relationship, RelationshipChange
from profiles.relationship.actions import (
    forget_personality,
    keep_personality,
    set_level,
    show_trust,
)
from whisper import outbox
from whisper.database.access import in_database
from whisper.models import ImportRun

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _fresh_process():
    history.reset()
    index.reset()


async def tell(text):
    """Let Ann say something, let the worker do what follows, and return what the model was sent."""
    model = FakeModel()
    await respond(said(text, place=Place.DIRECT, channel_id=ANN), FakeSurface(), model=model)
    while await outbox.drain():
        pass
    return model.asked[0]


async def agree(yes=True):
    await in_database(lambda: decide_consent(ANN, granted=yes, source="test"))


def known():
    """Return of how many kinds of what is made of people there is anything."""
    person = Profile.objects.get()
    older = person.preferences.get("older_bot")
    made = (person.preferred_name, person.emotion_state, person.personality, older)
    felt = Memory.objects.exclude(emotion="")
    derived = Memory.objects.exclude(kind=Memory.Kind.CONVERSATION)
    rows = (EmotionRecord.objects, RelationshipChange.objects, ReplyTrace.objects, felt, derived)
    return sum(map(bool, made)) + sum(one.count() > 0 for one in rows)


def become_close():
    """Let the companion know Ann well."""
    rename(ANN, preferred_name="Annie")
    set_level(ANN, Relationship.FRIEND, reason="test", now=timezone.now())
    show_trust(ANN, ["told a secret"], said_at=timezone.now())
    keep_personality(ANN, {"communication": "brief"})
    Profile.objects.update(preferences={"older_bot": {"taken": {"name": "Ann"}}})


@pytest.mark.heavy
async def test_a_no_drops_what_was_made_of_what_somebody_said_and_a_yes_starts_anew():
    await agree()
    await tell("I am so happy! My cat is called Miso.")
    await in_database(become_close)
    assert await in_database(known) == 9
    await agree(yes=False)
    assert await in_database(known) == 0
    person = await Profile.objects.aget()
    assert (person.relationship_level, person.interaction_count) == (Relationship.STRANGER, 0)
    assert (person.trust_indicators, person.current_emotion) == ([], "neutral")
    await agree()
    asked = await tell("How is my cat?")
    # Their own words are there again; the fact is not.
    assert [one.entry.kind for one in asked.recalled] == [Memory.Kind.CONVERSATION]
    assert list(asked.facts) == []
    assert "You are friends" not in asked.messages[0]["content"]


async def test_with_a_no_their_words_stay_silent():
    await agree()
    await tell("My cat is called Miso.")
    await agree(yes=False)
    assert await Message.objects.filter(text__contains="Miso").acount() >= 1
    asked = await tell("How is my cat?")
    assert (list(asked.recalled), list(asked.facts)) == ([], [])


async def test_who_did_not_want_to_be_described_is_not_after_a_no_and_a_yes():
    await agree()
    await tell("hello")
    await in_database(forget_personality, ANN)
    await agree(yes=False)
    await agree()
    assert not await in_database(keep_personality, ANN, {"communication": "brief"})


async def test_what_the_older_bot_made_of_a_message_goes_but_not_where_it_was_said():
    await in_database(_import_row)
    await agree(yes=False)
    row = await ImportedRow.objects.aget()
    assert row.metadata == {"channel_id": "901", "emotional_guild_id": "77"}
    assert row.document == "User: hello"


def _import_row():
    memory = actions.remember(draft("hello", ANN))
    made = {"detected_emotion": "sad", "emotional_topic": "work", "personality_decision_style": "x"}
    where = {"channel_id": "901", "emotional_guild_id": "77"}
    ImportedRow.objects.create(
        run=ImportRun.objects.create(kind="memories"),
        store="user_memories",
        key="1",
        digest="0",
        memory=memory,
        person_id=ANN,
        outcome="imported",
        document="User: hello",
        metadata=made | where,
    )
