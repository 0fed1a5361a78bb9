"""What can't be read as profiles of the older bot is told in a line, and is left as it was."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import quote

import psycopg
import pytest
from django.core.management import CommandError

from conftest import require_service
from profiles.forgetting import TAKEN
from profiles.legacy import sqlite_copy
from profiles.models import Profile
from profiles.tests.legacy.older_bot import ANN, BEN, older_database, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(tmp_path):
    return older_database(tmp_path / "user_profiles.db", users=[{}], moods=[{}])


def bytes_in(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def refusal(path, *options):
    with pytest.raises(CommandError) as error:
        take(path, *options)
    return str(error.value)


def test_what_is_not_there_is_said(tmp_path):
    assert "does not exist" in refusal(tmp_path / "nothing.db")


def test_a_folder_without_anything_is_said(tmp_path):
    assert "holds neither user_profiles.db nor" in refusal(tmp_path)


# Each process that shares the tests collects the same ones, so nothing here is left to chance.
@pytest.mark.parametrize(
    "content",
    [b"", b"no database", random.Random(8192).randbytes(8192)],
    ids=["empty", "text", "noise"],
)
def test_a_file_that_is_no_database_is_said(tmp_path, content):
    file = tmp_path / "user_profiles.db"
    file.write_bytes(content)
    assert "is not an SQLite database, or it is encrypted" in refusal(file)


@pytest.mark.parametrize("size", [100, 5000, 9000])
def test_a_truncated_database_is_said(path, size):
    older_database(path.with_name("big.db"), users=[{}], moods=[{}] * 300)
    whole = path.with_name("big.db").read_bytes()
    path.write_bytes(whole[:size])
    said = refusal(path)
    assert "is damaged" in said
    assert ".recover" in said


def test_a_database_in_use_is_said(path, monkeypatch):
    monkeypatch.setattr(sqlite_copy, "LOCK_SECONDS", 0.1)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "is in use; stop the older bot" in refusal(path)


def test_a_database_without_its_tables_is_said(tmp_path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE things (id)")
    assert "has no table users" in refusal(tmp_path / "other.db")


def test_missing_columns_are_named(path):
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE users DROP COLUMN escalation_count")
        database.execute("ALTER TABLE users DROP COLUMN archived")
    assert refusal(path).endswith("table users lacks escalation_count.")


@pytest.mark.parametrize("content", ['{"1001": {"name"', "[" * 100_000, "\ufeff", '{"a": "\ud83d'])
def test_json_that_is_cut_off_is_said(tmp_path, content):
    file = tmp_path / "user_profiles.json"
    file.write_text(content, encoding="utf-8", errors="surrogatepass")
    assert "is not valid JSON, or it is truncated" in refusal(file)


def test_json_of_something_else_is_said(tmp_path):
    file = tmp_path / "user_profiles.json"
    file.write_text("[1, 2]")
    assert "doesn't contain an object of people by id" in refusal(file)


def test_people_that_are_no_objects_are_left_out(tmp_path):
    file = tmp_path / "user_profiles.json"
    file.write_text(json.dumps({str(ANN): {"emotion_history": [3, None]}, str(BEN): "Ben"}))
    said = take(file)
    assert "user_profiles.json 1002: no object" in said
    assert "it has no time: 2 skipped" in said


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "x" * 300, "Europe"])
def test_a_wrong_time_zone_is_said(path, zone):
    assert "is not a time zone" in refusal(path, "--timezone", zone)


def test_a_batch_of_nobody_is_refused(path):
    assert "--batch-size must be at least 1" in refusal(path, "--batch-size", "0")


def test_a_report_that_can_not_be_written_is_said(path):
    assert "The report can't be written" in refusal(path, "--report", "/nowhere/report.json")


def test_what_a_crash_left_half_done_is_undone_in_the_copy_alone(path, tmp_path):
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as bot:
        # Little memory for pages makes it write to the file before it commits.
        bot.execute("PRAGMA cache_size = 1")
        bot.execute("BEGIN")
        bot.execute("UPDATE users SET name = 'half-done'")
        rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)"
        bot.execute(f"{rows} INSERT INTO emotion_history (user_id) SELECT 'x' || i FROM n")
        for suffix in ("", "-journal"):
            shutil.copy(f"{path}{suffix}", crashed / f"user_profiles.db{suffix}")
    before = bytes_in(crashed)
    take(crashed)
    assert Profile.objects.get().name == "Ann"
    assert bytes_in(crashed) == before


def test_what_lies_in_the_log_beside_the_file_comes_along(path, tmp_path):
    copied = tmp_path / "copied"
    copied.mkdir()
    with closing(sqlite3.connect(path)) as bot:
        bot.execute("PRAGMA journal_mode = wal")
        bot.execute("UPDATE users SET name = 'Annika'")
        bot.commit()
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", copied / f"user_profiles.db{suffix}")
    before = bytes_in(copied)
    take(copied)
    assert Profile.objects.get().name == "Annika"
    assert bytes_in(copied) == before


@pytest.fixture
def address():
    """Return the address of a PostgreSQL database that looks into a schema of its own."""
    service = require_service("postgres")
    schema = f"older_bot_{os.getpid()}"
    with psycopg.connect(service, autocommit=True) as database:
        database.execute(f"CREATE SCHEMA {schema}")
        yield f"{service}?options={quote(f'-c search_path={schema}')}"
        database.execute(f"DROP SCHEMA {schema} CASCADE")


def fill(address: str, *statements: str) -> None:
    with psycopg.connect(address) as database:
        for statement in statements:
            database.execute(statement)


TABLE = """
CREATE TABLE user_profiles (
    user_id VARCHAR(255) PRIMARY KEY, name VARCHAR(255), relationship_level INTEGER DEFAULT 1,
    current_emotion VARCHAR(50), interaction_count INTEGER, first_interaction TIMESTAMP,
    last_interaction TIMESTAMP, emotion_history JSONB, escalation_count INTEGER,
    trust_indicators JSONB, preferences JSONB
)
"""
ROWS = """
INSERT INTO user_profiles VALUES
('1001', 'Ann', 4, 'happy', 30, '2025-06-01 10:00', '2025-06-20 10:00:00.5',
 '[{"emotion": "happy", "confidence": 0.9, "intensity": 0.7, "triggers": ["glad"],
    "timestamp": "2025-06-20T10:00:00"}]', 0, '["told a secret"]', '{"likes": ["tea"]}'),
('1002', NULL, 9, 'anxious', NULL, NULL, NULL, '{"not": "a list"}', NULL, NULL, NULL)
"""


@pytest.mark.service
def test_the_later_table_in_postgresql_comes_along(address):
    fill(address, TABLE, ROWS)
    said = take(address, "--timezone", "Asia/Tokyo")
    ann, ben = Profile.objects.order_by("person_id")
    assert (ann.relationship_level, ann.interaction_count) == ("close_friend", 30)
    assert ann.first_interaction == datetime(2025, 6, 1, 1, tzinfo=UTC)
    assert ann.emotion_records.get().triggers == ["glad"]
    assert ann.preferences["likes"] == ["tea"]
    assert ben.preferences[TAKEN]["unknown_words"] == {
        "relationship_level": "9",
        "current_emotion": "anxious",
    }
    assert "emotion_history isn't a list" in said


@pytest.mark.service
def test_a_table_of_postgresql_without_its_columns_is_said(address):
    fill(address, "CREATE TABLE user_profiles (user_id TEXT, name TEXT)")
    assert refusal(address) == "The table user_profiles lacks relationship_level."


@pytest.mark.service
def test_a_database_of_postgresql_without_the_table_is_said(address):
    assert 'relation "user_profiles" does not exist' in refusal(address)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("postgresql://bot:pass123@127.0.0.1:1/bot", "can't be read"),
        ("postgres://bot:pass123@[/bot", "The address is invalid"),
    ],
)
def test_postgresql_that_can_not_be_reached_is_said_without_the_password(address, reason):
    said = refusal(address)
    assert reason in said
    assert "pass123" not in said
