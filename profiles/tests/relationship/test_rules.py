"""How people and the companion become closer and cooler."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from profiles.actions import decide_consent, meet
from profiles.models import Profile, Relationship, RelationshipChange
from profiles.relationship.actions import (
    cool_silent,
    followed_up,
    relate,
    set_level,
    settle,
    show_trust,
    wish_distance,
)
from profiles.relationship.rules import (
    DISTANCE,
    RULES,
    SILENCE,
    WARMING,
    Standing,
    due,
    talks_at_most,
)
from profiles.relationship.signs import FollowUp, Signs

ANN = 1001
NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
DAY = timedelta(days=1)
STRANGER, KNOWN, FRIEND, CLOSE = Relationship
TRUSTED = Standing(20, 14, personal=True, trust=1)


@pytest.mark.parametrize(
    ("rule", "enough", "too_little"),
    [
        ("acquainted", Standing(2), Standing(1)),
        ("known_in_person", Standing(6, 4, personal=True), Standing(5, 5, personal=True)),
        ("known_in_person", Standing(6, 4, personal=True), Standing(9, 3, personal=True)),
        ("known_in_person", Standing(6, 4, personal=True), Standing(99, 99)),
        (
            "known_in_person",
            Standing(15, 15, personal=True, since_cooling=WARMING),
            Standing(15, 15, personal=True, since_cooling=WARMING - 1),
        ),
        ("known_in_person", TRUSTED, replace(TRUSTED, distance=DAY)),
        ("trusting", TRUSTED, replace(TRUSTED, sessions=19)),
        ("trusting", TRUSTED, replace(TRUSTED, days=13)),
        ("trusting", TRUSTED, Standing(99, 99, personal=True)),
        ("trusting", TRUSTED, replace(TRUSTED, distance=DAY)),
        ("trusting", TRUSTED, replace(TRUSTED, since_cooling=WARMING - 1)),
        ("silence_of_close_friend", Standing(99, silence=SILENCE), Standing(99, silence=89 * DAY)),
        ("silence_of_friend", Standing(9, silence=SILENCE), Standing(9, silence=89 * DAY)),
        ("distance_of_close_friend", Standing(99, distance=timedelta.max), Standing(99)),
        (
            "distance_of_close_friend",
            Standing(99, distance=DISTANCE),
            Standing(99, distance=DISTANCE - DAY),
        ),
        ("distance_of_friend", Standing(9, distance=DISTANCE), Standing(9, distance=6 * DAY)),
    ],
)
def test_each_rule_applies_from_its_condition_on(rule, enough, too_little):
    expected = next(one for one in RULES if one.name == rule)
    assert due(expected.before, enough) is expected
    assert due(expected.before, too_little) is None


def test_each_rule_moves_one_level_and_nobody_who_is_known_becomes_a_stranger():
    levels = list(Relationship)
    assert all(abs(levels.index(r.after) - levels.index(r.before)) == 1 for r in RULES)
    assert STRANGER not in {rule.after for rule in RULES}


@pytest.fixture
def ann(db: None) -> Profile:
    """Ann, who agreed to be remembered."""
    decide_consent(ANN, granted=True, source="test")
    return talk(1, at=NOW - 40 * DAY)


def talk(times: int, at: datetime = NOW) -> Profile:
    """Talk once per day, the last time at a time."""
    for day in reversed(range(times)):
        profile = meet(ANN, name="Ann", at=at - day * DAY)
    return profile


def level() -> str:
    return Profile.objects.get(person_id=ANN).relationship_level


def path() -> list[str]:
    return [change.after for change in RelationshipChange.objects.order_by("pk")]


def make(closest: Relationship) -> None:
    set_level(ANN, closest, reason="test", now=NOW)
    RelationshipChange.objects.all().delete()


def test_a_stranger_becomes_a_close_friend_step_by_step_with_reasons(ann):
    talk(24)
    show_trust(ANN, ["said they trust"], said_at=NOW)
    settle(ANN, personal=True, now=NOW)
    assert path() == [KNOWN, FRIEND, CLOSE]
    reasons = RelationshipChange.objects.order_by("pk").values_list("rule", "reason")
    assert list(reasons) == [
        ("acquainted", "They have talked in 25 sessions."),
        ("known_in_person", "They have talked on 25 days, and something personal is known."),
        ("trusting", "They have talked on 25 days, and showed trust."),
    ]


def test_an_evening_of_messages_makes_no_friend(ann):
    for minute in range(200):
        meet(ANN, name="Ann", at=NOW + timedelta(minutes=minute))
    show_trust(ANN, ["said they trust"], said_at=NOW)
    settle(ANN, personal=True, now=NOW)
    assert level() == KNOWN
    profile = Profile.objects.get()
    assert (profile.session_count, profile.day_count) == (2, 2)


@pytest.mark.parametrize(
    ("after", "sessions", "days"),
    [
        (timedelta(minutes=5), 1, 1),
        (timedelta(hours=5), 1, 1),
        (timedelta(hours=7), 2, 2),
        (timedelta(days=1), 2, 2),
        (-timedelta(days=1), 1, 1),
    ],
)
def test_a_session_begins_after_hours_and_a_day_at_midnight(db, after, sessions, days):
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Ann", at=NOW)
    profile = meet(ANN, name="Ann", at=NOW + after)
    assert (profile.session_count, profile.day_count) == (sessions, days)


def test_who_comes_back_after_long_has_come_once_more(ann):
    profile = meet(ANN, name="Ann", at=NOW + 2 * SILENCE)
    assert (profile.session_count, profile.day_count) == (2, 2)


@pytest.mark.parametrize(
    ("messages", "first", "last", "talks"),
    [
        (100, NOW - 9 * DAY, NOW, 10),
        (3, NOW - 9 * DAY, NOW, 3),
        (7, None, None, 1),
        (0, None, NOW, 0),
    ],
)
def test_an_older_bots_messages_count_for_as_many_days_as_there_were(messages, first, last, talks):
    assert talks_at_most(messages, first, last) == talks


def test_settling_again_changes_nothing_more(ann):
    talk(9)
    assert len(settle(ANN, personal=True, now=NOW)) == 2
    assert settle(ANN, personal=True, now=NOW) == []


def test_without_consent_nothing_changes(ann):
    talk(24)
    decide_consent(ANN, granted=False, source="test")
    relate(ANN, Signs(("said they trust",), distance=True), message_pk=1, said_at=NOW)
    show_trust(ANN, ["said they trust"], said_at=NOW)
    assert settle(ANN, personal=True, now=NOW) == []
    assert (level(), Profile.objects.get().trust_indicators) == (STRANGER, [])


def test_who_was_silent_for_long_is_met_one_level_cooler_each_time(ann):
    make(CLOSE)
    meet(ANN, name="Ann", at=NOW + SILENCE + DAY)
    assert path() == [FRIEND]
    meet(ANN, name="Ann", at=NOW + SILENCE + 2 * DAY)
    assert path() == [FRIEND]


def test_a_very_long_silence_cools_twice_but_makes_no_stranger(ann):
    talk(1)
    make(CLOSE)
    meet(ANN, name="Ann", at=NOW + 9 * SILENCE)
    dates = RelationshipChange.objects.order_by("pk").values_list("changed_at", flat=True)
    assert path() == [FRIEND, KNOWN]
    assert list(dates) == [NOW + SILENCE, NOW + 2 * SILENCE]


def test_who_stays_away_is_cooled_towards_without_coming_back(ann):
    talk(1)
    make(CLOSE)
    assert cool_silent(NOW + SILENCE - DAY) == 0
    assert cool_silent(NOW + SILENCE + DAY) == 1
    assert cool_silent(NOW + SILENCE + DAY) == 0
    assert cool_silent(NOW + 2 * SILENCE + DAY) == 1
    assert cool_silent(NOW + 9 * SILENCE) == 0
    assert level() == KNOWN


def test_nobody_is_cooled_towards_who_does_not_agree_to_be_remembered(ann):
    make(CLOSE)
    decide_consent(ANN, granted=False, source="test")
    assert cool_silent(NOW + 9 * SILENCE) == 0


def test_after_cooling_closeness_must_be_earned_anew(ann):
    talk(29)
    make(FRIEND)
    later = NOW + SILENCE + DAY
    meet(ANN, name="Ann", at=later)
    settle(ANN, personal=True, now=later)
    assert level() == KNOWN
    talk(WARMING - 1, at=later + WARMING * DAY)
    settle(ANN, personal=True, now=later + WARMING * DAY)
    assert level() == FRIEND


def test_a_wish_for_distance_counts_at_once_and_goes_on(ann):
    make(CLOSE)
    wish_distance(ANN, True, at=NOW)
    assert level() == FRIEND
    settle(ANN, personal=True, now=NOW + DISTANCE - DAY)
    assert level() == FRIEND
    settle(ANN, personal=True, now=NOW + DISTANCE)
    assert level() == KNOWN


def test_a_wish_for_distance_stops_closeness_until_it_is_taken_back(ann):
    talk(24)
    wish_distance(ANN, True, at=NOW)
    settle(ANN, personal=True, now=NOW)
    assert level() == KNOWN
    wish_distance(ANN, False, at=NOW)
    settle(ANN, personal=True, now=NOW)
    assert level() == FRIEND


def test_a_wish_in_words_is_kept_and_a_repeated_one_is_as_old_as_before(ann):
    for days in range(2):
        relate(ANN, Signs(distance=True), message_pk=1, said_at=NOW + days * DAY)
    assert Profile.objects.get().distance_wished_at == NOW
    relate(ANN, Signs(distance=False), message_pk=2, said_at=NOW)
    assert Profile.objects.get().distance_wished_at is None


def test_a_level_set_by_hand_keeps_who_and_why(ann):
    set_level(ANN, KNOWN, reason="set by Ben", now=NOW)
    set_level(ANN, KNOWN, reason="again", now=NOW)
    change = RelationshipChange.objects.get()
    assert (change.rule, change.reason, change.after) == ("by_hand", "set by Ben", KNOWN)


def test_a_wish_to_be_asked_is_kept_until_it_was_done_once(ann):
    wish = Signs(follow_up=FollowUp(wanted=True, at=NOW + DAY))
    relate(ANN, wish, message_pk=7, said_at=NOW)
    followed_up(ANN, 6)
    assert Profile.objects.get().follow_up_wished
    followed_up(ANN, 7)
    profile = Profile.objects.get()
    assert (profile.follow_up_wished, profile.follow_up_at) == (False, None)
