"""Tests of taking an import of profiles back."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from profiles.actions import decide_consent, meet, rename
from profiles.models import Consent, EmotionRecord, Profile, RelationshipChange
from profiles.relationship.actions import forget_moods, forget_trust
from profiles.tests.legacy.older_bot import ANN, BEN, MOOD, older_database, take
from whisper.models import ImportRun

pytestmark = pytest.mark.django_db

MOODS = [{}, MOOD | {"timestamp": "2025-06-19T10:00:00"}]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "user_profiles.db"


def take_back() -> str:
    """Take the newest run back and return what the command said."""
    out = StringIO()
    run = ImportRun.objects.latest("pk")
    call_command("import_legacy", "rollback", str(run.pk), stdout=out)
    return out.getvalue()


def row(person):
    """Return all values of a person's profile."""
    return Profile.objects.filter(person_id=person).values().get()


@pytest.mark.heavy
def test_people_whom_a_run_brought_go_with_their_moods_and_consents(path):
    take(older_database(path, users=[{}, {"user_id": str(BEN)}], moods=MOODS))
    said = take_back()
    assert "profiles 2," in said
    assert "moods 2" in said
    assert not Profile.objects.exists()
    assert not EmotionRecord.objects.exists()
    assert not Consent.objects.exists()


@pytest.mark.heavy
def test_who_was_there_before_is_as_before(path):
    decide_consent(ANN, granted=True, source="test")
    meet(ANN, name="Annie", at=timezone.now())
    before = row(ANN)
    take(older_database(path, users=[{}], moods=MOODS))
    assert row(ANN) != before
    take_back()
    assert row(ANN) == before
    assert not EmotionRecord.objects.exists()
    assert not RelationshipChange.objects.exists()
    assert Consent.objects.get().source == "test"


@pytest.mark.heavy
def test_who_talked_since_keeps_what_is_newer(path):
    take(older_database(path, users=[{}], moods=MOODS))
    decide_consent(ANN, granted=True, source="test")
    rename(ANN, preferred_name="Annie")
    at = timezone.now()
    meet(ANN, name="Ann B.", at=at)
    take_back()
    ann = row(ANN)
    assert (ann["preferred_name"], ann["name"], ann["last_interaction"]) == ("Annie", "Ann B.", at)
    assert (ann["relationship_level"], ann["trust_indicators"]) != ("friend", ["told a secret"])
    assert ann["preferences"] == {}
    assert Consent.objects.get().status == Consent.Status.GRANTED


@pytest.mark.heavy
def test_only_the_run_that_is_named_is_taken_back(path):
    take(older_database(path, users=[{}], moods=MOODS[:1]))
    first = row(ANN)
    path.unlink()
    take(older_database(path, users=[{"interaction_count": 20}], moods=MOODS))
    take_back()
    assert row(ANN) == first
    assert EmotionRecord.objects.count() == 1


@pytest.mark.heavy
def test_a_no_said_since_stays(path):
    take(older_database(path, users=[{}], moods=MOODS))
    decide_consent(ANN, granted=False, source="test")
    take_back()
    assert Consent.objects.get().status == Consent.Status.DENIED
    take(path)
    assert not EmotionRecord.objects.exists()


@pytest.mark.heavy
def test_the_same_import_again_changes_nothing_and_is_taken_back_as_nothing(path):
    take(older_database(path, users=[{}], moods=MOODS))
    before = row(ANN)
    take(path)
    assert "profiles 0, changed profiles 0, moods 0" in take_back()
    assert row(ANN) == before


@pytest.mark.heavy
def test_what_was_forgotten_since_is_kept_for_no_way_back(path):
    take(older_database(path, users=[{}], moods=MOODS))
    path.unlink()
    take(older_database(path, users=[{"trust_indicators": '["a second secret"]'}], moods=MOODS))
    assert "told a secret" in json.dumps(row(ANN)["preferences"])
    forget_trust(ANN)
    forget_moods(ANN)
    kept = json.dumps(row(ANN)["preferences"])
    assert "secret" not in kept
    assert "valence" not in kept
    take_back()
    assert (row(ANN)["trust_indicators"], row(ANN)["emotion_state"]) == ([], {})
