"""The worker keeps moods of people who agreed, once per message."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from profiles.actions import decide_consent, erase_person, meet
from profiles.emotions import MODEL_NAME, classify
from profiles.handlers import RECORD_EMOTION, feeling_payload
from profiles.models import Consent, Emotion, EmotionRecord, Profile
from whisper import outbox
from whisper.database.access import in_database
from whisper.models import OutboxEntry

ANN = 1001
NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
TEXT = "I've been crying all evening because of Bartholomew"

pytestmark = pytest.mark.django_db(transaction=True)


async def ann_says(text: str = TEXT, **changes: object) -> None:
    # Outside the database's unit of work, as in the bot: the first text loads the model.
    payload = feeling_payload(classify(text), person_id=ANN, message_pk=7, felt_at=NOW) | changes
    await in_database(outbox.enqueue, RECORD_EMOTION, payload, person_id=ANN)


def ann_agrees() -> None:
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Ann", at=NOW)


async def test_a_feeling_is_kept_with_who_judged_it():
    await in_database(ann_agrees)
    await ann_says()
    await outbox.drain()
    record = await EmotionRecord.objects.aget()
    assert (record.emotion, record.model, record.felt_at) == (Emotion.SAD, MODEL_NAME, NOW)
    assert record.source_message_id == 7
    assert "crying" in record.triggers
    assert (await Profile.objects.aget()).current_emotion == Emotion.SAD


async def test_the_same_message_is_kept_once():
    await in_database(ann_agrees)
    for _ in range(2):
        await ann_says()
    await outbox.drain()
    assert await EmotionRecord.objects.acount() == 1
    assert len((await Profile.objects.aget()).emotion_state["recent"]) == 1


async def test_without_consent_nothing_is_kept():
    await in_database(ann_agrees)
    await ann_says()
    await in_database(lambda: decide_consent(ANN, granted=False, source="test"))
    await outbox.drain()
    assert not await EmotionRecord.objects.aexists()
    assert not await OutboxEntry.objects.aexists()


async def test_after_an_erasure_nothing_comes_back():
    await in_database(ann_agrees)
    await ann_says()
    await in_database(lambda: erase_person(ANN))
    await outbox.drain()
    assert not await EmotionRecord.objects.aexists()
    assert (await Consent.objects.aget()).status == Consent.Status.DENIED


async def test_a_broken_entry_is_set_aside_and_holds_up_none():
    await in_database(ann_agrees)
    await ann_says(emotion="melancholy")
    await ann_says()
    await outbox.drain()
    assert await EmotionRecord.objects.acount() == 1
    assert (await OutboxEntry.objects.aget()).failed_at is not None


def test_the_payload_holds_no_sentence():
    payload = feeling_payload(classify(TEXT), person_id=ANN, message_pk=7, felt_at=NOW)
    assert TEXT not in str(payload)
    assert "Bartholomew" not in str(payload)
