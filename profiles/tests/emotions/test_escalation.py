"""Distress piles up, and fades."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from profiles.emotions.escalation import MOST, escalated, faded
from profiles.models import Emotion

CHANGES = {
    Emotion.FRUSTRATED: 1,
    Emotion.ANGRY: 1,
    Emotion.SAD: 1,
    Emotion.DISAPPOINTED: 1,
    Emotion.HAPPY: -1,
    Emotion.EXCITED: -1,
    Emotion.GRATEFUL: -1,
}
NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def after(*moods: tuple[Emotion, datetime]) -> tuple[int, datetime | None]:
    count, since = 0, None
    for emotion, at in moods:
        count, since = escalated(count, since, emotion, at)
    return count, since


@pytest.mark.parametrize("emotion", Emotion)
def test_each_state_raises_lowers_or_leaves_the_count(emotion):
    expected = 2 + CHANGES.get(emotion, 0)
    assert escalated(2, NOW, emotion, NOW)[0] == expected


def test_good_moods_lower_it_to_nothing_and_no_further():
    assert after((Emotion.SAD, NOW), (Emotion.HAPPY, NOW), (Emotion.HAPPY, NOW))[0] == 0


def test_it_fades_by_one_a_full_day():
    assert [faded(3, NOW, NOW + DAY * days) for days in (0, 0.9, 1, 2.5, 9)] == [3, 3, 2, 1, 0]


def test_who_is_sad_twice_a_day_piles_up_all_the_same():
    moods = [(Emotion.SAD, NOW + 12 * HOUR * n) for n in range(10)]
    assert after(*moods)[0] == 6


def test_who_is_sad_once_a_week_does_not():
    assert after(*((Emotion.SAD, NOW + 7 * DAY * n) for n in range(10)))[0] == 1


def test_it_has_an_end():
    assert after(*((Emotion.ANGRY, NOW) for _ in range(50)))[0] == MOST


def test_a_mood_that_comes_late_counts_as_far_as_it_would_not_have_faded():
    assert after((Emotion.SAD, NOW), (Emotion.SAD, NOW - 5 * HOUR)) == (2, NOW)
    assert after((Emotion.SAD, NOW), (Emotion.SAD, NOW - 9 * DAY)) == (1, NOW)
