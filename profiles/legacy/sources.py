"""What lies at a path: the database, the older file, or both with what people said to privacy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from profiles.legacy import database, json_file, postgres
from profiles.legacy.records import RawProfile
from profiles.legacy.sqlite_copy import HEADER, private_copy
from whisper.imports.arguments import existing

DATABASE_NAME = "user_profiles.db"
JSON_NAME = "user_profiles.json"
PRIVACY_NAME = "privacy_data/user_privacy_preferences.json"


@dataclass(frozen=True, slots=True)
class Source:
    """What an import reads.

    Args:
        name: its location, without passwords.
        people: everybody, in an order that is the same each time.
        total: how many they are.
        preferences: of the older file, by id, for those who are in the database too.
        orphans: ids that have moods but no user, with the number of their moods.
        privacy: what people said to privacy, by id.
    """

    name: str
    people: Iterator[RawProfile]
    total: int
    preferences: dict[str, Any] = field(default_factory=dict)
    orphans: tuple[tuple[str, int], ...] = ()
    privacy: dict[str, Any] = field(default_factory=dict)


@contextmanager
def opened(path: str) -> Iterator[Source]:
    """Yield what lies at a path.

    Raises:
        CommandError: nothing does, or it can't be read.
    """
    if postgres.is_address(path):
        with postgres.connected(path) as connection:
            people, total = postgres.read(connection), postgres.count(connection)
            yield Source(postgres.name_of(path), people, total)
        return
    found = existing(path)
    if found.is_dir():
        with _folder(found) as source:
            yield source
    elif _is_json(found):
        people_by_id = json_file.load_people(found)
        yield Source(str(found.resolve()), json_file.read(people_by_id), len(people_by_id))
    else:
        with _database(found, {}) as source:
            yield source


@contextmanager
def _folder(folder: Path) -> Iterator[Source]:
    older = folder / JSON_NAME
    privacy = folder / PRIVACY_NAME
    people = json_file.load_people(older) if older.exists() else {}
    said = json_file.load_people(privacy) if privacy.exists() else {}
    if (folder / DATABASE_NAME).exists():
        with _database(folder / DATABASE_NAME, people, said) as source:
            yield source
    elif people or said:
        name = str(folder.resolve())
        yield Source(name, json_file.read(people), len(people), privacy=said)
    else:
        raise CommandError(
            f"{folder} holds neither {DATABASE_NAME} nor {JSON_NAME} nor {PRIVACY_NAME}."
        )


@contextmanager
def _database(
    path: Path, older: dict[str, Any], privacy: dict[str, Any] | None = None
) -> Iterator[Source]:
    with private_copy(path) as connection:
        database.require_tables(path, connection)
        ids = database.ids(connection)
        alone = {user_id: row for user_id, row in older.items() if user_id not in ids}
        yield Source(
            name=str(path.resolve()),
            people=_both(database.read(connection), json_file.read(alone)),
            total=len(ids) + len(alone),
            preferences=older,
            orphans=tuple(database.orphans(connection)),
            privacy=privacy or {},
        )


def _both(first: Iterator[RawProfile], second: Iterator[RawProfile]) -> Iterator[RawProfile]:
    yield from first
    yield from second


def _is_json(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(len(HEADER))
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}") from error
    return start != HEADER and path.suffix == ".json"
