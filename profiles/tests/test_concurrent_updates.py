"""Many who write of one person at once lose nothing, on either engine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from profiles.actions import (
    claim_question,
    decide_consent,
    meet,
    record_emotion,
    release_question,
)
from profiles.models import Emotion, EmotionRecord, Profile, Relationship, RelationshipChange
from profiles.relationship.actions import relate, set_level, settle
from profiles.relationship.rules import SILENCE
from profiles.relationship.signs import TRUST, Signs
from whisper.database.errors import DatabaseBusyError

ANN, BEN = 1001, 1002
WRITERS = 100
NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]


@pytest.fixture(autouse=True)
def _ann_agrees() -> None:
    decide_consent(ANN, granted=True, source="test")


def at_once(work: Callable[[int], object], times: int = WRITERS) -> None:
    """Do something in as many threads as there are writers."""

    def one(number: int) -> None:
        try:
            while True:
                try:
                    connection.ensure_connection()
                    break
                except DatabaseBusyError:
                    # A hundred share the pool's few connections; who gets none asks again.
                    continue
            work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(times) as writers:
        list(writers.map(one, range(times)))


def test_a_hundred_writers_count_exactly_from_the_first_meeting_on():
    at_once(lambda n: meet(ANN, name=f"Ann {n}", at=NOW + timedelta(seconds=n)))
    profile = Profile.objects.get()
    assert profile.interaction_count == WRITERS
    assert profile.last_interaction == NOW + timedelta(seconds=WRITERS - 1)
    assert meet(ANN, name="", at=NOW).interaction_count == WRITERS + 1


def feel(message: int) -> None:
    """Let a message of Ann's be sad."""
    record_emotion(
        ANN,
        emotion=Emotion.SAD,
        scores={"sadness": 0.9},
        intensity=0.9,
        confidence=0.9,
        valence=-0.9,
        triggers=[],
        source_message_id=message,
        model="test",
        felt_at=NOW,
    )


@pytest.mark.heavy
def test_a_hundred_moods_at_once_are_all_counted():
    meet(ANN, name="Ann", at=NOW)
    # Each message is given twice.
    at_once(lambda number: feel(number // 2))
    day = Profile.objects.get().emotion_state["days"][0]
    assert EmotionRecord.objects.count() == day["moods"]["sad"] == WRITERS // 2


def test_signs_that_come_at_once_are_all_kept():
    meet(ANN, name="Ann", at=NOW)
    labels = list(TRUST)
    at_once(lambda n: relate(ANN, Signs((labels[n],)), message_pk=n, said_at=NOW), len(labels))
    assert set(Profile.objects.get().trust_indicators) == set(labels)


@pytest.mark.heavy
def test_a_relationship_that_many_settle_at_once_changes_once():
    for day in range(10):
        meet(ANN, name="Ann", at=NOW + timedelta(days=day))
    at_once(lambda n: settle(ANN, personal=True, now=NOW))
    assert Profile.objects.get().relationship_level == Relationship.FRIEND
    assert RelationshipChange.objects.count() == 2


def test_who_comes_back_with_many_messages_at_once_is_cooled_towards_once():
    meet(ANN, name="Ann", at=NOW)
    set_level(ANN, Relationship.FRIEND, reason="test", now=NOW)
    at_once(lambda n: meet(ANN, name="Ann", at=NOW + SILENCE + timedelta(days=1, seconds=n)))
    assert RelationshipChange.objects.filter(rule="silence_of_friend").count() == 1
    assert Profile.objects.get().interaction_count == WRITERS + 1


def test_an_interaction_of_somebody_known_is_one_statement():
    meet(ANN, name="Ann", at=NOW)
    with CaptureQueriesContext(connection) as statements:
        profile = meet(ANN, name="", at=NOW + timedelta(hours=1))
    assert len(statements) == 1
    assert (profile.name, profile.interaction_count) == ("Ann", 2)


def test_a_mood_is_four_statements_in_the_transaction_of_its_message():
    meet(ANN, name="Ann", at=NOW)
    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        feel(1)
    assert len(statements) == 4
    with transaction.atomic(), CaptureQueriesContext(connection) as statements:
        feel(1)
    assert len(statements) == 2


def test_a_message_that_comes_late_is_counted_and_turns_no_time_back():
    meet(ANN, name="Ann", at=NOW)
    profile = meet(ANN, name="Ann", at=NOW - timedelta(days=300))
    assert (profile.interaction_count, profile.last_interaction) == (2, NOW)


def test_who_was_brought_along_without_times_or_as_archived_is_met_as_of_now():
    Profile.objects.create(person_id=ANN, interaction_count=7, archived=True)
    profile = meet(ANN, name="Ann", at=NOW)
    assert (profile.interaction_count, profile.archived) == (8, False)
    assert profile.first_interaction == profile.last_interaction == NOW


def test_of_many_who_would_ask_a_person_at_once_one_may():
    claims: list[datetime | None] = []
    at_once(lambda _: claims.append(claim_question(BEN, source="test")))
    claimed = [one for one in claims if one is not None]
    assert len(claimed) == 1
    release_question(BEN, claimed[0])
    assert claim_question(BEN, source="test") is not None
