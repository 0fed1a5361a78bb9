"""How fast a database is copied to another, backed up and restored."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.models import Model
from django.utils import timezone

from bench.registry import Row, benchmark, tell
from memories.models import Memory, Message, Place, ReplyTrace
from profiles.models import EmotionRecord, Profile
from whisper.backups import backup_place
from whisper.backups.restoring import restore
from whisper.copying.base import Database
from whisper.copying.copy import Copy, copy
from whisper.copying.locations import Location, added, configured_database
from whisper.environment import environment
from whisper.settings.databases import database

ROWS = 1_000_000
ROWS_OF_A_MILLION_MEMORIES = 4_000_000
PEOPLE = 1_000
# Made one by one, before they are multiplied.
FIRST = 10_000
WORDS = [f"word{number}" for number in range(5_000)]
REQUIRED_RATE = 5_000
REQUIRED_SECONDS = 300


@benchmark("backup")
def measure(scale: float) -> Iterator[Row]:
    """Measure with made-up rows: in SQLite, and in PostgreSQL if it is configured."""
    with TemporaryDirectory(prefix="whisper-") as name, _schema() as schema:
        folder = Path(name)
        sqlite = _file(folder / "first")
        tell("the database is made")
        rows = fill(sqlite, max(int(ROWS * scale), 100))
        yield from _backed_up(sqlite, folder, rows)
        if schema is None:
            yield _copied(sqlite, _file(folder / "second"))
            return
        yield _copied(sqlite, schema)
        yield from _backed_up(schema, folder, rows)
        yield _copied(schema, _file(folder / "second"))


@benchmark("large_backup")
def measure_large(scale: float) -> Iterator[Row]:
    """Measure backup and restore of a million memories, a quarter of the rows, in SQLite.

    It takes up to 30 GB of the disk for a while.
    """
    with TemporaryDirectory(prefix="whisper-") as name:
        place = _file(Path(name) / "first")
        rows = fill(place, max(int(ROWS_OF_A_MILLION_MEMORIES * scale), 100))
        tell("the database is made")
        yield from _backed_up(place, Path(name), rows)


def fill(place: Location, rows: int) -> int:
    """Write a database of messages, memories, moods and traces, in the proportions of a busy bot.

    Only the first ones go through the models; the database multiplies them.

    Args:
        place: an SQLite file.

    Return how many rows there are then.
    """
    place.migrate()
    first = min(rows, FIRST)
    times = round(rows / first)
    made = _first(place.alias, first)
    place.release()
    with place.open(readonly=False) as opened, opened.transaction():
        for model, count in made.items():
            _multiply(opened, model, count, times, made[Message])
    return sum(made.values()) * times


def _first(alias: str, rows: int) -> dict[type[Model], int]:
    """Write the rows that are multiplied; return how many of each kind."""
    chance = random.Random(1)
    people = Profile.objects.using(alias).bulk_create(
        Profile(person_id=person, name=f"Ann {person}") for person in range(PEOPLE)
    )
    said = Message.objects.using(alias).bulk_create(_messages(chance, rows // 2))
    made: dict[type[Model], Iterable[Any]] = {
        Memory: _memories(chance, said[::2]),
        EmotionRecord: _moods(chance, said[::4], people),
        ReplyTrace: _traces(chance, said[1::4]),
    }
    counts = {
        model: len(model._default_manager.using(alias).bulk_create(some))
        for model, some in made.items()
    }
    return {Message: len(said), **counts}


def _text(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words))


def _messages(chance: random.Random, count: int) -> Iterator[Message]:
    now = timezone.now()
    for number in range(count):
        yield Message(
            platform=Message.Platform.DISCORD,
            platform_id=number,
            channel_id=number % PEOPLE,
            place=Place.DIRECT,
            person_id=number % PEOPLE,
            author_name="Ann",
            text=_text(chance, 12),
            sent_at=now + timedelta(seconds=number),
        )


def _memories(chance: random.Random, messages: Iterable[Message]) -> Iterator[Memory]:
    for message in messages:
        yield Memory(
            id=UUID(int=chance.getrandbits(128)),
            person_id=message.person_id,
            kind=Memory.Kind.CONVERSATION,
            text=message.text,
            context=_text(chance, 12),
            place=Place.DIRECT,
            said_at=message.sent_at,
            valid_from=message.sent_at,
            embedding=chance.randbytes(1536),
            embedding_model="bench",
            embedding_dimension=384,
        )


def _moods(
    chance: random.Random, messages: Iterable[Message], people: Sequence[Profile]
) -> Iterator[EmotionRecord]:
    for message in messages:
        yield EmotionRecord(
            profile=people[message.person_id or 0],
            emotion="happy",
            intensity=chance.random(),
            confidence=chance.random(),
            scores={word: chance.random() for word in WORDS[:28]},
            model="bench",
            felt_at=message.sent_at,
        )


def _traces(chance: random.Random, messages: Iterable[Message]) -> Iterator[ReplyTrace]:
    for message in messages:
        yield ReplyTrace(
            message=message,
            person_id=message.channel_id,
            prompt=[{"role": "user", "content": _text(chance, 200)}],
            model="bench",
        )


def _multiply(opened: Database, model: type[Model], count: int, times: int, messages: int) -> None:
    """Repeat the rows of a table with new keys and vectors; traces with the repeated messages."""
    changed = {
        "id": "lower(hex(randomblob(16)))" if model is Memory else f"id + n * {count}",
        "embedding": "randomblob(1536)",
        "platform_id": f"platform_id + n * {count}",
        "message_id": f"message_id + n * {messages}",
    }
    names = [field.column for field in model._meta.local_concrete_fields]
    listed = ", ".join(f'"{name}"' for name in names)
    chosen = ", ".join(changed.get(name, f'"{name}"') for name in names)
    for n in range(1, times):
        sql = f'INSERT INTO "{model._meta.db_table}" ({listed}) SELECT {chosen} FROM '  # noqa: S608
        first = f'(SELECT *, {n} AS n FROM "{model._meta.db_table}" ORDER BY rowid LIMIT {count})'  # noqa: S608
        opened.execute(sql + first)


def _copied(source: Location, target: Location) -> Row:
    wish = Copy(source, target, _silent, alone=False)
    began = time.monotonic()
    done = copy(wish)
    whole = time.monotonic() - began
    rate = done.written / done.seconds
    return Row(
        f"rows per second copied, {_engine(source)} to {_engine(target)}, {done.written:,} rows",
        {"figure": f"{rate:,.0f} ({done.written / whole:,.0f} with looking at both sides)"},
        f"at least {REQUIRED_RATE:,}",
        rate >= REQUIRED_RATE,
    )


def _backed_up(place: Location, folder: Path, rows: int) -> Iterator[Row]:
    began = time.monotonic()
    made = backup_place(place, "manual", to=folder / "backups")
    seconds = time.monotonic() - began
    size = f"{made.size / 1e6:,.0f} MB"
    yield Row(
        f"seconds of a backup of {rows:,} rows in {_engine(place)} ({made.form}, {size})",
        {"figure": f"{seconds:.1f}"},
        f"below {REQUIRED_SECONDS} for {ROWS:,}",
        seconds < REQUIRED_SECONDS * max(rows / ROWS, 0.1),
    )
    if place.file is None:
        return
    began = time.monotonic()
    restore(made.name, _file(folder / "restored"), folder=folder / "backups")
    seconds = time.monotonic() - began
    yield Row("seconds of its restore into SQLite", {"figure": f"{seconds:.1f}"})


def _silent(what: str, total: int) -> nullcontext[Callable[[int], None]]:
    return nullcontext(lambda rows: None)


def _engine(place: Location) -> str:
    return "SQLite" if place.file else "PostgreSQL"


def _file(folder: Path) -> Location:
    folder.mkdir()
    embedded = environment.model_copy(update={"database_url": None, "postgres_host": None})
    return added(database(embedded, folder))


@contextmanager
def _schema() -> Iterator[Location | None]:
    """Yield a separate schema if the database is PostgreSQL."""
    if not isinstance(connections[DEFAULT_DB_ALIAS], DatabaseWrapper):
        yield None
        return
    name = f"bench_{uuid4().hex[:8]}"
    config = dict(settings.DATABASES[DEFAULT_DB_ALIAS])
    given = config["OPTIONS"].get("options", "")
    options = f"{given} -c search_path={name}".strip()
    config["OPTIONS"] = config["OPTIONS"] | {"options": options}
    with configured_database().open(readonly=False) as opened:
        opened.execute(f"CREATE SCHEMA {name}")
        try:
            yield added(config)
        finally:
            opened.execute(f"DROP SCHEMA {name} CASCADE")
