"""Tests of summing up a session without a model."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from memories import summaries
from memories.actions import Said, store_message
from memories.models import Memory, Place
from memories.summaries.handlers import summarise
from profiles.actions import decide_consent
from whisper.database.access import in_database

pytestmark = pytest.mark.django_db(transaction=True)

ANN, BEN, COMPANION, CHANNEL = 101, 102, 900, 7
NOON = timezone.now().replace(hour=12) - timedelta(days=9)
TALK = [
    "I had a long day at the hospital and my boss was unfair again.",
    "My exam is on Friday and I have not studied enough for it.",
    "Miso slept on my books the whole evening, he is such a funny cat.",
    "I think I will ask my sister Lena to help me study tomorrow.",
    "The boss wants me to work on the weekend, it is too much work.",
]


@pytest.fixture(autouse=True)
def consent():
    for person in (ANN, BEN):
        decide_consent(person, granted=True, source="test")


def say(minutes, text, *, person=ANN, author=None, channel=CHANNEL):
    number = minutes * 1000 + person + channel
    return store_message(
        Said(
            platform="discord",
            platform_id=number,
            person_id=person,
            author_name="Ann",
            text=text,
            sent_at=NOON + timedelta(minutes=minutes),
            channel_id=channel,
            guild_id=5,
            place=Place.PUBLIC_CHANNEL,
            keep=True,
            from_companion=author == COMPANION,
        )
    )[0]


def session(start=0, texts=TALK):
    """Store a session and return what the outbox holds of it."""
    for number, text in enumerate(texts):
        say(start + 2 * number, text)
        say(start + 2 * number + 1, "I see. What happened then?", author=COMPANION)
    until = NOON + timedelta(minutes=start + 2 * len(texts) - 2)
    return {"person": str(ANN), "channel": str(CHANNEL), "until": until.isoformat()}


async def test_a_session_is_summed_up_in_three_of_the_persons_sentences():
    await summarise([await in_database(session)])
    summary = await in_database(Memory.objects.get)
    used = [text for text in TALK if text in summary.text]
    assert (summary.kind, len(used), "What happened" in summary.text) == ("summary", 3, False)
    assert (summary.place, summary.guild_id, summary.channel_id) == ("public_channel", 5, CHANNEL)


async def test_a_session_is_summed_up_once():
    payload = await in_database(session)
    await summarise([payload, payload])
    assert await in_database(Memory.objects.count) == 1


async def test_an_earlier_session_and_others_words_stay_out():
    await in_database(session, 0, ["I went sailing on the lake with my uncle Karl all day."])
    await in_database(say, 601, "I am Ben and I love gardening with great care.", person=BEN)
    await in_database(say, 601, "Elsewhere I talk about my new bicycle at length.", channel=8)
    await summarise([await in_database(session, 600, TALK[:3])])
    text = (await in_database(Memory.objects.get)).text
    assert not any(word in text for word in ("sailing", "gardening", "bicycle"))


async def test_a_short_session_gets_no_summary():
    await summarise([await in_database(session, 0, TALK[:1])])
    assert not await in_database(Memory.objects.exists)


async def test_a_session_of_greetings_gets_no_summary():
    await summarise([await in_database(session, 0, ["hi", "how are you?", "ok"])])
    assert not await in_database(Memory.objects.exists)


async def test_without_consent_nothing_is_kept():
    payload = await in_database(session)
    await in_database(decide_consent, ANN, granted=False, source="test")
    await summarise([payload])
    assert not await in_database(Memory.objects.exists)


async def test_another_summariser_can_take_its_place():
    async def brief(messages):
        return f"They said {len(messages)} things."

    summaries.SUMMARISER.use(brief)
    try:
        await summarise([await in_database(session)])
    finally:
        summaries.SUMMARISER.use(None)
    assert (await in_database(Memory.objects.get)).text == "They said 10 things."
