"""Profiles go back into a database that the older bot opens."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from profiles.actions import decide_consent, meet, record_emotion
from profiles.models import Emotion, EmotionRecord, Profile
from profiles.tests.legacy.older_bot import ANN, BEN, older_database, sample, take
from whisper.personal_data import erasures

NOW = datetime(2026, 3, 20, 18, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "user_profiles.db"


def export(path, *options: str) -> str:
    out = StringIO()
    call_command("export_legacy", "profiles", str(path), *options, stdout=out)
    return out.getvalue()


def rows(path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def people() -> list[dict[str, Any]]:
    names = [
        field.name
        for field in Profile._meta.concrete_fields
        if field.name not in {"id", "created_at", "preferences"}
    ]
    return list(Profile.objects.order_by("person_id").values(*names))


def moods() -> list[tuple[Any, ...]]:
    columns = ("emotion", "confidence", "intensity", "triggers", "felt_at", "model")
    found = EmotionRecord.objects.order_by("profile__person_id", "felt_at")
    return list(found.values_list("profile__person_id", *columns))


@pytest.mark.heavy
def test_exported_and_imported_again_everybody_is_equal(path):
    take(sample() / "user_profiles.db", "--timezone", "America/Los_Angeles")
    before = people(), moods()
    export(path, "--timezone", "UTC")
    Profile.objects.all().delete()
    take(path, "--timezone", "UTC")
    assert (people(), moods()) == before


@pytest.mark.heavy
def test_an_undamaged_database_comes_out_as_it_went_in(path):
    trust = json.dumps(["i\\s+trust", "ñ", "i\\s+trust"])
    times = ["2025-06-01T10:00:00", "2025-07-01T10:00:00.000456"]
    older_database(
        path,
        users=[{"trust_indicators": trust, "archived": 1}],
        moods=[{"timestamp": time} for time in times],
    )
    queries = ["SELECT * FROM users", "SELECT * FROM emotion_history ORDER BY id"]
    before = [rows(path, query) for query in queries]
    take(path, "--timezone", "Europe/Berlin")
    export(path, "--timezone", "Europe/Berlin", "--force")
    assert [rows(path, query) for query in queries] == before


def test_a_folder_that_is_not_there_yet_is_made(tmp_path):
    meet(ANN, name="Ann", at=NOW)
    export(tmp_path / "again" / "user_profiles.db")
    assert rows(tmp_path / "again" / "user_profiles.db", "SELECT name FROM users") == [("Ann",)]


def test_the_schema_is_the_older_bots(path):
    meet(ANN, name="Ann", at=NOW)
    export(path)
    names = {
        row[0] for row in rows(path, "SELECT name FROM sqlite_master WHERE name NOT LIKE '%auto%'")
    }
    assert names == {
        "users",
        "emotion_history",
        "sqlite_sequence",
        "idx_user_last_interaction",
        "idx_emotion_history_user_time",
    }
    assert rows(path, "PRAGMA journal_mode") == [("delete",)]


def test_the_latest_fifty_moods_go_out_oldest_first(path):
    meet(ANN, name="Ann", at=NOW)
    for minute in range(60):
        record_emotion(
            ANN,
            emotion=Emotion.HAPPY,
            scores={},
            intensity=0.5,
            confidence=0.5,
            valence=0.5,
            triggers=(),
            source_message_id=None,
            model="test",
            felt_at=NOW + timedelta(minutes=minute),
        )
    export(path, "--timezone", "UTC")
    times = [row[0] for row in rows(path, "SELECT timestamp FROM emotion_history ORDER BY id")]
    assert (len(times), times[0]) == (50, "2026-03-20T18:10:00")
    assert times == sorted(times)


def test_nobody_lacks_a_first_interaction_which_the_older_bot_can_not_bear(path):
    older_database(path, users=[{"first_interaction": None, "last_interaction": None}])
    take(path)
    export(path, "--force")
    assert rows(path, "SELECT first_interaction FROM users") != [(None,)]


def test_whoever_said_no_or_was_erased_stays_out(path):
    for person, name in ((ANN, "Ann"), (BEN, "Ben")):
        meet(person, name=name, at=NOW)
    decide_consent(ANN, granted=False, source="test")
    erasures.note(BEN)
    export(path)
    assert b"Ann" not in path.read_bytes()
    assert b"Ben" not in path.read_bytes()


def test_a_file_that_is_there_stays_without_force(path):
    path.write_text("precious")
    with pytest.raises(CommandError, match="use --force to replace it"):
        export(path)
    assert path.read_text() == "precious"


def test_an_export_that_fails_leaves_the_old_file_and_no_part(path, monkeypatch):
    from profiles.legacy import writer

    path.write_text("precious")
    meet(ANN, name="Ann", at=NOW)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer, "_sync", full)
    with pytest.raises(CommandError, match="No space left"):
        export(path, "--force")
    assert [one.name for one in path.parent.iterdir()] == ["user_profiles.db"]
    assert path.read_text() == "precious"


def test_a_folder_that_can_not_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CommandError, match="can't be written"):
        export(tmp_path / "file" / "user_profiles.db")


def test_times_that_can_not_be_told_apart_are_counted(path):
    older_database(path, users=[{"last_interaction": "2025-10-26T02:30:00"}])
    take(path, "--timezone", "Europe/Berlin")
    assert "1 times are in an hour" in export(path, "--timezone", "Europe/Berlin", "--force")
