"""The older bot's files, as tests need them."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from profiles.legacy.writer import SCHEMA

SAMPLE = settings.BASE_DIR.parent / "shared" / "legacy"
ANN, BEN, CLEO = 1001, 1002, 1003
USER = {
    "user_id": str(ANN),
    "name": "Ann",
    "relationship_level": "friend",
    "current_emotion": "happy",
    "interaction_count": 12,
    "first_interaction": "2025-06-01T10:00:00",
    "last_interaction": "2025-06-20T10:00:00.000456",
    "escalation_count": 0,
    "trust_indicators": '["told a secret"]',
    "archived": 0,
}
MOOD = {
    "user_id": str(ANN),
    "detected_emotion": "happy",
    "confidence": 0.9,
    "triggers": '["glad"]',
    "intensity": 0.7,
    "timestamp": "2025-06-20T10:00:00",
}


def sample() -> Path:
    """Return the folder of the older bot's sample; skip the test if it is absent."""
    if SAMPLE.exists():
        return SAMPLE
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail("the sample of the older bot is absent, and REQUIRE_SERVICES=1 asks for it")
    pytest.skip("the sample of the older bot is absent")


def older_database(
    path: Path, *, users: list[dict[str, Any]], moods: list[dict[str, Any]] | None = None
) -> Path:
    """Write a user_profiles.db; each row is Ann's with these changes."""
    with closing(sqlite3.connect(path)) as database:
        database.executescript(SCHEMA)
        _insert(database, "users", [USER | row for row in users])
        _insert(database, "emotion_history", [MOOD | row for row in moods or []])
        database.commit()
    return path


def _insert(database: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        marks = ", ".join("?" * len(row))
        names = ", ".join(row)
        database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))


def take(path: Path | str, *options: str) -> str:
    """Import profiles and return what the command said."""
    out = StringIO()
    call_command("import_legacy", "profiles", str(path), *options, stdout=out)
    return out.getvalue()
