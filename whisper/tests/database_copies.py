"""Records to be carried: made, filled with a bit of everything, and looked at."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connections

from botrunner.models import ServerDay
from memories.models import ImportedRow, Memory, Message, Partition, Place, ReplyTrace
from profiles.models import Consent, EmotionRecord, Profile
from whisper.copying import locations
from whisper.copying.base import count
from whisper.copying.digests import Digest, digests
from whisper.copying.tables import tables
from whisper.models import ImportRun, OutboxEntry
from whisper.tests.migrated_database import template
from whisper.tests.migrated_file import copy_migrated

ANN, BEN, CLEO = 1001, 1002, 2**62
NOW = datetime(2026, 3, 1, 12, 30, 0, 250_000, tzinfo=UTC)


def sqlite_url(path: Path) -> str:
    """Return the address of a file."""
    return f"sqlite:///{path}"


@cache
def _empty_file() -> bytes:
    """Return an SQLite file with the tables, which are made once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.sqlite3"
        copy_migrated(file)
        return file.read_bytes()


def make(url: str) -> locations.Location:
    """Return an empty record at an address."""
    place = locations.named(url)
    if place.file is None:
        _replace_by_template(url)
    else:
        place.file.write_bytes(_empty_file())
    return place


def _replace_by_template(url: str) -> None:
    """Put a database that has the tables in the place of an empty one on the same server."""
    server, _, name = url.rpartition("/")
    _execute(f"{server}/postgres", f"DROP DATABASE {name}")
    _create(f"{server}/postgres", name, f"TEMPLATE {template(f'{server}/postgres')}")


def _create(server: str, name: str, options: str = "") -> None:
    _execute(server, f"CREATE DATABASE {name} {options}")
    # It need not outlive a power failure.
    _execute(server, f"ALTER DATABASE {name} SET synchronous_commit = off")


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def fill(place: locations.Location, messages: int = 20) -> None:
    """Write a bit of everything: accounts, people, messages, memories that refer to each other."""
    alias = place.alias
    ann = User.objects.using(alias).create(username="ann", password="!", is_staff=True)
    group = Group.objects.using(alias).create(name="readers")
    permission = Permission.objects.using(alias).get(codename="view_memory")
    group.permissions.set([permission])
    ann.groups.set([group])
    LogEntry.objects.using(alias).create(
        user_id=ann.pk,
        content_type=ContentType.objects.using(alias).get(model="memory"),
        object_id="1",
        object_repr="a memory",
        action_flag=2,
    )
    for person, name in ((ANN, "Ann"), (BEN, "Ben"), (CLEO, "Cleo Ünïcode 🐈")):
        fill_person(place, person, name, messages)
    ServerDay.objects.using(alias).create(guild_id=1, day=NOW.date(), replies=2)
    run = ImportRun.objects.using(alias).create(kind="memories", source="store", report={"a": [1]})
    ImportedRow.objects.using(alias).create(run=run, store="c", key="1", digest="d", outcome="skip")
    place.release()


def fill_person(place: locations.Location, person: int, name: str, messages: int) -> None:
    """Write what is held of one person."""
    alias = place.alias
    Consent.objects.using(alias).create(person_id=person, status="granted", source="test")
    profile = Profile.objects.using(alias).create(
        person_id=person,
        name=name,
        preferences={"ratio": 0.1, "huge": 1e23, "whole": 5.0, "z": None, "a": ["é", "\u2028"]},
    )
    said = Message.objects.using(alias).bulk_create(
        Message(
            platform="discord",
            platform_id=person * 1_000_000 % 2**62 + number,
            channel_id=person,
            place=Place.DIRECT,
            author_name=name,
            person_id=person,
            text=f"{name} said\tline {number}\nand \\N more",
            sent_at=NOW
            + timedelta(seconds=number)
            - timedelta(microseconds=250_000 * (number % 2)),
        )
        for number in range(messages)
    )
    memories = [
        Memory(
            id=uuid.UUID(int=person * 1_000 + number),
            person_id=person,
            kind="user_fact",
            text=f"fact {number} of {name}",
            place=Place.DIRECT,
            said_at=NOW,
            valid_from=NOW,
            embedding=bytes(range(number, number + 16)),
            embedding_model="m",
            embedding_dimension=4,
        )
        for number in range(3)
    ]
    Memory.objects.using(alias).bulk_create(memories)
    # One is superseded by a later key, one by an earlier one.
    Memory.objects.using(alias).filter(pk=memories[0].pk).update(superseded_by=memories[2])
    Memory.objects.using(alias).filter(pk=memories[2].pk).update(superseded_by=memories[1])
    memories[0].sources.set(said[:2])
    Partition.objects.using(alias).create(key=f"person:{person}", revision=3)
    ReplyTrace.objects.using(alias).create(
        message=said[0], person_id=person, model="m", prompt=[{"role": "user", "content": name}]
    )
    EmotionRecord.objects.using(alias).create(
        profile=profile,
        emotion="happy",
        intensity=0.25,
        confidence=1,
        model="m",
        felt_at=NOW,
        scores={"joy": 0.3333333333333333, "fear": 1e-07},
    )
    OutboxEntry.objects.using(alias).create(topic="t", payload={"id": str(person)}, created_at=NOW)


def held(place: locations.Location) -> dict[str, Digest]:
    """Return counts and hashes of a record."""
    with place.open(readonly=True) as opened:
        return digests(opened, tables(), lambda rows: None)


def rows(place: locations.Location, table: str) -> int:
    """Return how many rows a table holds."""
    chosen = next(each for each in tables() if each.name == table)
    with place.open(readonly=True) as opened:
        return count(opened, chosen)


def forget_aliases() -> None:
    """Let Django forget the places of a test."""
    for alias in [name for name in connections.settings if name.startswith("copy-")]:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]


class PostgresDatabases:
    """Databases of a test's own on a PostgreSQL server.

    Args:
        server: address of any database of it.
    """

    def __init__(self, server: str) -> None:
        self._server = server
        self._made: list[str] = []

    def make(self) -> str:
        """Return the address of a new, empty database."""
        name = f"carrying_{uuid.uuid4().hex[:12]}"
        _create(self._server, name)
        self._made.append(name)
        return f"{self._server.rpartition('/')[0]}/{name}"

    def drop(self) -> None:
        """Drop all of them."""
        for name in self._made:
            _execute(self._server, f"DROP DATABASE {name} WITH (FORCE)")
