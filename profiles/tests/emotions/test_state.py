"""What is kept of moods, and what the prompt says of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import Any

import pytest

from profiles.actions import decide_consent, meet, record_emotion
from profiles.emotions import NEUTRAL, Feeling
from profiles.emotions.escalation import LINE as ESCALATED
from profiles.emotions.escalation import WARNING
from profiles.emotions.state import (
    CARE,
    WINDOW,
    mood_line,
    mood_of,
    trend,
    volatility,
)
from profiles.models import Emotion, EmotionRecord, Profile
from profiles.queries import profile_of
from whisper.environment import environment

ANN = 1001
NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
DIAGNOSES = re.compile(
    r"depress|anxiety|disorder|bipolar|trauma|diagnos|syndrome|burn-?out|patholog|symptom", re.I
)
SAD = Feeling(Emotion.SAD, {"sadness": 0.9}, 0.9, 0.9, -0.9, ("cry",))


@pytest.fixture
def ann(db: None) -> Profile:
    """Ann, who agreed to be remembered."""
    decide_consent(ANN, granted=True, source="test")
    return meet(ANN, name="Ann", at=NOW)


_messages = count(1)


def feel(
    emotion: Emotion,
    at: datetime,
    *,
    intensity: float = 0.8,
    valence: float = 0.0,
    message: int | None = 0,
    triggers: Sequence[str] = (),
) -> None:
    record_emotion(
        ANN,
        emotion=emotion,
        scores={},
        intensity=intensity,
        confidence=0.8,
        valence=valence,
        triggers=triggers,
        source_message_id=next(_messages) if message == 0 else message,
        model="test",
        felt_at=at,
    )


def line(feeling: Feeling = NEUTRAL, now: datetime = NOW) -> str:
    profile = profile_of(ANN)
    assert profile is not None
    return mood_line(profile, feeling, now)


def test_a_neutral_person_needs_no_line(ann):
    assert line() == ""


def test_a_sad_message_asks_for_gentleness(ann):
    assert line(SAD) == "They seem sad: listen and be gentle; no advice unless they ask for it."


def test_the_window_keeps_the_latest_moods_in_order_of_time(ann):
    for minute in reversed(range(WINDOW + 5)):
        feel(Emotion.HAPPY, NOW + timedelta(minutes=minute))
    recent = Profile.objects.get(person_id=ANN).emotion_state["recent"]
    expected = [NOW + timedelta(minutes=minute) for minute in range(5, WINDOW + 5)]
    assert [datetime.fromisoformat(mood["at"]) for mood in recent] == expected


def test_an_older_mood_from_another_time_zone_does_not_become_the_current_one(ann):
    feel(Emotion.HAPPY, NOW)
    feel(Emotion.SAD, (NOW - timedelta(hours=1)).astimezone(timezone(timedelta(hours=9))))
    assert Profile.objects.get(person_id=ANN).current_emotion == Emotion.HAPPY


def test_moods_without_a_message_are_kept_once_for_each_time(ann):
    for at in (NOW, NOW, NOW + timedelta(hours=1)):
        feel(Emotion.SAD, at, message=None)
    assert EmotionRecord.objects.count() == 2


def test_the_prompt_hears_what_was_often_felt_and_where_it_turns(ann):
    for day in range(6):
        feel(Emotion.WORRIED, NOW - timedelta(days=5 - day), intensity=0.3, valence=-0.9 + day / 5)
    said = "Lately they were often worried, and their mood is improving."
    assert line() == said
    assert Profile.objects.get(person_id=ANN).emotion_state["summary"] == said


def test_few_moods_make_no_trend(ann):
    for day in range(4):
        feel(Emotion.SAD, NOW - timedelta(days=day), intensity=0.3)
    assert line() == ""


def test_a_trend_is_forgotten_after_a_week_of_silence(ann):
    for hour in range(6):
        feel(Emotion.SAD, NOW - timedelta(hours=hour), intensity=0.3)
    assert "often sad" in line()
    assert line(now=NOW + timedelta(days=9)) == ""


def test_strong_distress_over_days_asks_for_care_and_names_help(ann):
    for day in range(3):
        feel(Emotion.SAD, NOW - timedelta(days=day))
    assert "Be gentle" in line(SAD)
    assert environment.care_help_text in line(SAD)
    assert "don't diagnose" in line(SAD)


def test_care_also_comes_to_who_writes_more_than_the_window_holds(ann):
    for day in range(3):
        for minute in range(WINDOW):
            feel(Emotion.WORRIED, NOW - timedelta(days=day, minutes=minute))
    assert environment.care_help_text in line()


def test_one_bad_day_is_not_lasting_distress(ann):
    for minute in range(10):
        feel(Emotion.SAD, NOW - timedelta(minutes=minute))
    assert environment.care_help_text not in line(SAD)


def test_bad_moments_among_many_good_ones_are_not_lasting_distress(ann):
    for day in range(4):
        feel(Emotion.ANGRY, NOW - timedelta(days=day))
        for minute in range(3):
            feel(Emotion.HAPPY, NOW - timedelta(days=day, minutes=minute))
    assert environment.care_help_text not in line()


def test_care_ends_when_better_days_come(ann):
    for day in range(3):
        feel(Emotion.SAD, NOW - timedelta(days=4 + day))
    feel(Emotion.HAPPY, NOW)
    assert environment.care_help_text not in line()


def test_an_operators_help_text_is_named(ann, monkeypatch):
    monkeypatch.setattr(environment, "care_help_text", "Call the student office.")
    for day in range(3):
        feel(Emotion.SAD, NOW - timedelta(days=day))
    assert "Call the student office." in line()


def test_a_state_of_unknown_form_is_read_as_empty(ann):
    Profile.objects.filter(person_id=ANN).update(emotion_state={"recent": "?", "days": None})
    assert line() == ""
    feel(Emotion.SAD, NOW)
    assert len(Profile.objects.get(person_id=ANN).emotion_state["recent"]) == 1


def test_who_was_upset_several_times_is_met_with_patience(ann):
    for minute in range(WARNING):
        assert line() == ""
        feel(Emotion.ANGRY, NOW + timedelta(minutes=minute))
    assert line() == ESCALATED
    assert line(now=NOW + timedelta(days=2)) == ""


def test_good_moods_take_the_warning_back(ann):
    for emotion in (*[Emotion.ANGRY] * WARNING, Emotion.GRATEFUL):
        feel(emotion, NOW)
    assert line() == ""
    assert Profile.objects.get(person_id=ANN).escalation_count == WARNING - 1


def test_the_same_message_escalates_once(ann):
    for _ in range(3):
        feel(Emotion.ANGRY, NOW, message=7)
    assert Profile.objects.get(person_id=ANN).escalation_count == 1


def test_volatility_is_the_root_of_the_mean_squared_step(ann):
    for minute, valence in enumerate([0.5, -0.5, 0.5, 0.5, 0.1]):
        feel(Emotion.NEUTRAL, NOW + timedelta(minutes=minute), valence=valence)
    # Steps of 1, 1, 0 and 0.4: √(2.16 / 4).
    state = Profile.objects.get(person_id=ANN).emotion_state
    assert state["volatility"] == volatility(state, NOW) == pytest.approx(0.735, abs=0.001)


def test_a_steady_change_is_less_volatile_than_the_same_moods_up_and_down():
    def state(*valences: float) -> dict[str, Any]:
        moods = [mood_of("neutral", 0, valence, NOW) for valence in valences]
        return {"recent": moods}

    steady, restless = state(-1, -0.5, 0, 0.5, 1), state(-1, 1, -0.5, 0.5, 0)
    assert (volatility(steady, NOW) or 0) < (volatility(restless, NOW) or 0) / 2


def test_few_moods_have_no_volatility():
    assert volatility({"recent": [mood_of("sad", 1, -1, NOW)] * 4}, NOW) is None
    assert volatility({}, NOW) is None


def test_moods_that_change_quickly_are_told_so(ann):
    for minute in range(6):
        feel(Emotion.NEUTRAL, NOW - timedelta(minutes=minute), valence=0.9 * (-1) ** minute)
    assert line() == "Lately their mood changed quickly."


def test_the_trend_has_a_mean_for_each_day(ann):
    feel(Emotion.SAD, NOW - timedelta(days=1), valence=-0.5)
    feel(Emotion.HAPPY, NOW, valence=0.9)
    feel(Emotion.HAPPY, NOW, valence=0.5)
    days = trend(Profile.objects.get(person_id=ANN).emotion_state)
    assert days == [("2026-03-19", -0.5, 1, "sad"), ("2026-03-20", 0.7, 2, "happy")]


def test_words_that_come_with_hard_moods_are_named_to_who_looks_but_not_in_the_prompt(ann):
    for minute in range(5):
        feel(Emotion.SAD, NOW + timedelta(minutes=minute), intensity=0.3, triggers=["exam", "cry"])
    feel(Emotion.HAPPY, NOW, triggers=["cake"])
    summary = Profile.objects.get(person_id=ANN).emotion_state["summary"]
    assert summary == "Lately they were often sad. Hard moods came with “exam”, “cry”."
    assert "exam" not in line()


def test_no_line_diagnoses():
    lines = [*(emotion.traits.guidance for emotion in Emotion), CARE, ESCALATED]
    assert not [one for one in lines if DIAGNOSES.search(one.replace("don't diagnose", ""))]
