"""Read user_profiles.db, the older bot's SQLite database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from django.core.management.base import CommandError

from profiles.legacy.records import RawProfile

STORE = "users"
COLUMNS = {
    "users": {
        "user_id",
        "name",
        "relationship_level",
        "current_emotion",
        "interaction_count",
        "first_interaction",
        "last_interaction",
        "escalation_count",
        "trust_indicators",
    },
    "emotion_history": {
        "id",
        "user_id",
        "detected_emotion",
        "confidence",
        "triggers",
        "intensity",
        "timestamp",
    },
}
# How many values a statement may name.
BATCH = 500


def require_tables(path: Path, connection: sqlite3.Connection) -> None:
    """Check whether the tables are there.

    Raises:
        CommandError: one is not, or lacks a column.
    """
    for table, columns in COLUMNS.items():
        found = {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}
        if not found:
            raise CommandError(
                f"{path} has no table {table}, so it isn't the older bot's database."
            )
        if missing := columns - found:
            raise CommandError(f"{path}: table {table} lacks {', '.join(sorted(missing))}.")


def ids(connection: sqlite3.Connection) -> set[object]:
    """Return who is there; the rest of a row may still be broken."""
    return {row["user_id"] for row in connection.execute("SELECT user_id FROM users")}


def read(connection: sqlite3.Connection) -> Iterator[RawProfile]:
    """Yield each person with their moods, in the order of their ids."""
    users = connection.execute("SELECT * FROM users ORDER BY user_id")
    while batch := users.fetchmany(BATCH):
        moods = _moods(connection, [row["user_id"] for row in batch])
        for row in batch:
            yield RawProfile(STORE, row["user_id"], dict(row), moods.get(row["user_id"], []))


def orphans(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    """Yield ids that have moods but no user, with the number of their moods."""
    rows = connection.execute(
        "SELECT user_id, count(*) FROM emotion_history WHERE user_id IS NULL OR user_id NOT IN "
        "(SELECT user_id FROM users WHERE user_id IS NOT NULL) GROUP BY user_id"
    )
    yield from ((str(user_id), moods) for user_id, moods in rows)


def _moods(
    connection: sqlite3.Connection, user_ids: list[object]
) -> dict[object, list[dict[str, object]]]:
    marks = ", ".join("?" * len(user_ids))
    rows = connection.execute(
        f"SELECT * FROM emotion_history WHERE user_id IN ({marks}) ORDER BY user_id, id",  # noqa: S608
        user_ids,
    )
    groups = groupby(rows, key=lambda row: row["user_id"])
    return {user_id: [dict(row) for row in group] for user_id, group in groups}
