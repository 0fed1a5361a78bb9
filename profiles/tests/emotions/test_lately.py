"""People can ask how they have been feeling, and are told days and reasons."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from profiles.actions import decide_consent, meet, record_emotion
from profiles.emotions.lately import NOTHING, days_felt, in_words
from profiles.models import Emotion

ANN, BEN = 1001, 1002
NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _people(db):
    for person in (ANN, BEN):
        decide_consent(person, granted=True, source="test")
        meet(person, name="Somebody", at=NOW)


def feel(emotion, at, *, message, words=(), intensity=0.8, person=ANN, model="test"):
    record_emotion(
        person,
        emotion=emotion,
        scores={},
        intensity=intensity,
        confidence=0.8,
        valence=0.0,
        triggers=words,
        source_message_id=message,
        model=model,
        felt_at=at,
    )


def test_each_day_has_its_mood_and_its_reasons_with_their_messages():
    feel(Emotion.SAD, NOW - 2 * DAY, message=1, words=("alone",))
    feel(Emotion.SAD, NOW - 2 * DAY, message=2, words=("cry", "night"), intensity=0.9)
    feel(Emotion.GRATEFUL, NOW - 2 * DAY, message=3, words=("thanks",), intensity=0.5)
    feel(Emotion.NEUTRAL, NOW - DAY, message=4)
    first, second = days_felt(ANN, since=NOW - 7 * DAY)
    assert (first.day, first.mostly, first.moods) == (date(2026, 3, 3), Emotion.SAD, 3)
    assert first.counts == ((Emotion.SAD, 2), (Emotion.GRATEFUL, 1))
    assert [(mood.message_pk, mood.reason) for mood in first.reasons] == [
        (2, "“cry”, “night”"),
        (1, "“alone”"),
        (3, "“thanks”"),
    ]
    assert (second.mostly, second.counts, second.reasons) == (Emotion.NEUTRAL, (), ())


def test_it_is_told_in_sentences_the_latest_first():
    feel(Emotion.SAD, NOW - 2 * DAY, message=1, words=("alone",))
    feel(Emotion.SAD, NOW - 2 * DAY, message=2, words=("cry",), intensity=0.9)
    feel(Emotion.GRATEFUL, NOW - 2 * DAY, message=3, intensity=0.5)
    feel(Emotion.HAPPY, NOW, message=4, words=("garden",))
    assert in_words(days_felt(ANN, since=NOW - 7 * DAY), today=NOW.date()) == (
        "Today you seemed happy (“garden”). "
        "On Tuesday, 3 March you seemed mostly sad, and also grateful (“cry”, “alone”)."
    )


def test_time_person_and_zone_are_kept_to():
    feel(Emotion.SAD, NOW - 9 * DAY, message=1)
    feel(Emotion.SAD, NOW, message=2, person=BEN)
    feel(Emotion.ANGRY, NOW, message=3)
    (day,) = days_felt(ANN, since=NOW - 7 * DAY, zone=ZoneInfo("Asia/Tokyo"))
    assert (day.day, day.mostly) == (date(2026, 3, 6), Emotion.ANGRY)
    assert days_felt(ANN, since=NOW - 7 * DAY, until=NOW) == []


def test_a_message_that_two_models_judged_counts_once_as_the_later_one_says():
    feel(Emotion.SAD, NOW, message=1, model="classifier")
    feel(Emotion.HAPPY, NOW, message=1, model="language model")
    (day,) = days_felt(ANN, since=NOW - DAY)
    assert (day.mostly, day.moods) == (Emotion.HAPPY, 1)


def test_moods_of_an_older_bot_have_no_message_and_all_count():
    feel(Emotion.SAD, NOW, message=None)
    feel(Emotion.HAPPY, NOW + timedelta(minutes=1), message=None)
    (day,) = days_felt(ANN, since=NOW - DAY)
    assert (day.moods, day.mostly) == (2, Emotion.SAD)


def test_nothing_judged_says_nothing_and_neutral_days_say_so():
    assert in_words(days_felt(ANN, since=NOW - DAY), today=NOW.date()) == ""
    feel(Emotion.NEUTRAL, NOW, message=1)
    assert in_words(days_felt(ANN, since=NOW - DAY), today=NOW.date()) == NOTHING
