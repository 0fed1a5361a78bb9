"""Write people and moods as the older bot keeps them: a user_profiles.db."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from profiles.forgetting import TAKEN
from profiles.legacy import queries
from profiles.legacy.times import to_local, to_utc
from profiles.models import EmotionRecord, Profile

SCHEMA = """
CREATE TABLE users (
    user_id TEXT PRIMARY KEY,
    name TEXT,
    relationship_level TEXT DEFAULT 'acquaintance',
    current_emotion TEXT DEFAULT 'neutral',
    interaction_count INTEGER DEFAULT 0,
    first_interaction TIMESTAMP,
    last_interaction TIMESTAMP,
    escalation_count INTEGER DEFAULT 0,
    trust_indicators TEXT,
    archived INTEGER DEFAULT 0
);
CREATE TABLE emotion_history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT,
    detected_emotion TEXT,
    confidence REAL,
    triggers TEXT,
    intensity REAL,
    timestamp TIMESTAMP,
    FOREIGN KEY (user_id) REFERENCES users(user_id)
);
CREATE INDEX idx_user_last_interaction ON users(last_interaction);
CREATE INDEX idx_emotion_history_user_time ON emotion_history(user_id, timestamp);
"""


@dataclass(slots=True)
class Written:
    """What was written.

    Args:
        ambiguous: times of an hour that the clocks repeat: read again they may move by it.
    """

    people: int = 0
    moods: int = 0
    ambiguous: int = 0


def write(path: Path, zone: ZoneInfo, *, advance: Callable[[int], None]) -> Written:
    """Write everybody who did not decline into a new database that takes a path's place at the end.

    Args:
        zone: of the older bot's host: its times carry none.
        advance: called with the number of people written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    part = Path(name)
    try:
        with closing(sqlite3.connect(part)) as target:
            target.executescript(SCHEMA)
            written = _fill(_Writer(target, zone), advance)
            target.commit()
        _sync(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return written


def _fill(writer: _Writer, advance: Callable[[int], None]) -> Written:
    for people in queries.people_to_export():
        moods = queries.latest_moods(people)
        for person in people:
            writer.person(person, moods.get(person.pk, []))
        advance(len(people))
    return writer.written


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


class _Writer:
    def __init__(self, target: sqlite3.Connection, zone: ZoneInfo) -> None:
        self.target, self.zone, self.written = target, zone, Written()

    def person(self, person: Profile, moods: Sequence[EmotionRecord]) -> None:
        # The older bot fails for everyone if one first_interaction is missing.
        first = person.first_interaction or person.created_at
        row = (
            str(person.person_id),
            person.name or None,
            person.relationship_level,
            person.current_emotion,
            person.interaction_count,
            self._time(first),
            self._time(person.last_interaction) if person.last_interaction else None,
            person.escalation_count,
            json.dumps(_trust_indicators(person)),
            int(person.archived),
        )
        self._insert("users", row)
        self.written.people += 1
        for mood in moods:
            self._insert("emotion_history", (None, str(person.person_id), *self._mood(mood)))
        self.written.moods += len(moods)

    def _mood(self, mood: EmotionRecord) -> Iterator[Any]:
        yield mood.emotion
        yield mood.confidence
        yield json.dumps(mood.triggers)
        yield mood.intensity
        yield self._time(mood.felt_at)

    def _insert(self, table: str, row: tuple[Any, ...]) -> None:
        marks = ", ".join("?" * len(row))
        self.target.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608

    def _time(self, moment: Any) -> str:
        text = to_local(moment, self.zone)
        self.written.ambiguous += to_utc(text, self.zone)[1] != ""
        return text


def _trust_indicators(person: Profile) -> list[str]:
    """Return signs of trust, those that were brought along as often as the older bot had them."""
    brought = person.preferences.get(TAKEN, {}).get("taken", {}).get("trust_indicators", [])
    kept = [one for one in brought if one in person.trust_indicators]
    return kept + [one for one in person.trust_indicators if one not in brought]
