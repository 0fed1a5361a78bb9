"""The sample of the older bot comes along as its manifest says."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime
from typing import Any

import pytest

from profiles.forgetting import TAKEN
from profiles.models import Consent, EmotionRecord, Profile
from profiles.tests.legacy.older_bot import sample, take

ZONE = "America/Los_Angeles"

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]


@pytest.fixture
def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample() / "manifest.json").read_text())
    return found


def when(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def shown(profile: Profile) -> dict[str, Any]:
    """Return a profile in the manifest's words."""
    return {
        "name": profile.name or None,
        "relationship_level": profile.relationship_level,
        "current_emotion": profile.current_emotion,
        "interaction_count": profile.interaction_count,
        "first_utc": profile.first_interaction,
        "last_utc": profile.last_interaction,
        "escalation_count": profile.escalation_count,
        # Repeats are folded; as many as there were are known besides.
        "trust_indicators": len(profile.preferences[TAKEN]["taken"]["trust_indicators"]),
        "history": profile.emotion_records.count(),
        "archived": profile.archived,
    }


def skipped_emotions() -> Counter[str]:
    """Return the emotions of those who are nobody, and of the test's id."""
    with closing(sqlite3.connect(f"file:{sample()}/user_profiles.db?mode=ro", uri=True)) as file:
        rows = file.execute(
            "SELECT detected_emotion FROM emotion_history WHERE user_id LIKE 'test%' "
            "OR user_id NOT IN (SELECT user_id FROM users)"
        )
        return Counter(row[0] for row in rows)


def test_every_person_of_the_database_has_the_expected_values(manifest):
    take(sample() / "user_profiles.db", "--timezone", ZONE)
    expected = {
        int(user): row | {"first_utc": when(row["first_utc"]), "last_utc": when(row["last_utc"])}
        for user, row in manifest["user_profiles.db"]["expected"].items()
    }
    assert {row.person_id: shown(row) for row in Profile.objects.all()} == expected


def test_counts_are_those_of_the_manifest(manifest):
    take(sample() / "user_profiles.db", "--timezone", ZONE)
    after, said = manifest["user_profiles.db"]["after_import"], manifest["user_profiles.db"]
    assert Profile.objects.count() == after["users"]
    assert EmotionRecord.objects.count() == after["emotion_history"]
    assert Profile.objects.filter(archived=True).count() == after["archived"]
    emotions = Counter(EmotionRecord.objects.values_list("emotion", flat=True))
    # An unknown word became the default; the manifest counts the rows that are skipped too.
    expected = Counter(said["emotions_in_history"]) - skipped_emotions()
    expected["neutral"] += expected.pop("melancholy")
    assert emotions == expected
    levels = Counter(Profile.objects.values_list("relationship_level", flat=True))
    # The test's id, which isn't a person's, is a close friend.
    assert levels + Counter(close_friend=1) == said["levels"]


REASONS = {
    "trust_indicators is a JSON object, not a list": (
        "trust_indicators isn't a list, read as an empty one"
    ),
    "trust_indicators is cut off, no valid JSON": "trust_indicators isn't valid JSON, read as "
    "empty",
    "current_emotion 'anxious' is none of the ten words": (
        "current_emotion is not a known word, read as neutral"
    ),
    "escalation_count is NULL": (
        "escalation_count isn't a whole number of 0 or more, read as the nearest"
    ),
    "detected_emotion 'melancholy' is none of the ten words": (
        "detected_emotion is not a known word, read as neutral"
    ),
    "first_interaction is NULL": (
        "first_interaction is missing, taken from the oldest mood or the last conversation"
    ),
    "triggers is a JSON string, not a list": "triggers isn't a list, read as an empty one",
    "triggers is cut off, no valid JSON": "triggers isn't valid JSON, read as empty",
    "confidence and intensity are NULL": "confidence isn't a number from 0 to 1, read as the "
    "nearest",
    "two history rows of a user who is not in users": "moods of a missing person",
    "user_id is a test id, not a Discord id": "a test id, not a person's",
}


def test_every_special_row_is_reported_as_the_manifest_says(manifest, tmp_path):
    file = tmp_path / "report.json"
    take(sample() / "user_profiles.db", "--timezone", ZONE, "--report", str(file))
    notes = json.loads(file.read_text())["notes"]
    for row in manifest["user_profiles.db"]["special_rows"]:
        key = f"{row['user']} #{row['history_id']}" if "history_id" in row else row["user"]
        found = {(note["outcome"], note["why"]) for note in notes if note["key"] == key}
        outcome = {"rejected": "skipped"}.get(row["outcome"], row["outcome"])
        if outcome == "imported":
            # A person may have been repaired for another of these rows, never for this one.
            assert row["what"] not in REASONS
        else:
            assert (outcome, REASONS[row["what"]]) in found


def test_only_what_the_manifest_names_and_the_doubled_hour_is_repaired(manifest, tmp_path):
    file = tmp_path / "report.json"
    take(sample() / "user_profiles.db", "--timezone", ZONE, "--report", str(file))
    report = json.loads(file.read_text())
    known = {*REASONS.values(), "intensity isn't a number from 0 to 1, read as the nearest"}
    doubled = "timestamp is a time in the hour that clocks repeat, read as the earlier one"
    assert {note["why"] for note in report["notes"]} == known | {doubled}
    assert report["counts"]["users"] == {"imported": 24, "repaired": 4, "skipped": 1}
    assert report["counts"]["moods"] == {"imported": 426, "repaired": 5, "skipped": 12}


def test_values_of_damaged_rows_are_those_of_the_manifest():
    take(sample() / "user_profiles.db", "--timezone", ZONE)
    fine = datetime.fromisoformat("2025-10-13T00:45:00.000456+00:00")
    assert EmotionRecord.objects.filter(felt_at=fine).count() == 1
    having = Profile.objects.get(person_id=1135764826807994686)
    assert having.preferences[TAKEN]["unknown_words"] == {"current_emotion": "anxious"}
    melancholy = Profile.objects.get(person_id=1225593767655227080)
    assert "melancholy" in melancholy.preferences[TAKEN]["unknown_words"].values()


def test_the_folder_brings_database_and_older_file_together(manifest):
    take(sample(), "--timezone", ZONE)
    said = manifest["user_profiles.json"]
    assert Profile.objects.count() == said["after_import_with_db"]["users"]
    steve = Profile.objects.get(person_id=1374993234637030418)
    expected = said["expected"]["1374993234637030418"]
    assert (steve.name, steve.relationship_level) == (
        expected["name"],
        expected["relationship_level"],
    )
    assert steve.preferences["personal_info"]["work"] == expected["work"]
    assert steve.preferences["dislikes"] == expected["dislikes"]
    assert steve.emotion_records.count() == 18


def test_a_person_of_the_older_file_alone_has_the_expected_values(manifest):
    take(sample() / "user_profiles.json", "--timezone", ZONE)
    expected = manifest["user_profiles.json"]["expected"]["480206998724175196"]
    person = Profile.objects.get(person_id=480206998724175196)
    assert person.name == expected["name"]
    assert person.first_interaction == when(expected["first_utc"])
    assert person.last_interaction == when(expected["last_utc"])
    assert person.emotion_records.count() == expected["history"]
    assert person.preferences["personal_info"]["location"] == expected["location"]
    assert person.preferences["personal_info"]["age"] == expected["age"]


def test_the_sample_is_the_same_bytes_after_an_import():
    files = [sample() / "user_profiles.db", sample() / "user_profiles.json"]
    before = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files]
    names = sorted(sample().iterdir())
    take(sample(), "--timezone", ZONE)
    assert [hashlib.sha256(file.read_bytes()).hexdigest() for file in files] == before
    assert sorted(sample().iterdir()) == names


def test_whom_nobody_asked_is_kept_as_asked():
    take(sample(), "--timezone", ZONE)
    rows = Consent.objects.values_list("status", "source").distinct()
    assert list(rows) == [(Consent.Status.ASKED, "import")]


def test_taken_twice_it_changes_nothing(manifest):
    take(sample(), "--timezone", ZONE)
    before = list(Profile.objects.order_by("pk").values())
    moods = list(EmotionRecord.objects.order_by("pk").values())
    said = take(sample(), "--timezone", ZONE)
    assert list(Profile.objects.order_by("pk").values()) == before
    assert list(EmotionRecord.objects.order_by("pk").values()) == moods
    assert "24 unchanged" in said
