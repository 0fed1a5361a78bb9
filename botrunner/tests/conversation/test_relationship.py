"""Tests of what follows for a relationship from talking, through the conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner import history
from botrunner.conversation.handlers import DESCRIBED_EVERY, RELATE
from botrunner.conversation.person import CLOSENESS, DISTANCE, UNKNOWN
from botrunner.conversation.respond import respond, respond_to_turn
from botrunner.tests.fakes import ANN, FakeModel, FakeSurface, said
from memories import index
from memories.actions import SUMMARY
from memories.models import Memory, Place
from profiles.actions import decide_consent
from profiles.models import EmotionRecord, Profile, Relationship, RelationshipChange
from profiles.relationship.actions import (
    forget_moods,
    forget_personality,
    forget_trust,
    set_level,
)
from whisper import outbox
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.models import OutboxEntry
from whisper.personal_data import registry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]

NOW = timezone.now()


@pytest.fixture(autouse=True)
def _fresh_process(monkeypatch):
    monkeypatch.setattr(environment, "messages_per_minute", 1000)
    history.reset()
    index.reset()


async def ann_says(*texts, at=NOW, **changes):
    """Return the last prompt, after all that follows is done."""
    model = FakeModel()
    for number, text in enumerate(texts):
        sent_at = at + timedelta(seconds=number)
        await respond(said(text, sent_at=sent_at, **changes), FakeSurface(), model=model)
    while await outbox.drain():
        pass
    return "\n\n".join(message["content"] for message in model.asked[-1].messages)


async def ann():
    return await in_database(Profile.objects.get, person_id=ANN)


async def test_quick_messages_after_a_long_pause_are_told_when_they_last_talked():
    await ann_says("Nice day", at=NOW - timedelta(days=9))
    model = FakeModel()
    turn = [said(text, sent_at=NOW) for text in ("Hi again", "How are you?")]
    await respond_to_turn(turn, FakeSurface(), model=model)
    prompt = "\n\n".join(message["content"] for message in model.asked[-1].messages)
    assert "You last talked here on" in prompt
    sessions = OutboxEntry.objects.filter(topic=SUMMARY)
    assert await in_database(sessions.count) == 1


def day(number):
    """Return a time on one of the last thirty days."""
    return NOW - timedelta(days=30 - number)


@pytest.mark.long
async def test_who_comes_often_and_tells_of_themselves_and_trusts_becomes_a_close_friend():
    await ann_says(*["Nice day"] * 12, at=day(0))
    assert (await ann()).relationship_level == Relationship.STRANGER
    for number in range(1, 7):
        await ann_says("Nice day", at=day(number))
        assert (await ann()).relationship_level == Relationship.ACQUAINTANCE
    await ann_says("My cat is called Miso.", at=day(7))
    assert (await ann()).relationship_level == Relationship.FRIEND
    await ann_says("Thank you for listening", *["Nice day"] * 12, at=day(8))
    assert (await ann()).relationship_level == Relationship.FRIEND
    for number in range(9, 20):
        await ann_says("Nice day", at=day(number))
    assert (await ann()).relationship_level == Relationship.CLOSE_FRIEND
    assert (await ann()).trust_indicators == ["thanked for listening"]
    assert CLOSENESS[Relationship.CLOSE_FRIEND] in await ann_says("Hello again", at=day(20))


async def test_work_that_is_done_twice_changes_nothing_more():
    await ann_says("My cat is called Miso.", at=day(0))
    for number in range(1, 6):
        await ann_says("Nice day", at=day(number))
    changes = await in_database(RelationshipChange.objects.count)
    message = (await in_database(Memory.objects.earliest, "said_at")).origin.partition(":")[2]
    for _ in range(2):
        await in_database(outbox.enqueue, RELATE, {"message": message}, person_id=ANN)
    await outbox.drain()
    assert await in_database(RelationshipChange.objects.count) == changes == 2


async def test_a_wish_for_distance_is_respected_from_the_next_answer_on():
    await ann_says("Hello")
    await in_database(set_level, ANN, Relationship.FRIEND, reason="test", now=NOW)
    await ann_says("Let's keep this professional")
    assert (await ann()).relationship_level == Relationship.ACQUAINTANCE
    prompt = await ann_says("Hello")
    assert DISTANCE in prompt
    assert CLOSENESS[Relationship.ACQUAINTANCE] not in prompt


async def test_who_asked_to_be_asked_is_asked_once_when_they_come_back():
    await ann_says("I have an exam. Ask me tomorrow how it went")
    assert "They asked you" not in await ann_says("Hello", at=NOW + timedelta(minutes=1))
    prompt = await ann_says("Hello", at=NOW + timedelta(days=2))
    asked = f"They asked you on {NOW:%d %B %Y} to ask them how it went: "
    assert f'{asked}"I have an exam. Ask me tomorrow how it went". Do so now, once.' in prompt
    assert not (await ann()).follow_up_wished
    assert "They asked you" not in await ann_says("Well", at=NOW + timedelta(days=2, minutes=1))


async def test_what_was_wished_in_direct_messages_waits_until_they_are_alone_again():
    await ann_says("I have an exam. Ask me tomorrow how it went")
    server = {"place": Place.PUBLIC_CHANNEL, "guild_id": 77, "channel_id": 78}
    later = NOW + timedelta(days=2)
    assert "They asked you" not in await ann_says("Hello", at=later, **server)
    assert "They asked you" in await ann_says("Hello again", at=later + timedelta(minutes=1))


async def test_a_wish_stays_where_the_model_failed():
    await ann_says("Ask me tomorrow how it went")
    late = said("Hello", sent_at=NOW + timedelta(days=2))
    await respond(late, FakeSurface(), model=FakeModel(error="it was cut"))
    assert (await ann()).follow_up_wished


async def test_how_somebody_writes_is_known_after_many_messages_and_suits_the_answers():
    await ann_says(*["The ship leaves at noon from the third quay, as I was told."] * 49)
    assert (await ann()).personality == {}
    await ann_says("The ship leaves at noon from the third quay, as I was told.")
    assert (await ann()).personality["communication"] == "formal"
    assert "Their tone is formal." in await ann_says("Hello")


@pytest.mark.long
async def test_who_had_their_personality_forgotten_is_not_described_again():
    await ann_says("Hello")
    await in_database(forget_personality, ANN)
    await ann_says(*["The ship leaves at noon from the third quay."] * (2 * DESCRIBED_EVERY + 5))
    assert "openness" not in (await ann()).personality


TELLING = [
    "I'm so sad, I've been crying all day",
    "My cat is called Miso.",
    "I've never told anyone this, but I trust you. What should I do?",
    "Ask me tomorrow how it went",
    "Let's keep this professional",
]


@pytest.mark.parametrize("times", [2, pytest.param(12, marks=pytest.mark.long)])
async def test_without_consent_nothing_is_derived_of_a_person(times):
    model = FakeModel()
    for text in TELLING * times:
        message = said(text, local=False)
        await respond(message, FakeSurface(), model=model)
    while await outbox.drain():
        pass
    for held in (Profile, EmotionRecord, RelationshipChange, Memory, OutboxEntry):
        assert not await in_database(held.objects.exists)
    assert {context.person.emotion for context in model.asked} == {"neutral"}
    # Of them the prompt says that nothing is known, and after the time nothing more.
    assert {UNKNOWN in context.messages[0]["content"] for context in model.asked} == {True}
    assert all(context.messages[-1]["content"].endswith("(UTC).]") for context in model.asked)


async def test_a_no_before_the_worker_comes_leaves_nothing_to_derive():
    await respond(said("Hello"), FakeSurface(), model=FakeModel())
    while await outbox.drain():
        pass
    for text in TELLING:
        await respond(said(text), FakeSurface(), model=FakeModel())
    await in_database(decide_consent, ANN, granted=False, source="test")
    while await outbox.drain():
        pass
    after = await ann()
    assert (after.trust_indicators, after.follow_up_wished, after.distance_wished_at) == (
        [],
        False,
        None,
    )
    assert after.relationship_level == Relationship.STRANGER
    assert after.emotion_state == {}
    facts = Memory.objects.filter(kind=Memory.Kind.USER_FACT)
    assert not await in_database(facts.exists)


async def test_an_erased_person_gets_nothing_from_work_that_was_waiting():
    for text in TELLING:
        await respond(said(text), FakeSurface(), model=FakeModel())
    await registry.erase_person(ANN)
    while await outbox.drain():
        pass
    assert not await in_database(Profile.objects.exists)
    assert not await in_database(RelationshipChange.objects.exists)


async def test_what_waits_brings_nothing_back_that_somebody_had_forgotten():
    for text in TELLING:
        await respond(said(text), FakeSurface(), model=FakeModel())
    await in_database(forget_moods, ANN)
    await in_database(forget_trust, ANN)
    while await outbox.drain():
        pass
    person = await ann()
    assert (person.trust_indicators, person.emotion_state) == ([], {})
    assert not await in_database(EmotionRecord.objects.exists)
    # What is said from now on counts again.
    await ann_says("I trust you more than anybody, and I am so happy!", at=timezone.now())
    assert (await ann()).trust_indicators
    assert await in_database(EmotionRecord.objects.exists)
