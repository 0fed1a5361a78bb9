"""Questions about many people: right on both engines, and by the indexes on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from pytest_django import DjangoDbBlocker

from profiles.models import Emotion, EmotionRecord, Profile, Relationship, RelationshipChange
from profiles.queries import felt_lately, in_distress, silent_friends, who_showed
from whisper.tests.filling import rows_of_the_module

# Enough for PostgreSQL to choose an index; SQLite is only asked whether it finds the same people.
PEOPLE, TALKERS, MOODS = (
    (3_000, 300, 30_000) if connection.vendor == "postgresql" else (400, 4, 2_000)
)
NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
# Of a few days their times alone tell as much.
LONG_AGO = NOW - timedelta(days=800)

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="EXPLAIN of SQLite tells other things"
)


@pytest.fixture(scope="module")
def _crowd(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with rows_of_the_module(django_db_blocker):
        fill()
        yield


@pytest.fixture
def crowd(_crowd: None, db: None) -> None:
    """Many people, each hundredth a friend who trusts, and many moods of some, one per hour."""


def fill() -> None:
    people = Profile.objects.bulk_create(
        Profile(
            person_id=n,
            trust_indicators=["said they trust"] if n % 100 == 0 else ["asked for advice"],
            relationship_level=Relationship.FRIEND if n % 100 == 0 else Relationship.ACQUAINTANCE,
            last_interaction=NOW - timedelta(days=n % 400),
        )
        for n in range(PEOPLE)
    )
    EmotionRecord.objects.bulk_create(
        EmotionRecord(
            profile=people[n % TALKERS],
            emotion=Emotion.SAD if n % 10 == 0 else Emotion.HAPPY,
            scores={"grief": 0.1 + (n % 800) / 1000, "joy": 0.2} if n % 200 == 0 else {"joy": 0.9},
            intensity=0.9 if n % 20 == 0 else 0.2,
            confidence=0.9,
            model="test",
            felt_at=NOW - n * HOUR,
        )
        for n in range(MOODS)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # As autovacuum does: what was just added waits in a list beside an inverted index.
            for index in ("profile_trust_indicators", "emotion_record_scores"):
                cursor.execute("SELECT gin_clean_pending_list(%s)", [index])
            cursor.execute("ANALYZE profiles_profile; ANALYZE profiles_emotionrecord")


@pytest.mark.parametrize("model", [EmotionRecord, RelationshipChange])
def test_rows_of_a_profile_have_one_index_that_begins_with_it(db, model):
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    by_profile = [
        name
        for name, one in found.items()
        if one["index"] and not one["foreign_key"] and one["columns"][:1] == ["profile_id"]
    ]
    assert len(by_profile) == 1, by_profile


@pytest.mark.heavy
def test_who_felt_something_lately_is_found_by_its_probability(crowd):
    found = felt_lately("grief", since=NOW - 1000 * HOUR)
    assert [NOW - record.felt_at for record in found] == [200 * n * HOUR for n in range(6)]
    strong = felt_lately("grief", since=NOW - 1000 * HOUR, at_least=0.6)
    assert [record.scores["grief"] for record in strong] == [0.7]


def test_strong_distress_is_found_and_weak_is_not(crowd):
    found = in_distress(since=NOW - WEEK)
    assert [NOW - record.felt_at for record in found] == [20 * n * HOUR for n in range(9)]


def test_who_showed_a_sign_of_trust_is_found_exactly(crowd):
    assert who_showed("said they trust").count() == PEOPLE / 100
    assert who_showed("said they").count() == 0


def test_friends_who_are_silent_are_found(crowd):
    found = silent_friends(before=NOW - timedelta(days=299))
    assert {(NOW - one.last_interaction).days for one in found if one.last_interaction} == {300}


@pytest.mark.parametrize("odd", ['"', "'", "%", "$.a", "é", ""])
def test_odd_words_are_found_as_they_are(db, odd):
    Profile.objects.create(person_id=PEOPLE + 1, trust_indicators=[odd])
    Profile.objects.create(person_id=PEOPLE + 2, trust_indicators=["a"])
    assert [one.person_id for one in who_showed(odd)] == [PEOPLE + 1]


@on_postgresql
@pytest.mark.parametrize(
    ("question", "index"),
    [
        (lambda: felt_lately("grief", since=LONG_AGO), "emotion_record_scores"),
        (lambda: felt_lately("grief", since=LONG_AGO, at_least=0.6), "emotion_record_scores"),
        (lambda: in_distress(since=NOW - WEEK), "emotion_distress"),
        (lambda: who_showed("said they trust"), "profile_trust_indicators"),
        (lambda: silent_friends(before=NOW - timedelta(days=300)), "profile_close_by_silence"),
        (
            lambda: Profile.objects.get(person_id=7).emotion_records.order_by("-felt_at")[:10],
            "emotion_record_profile_time",
        ),
        (
            lambda: Profile.objects.order_by("-last_interaction")[:50],
            "profile_last_interaction",
        ),
    ],
)
def test_each_question_is_answered_by_its_index(crowd, question, index):
    asked: QuerySet[Profile] | QuerySet[EmotionRecord] = question()
    plan = asked.explain()
    assert index in plan
    assert "Seq Scan" not in plan
