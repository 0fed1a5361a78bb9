"""Profiles read and changed under load, on PostgreSQL and on SQLite, turn by turn."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.utils import timezone

from bench.registry import Row, benchmark, percentile
from profiles.actions import meet, record_emotion
from profiles.models import Emotion
from profiles.queries import profile_of
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.database.postgresql.pools import open_pool
from whisper.database.switching import use_database
from whisper.environment import environment
from whisper.settings.databases import database

POSTGRESQL, SQLITE = "PostgreSQL", "SQLite"
PEOPLE = 100
ARRIVALS_A_SECOND = 200
SECONDS, TURNS = 40.0, 4
READ, UPDATE, MOOD = "read", "update", "mood recorded"
# What comes in is a read as often as a change, and every other change is a mood.
MIX = (READ, READ, UPDATE, MOOD)
REQUIRED_MILLISECONDS = 10.0
SLACK_SECONDS = 0.5

_numbers = count(1)


@dataclass
class Figures:
    """What was measured on one engine: milliseconds by kind of work, and work that failed."""

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: int = 0


@benchmark("profiles")
def profiles(scale: float) -> list[Row]:
    """Measure open arrivals: latency counts from when a message was due, not from its start."""
    figures = {name: Figures() for name in _engines()}
    turns = max(1, round(TURNS * scale))
    with TemporaryDirectory(prefix="whisper-") as folder, empty_databases(Path(folder)) as records:
        for turn in range(turns):
            for name, enter in records.items():
                with enter():
                    asyncio.run(_load(figures[name], SECONDS * scale / turns, seed=turn))
        rows = [_row(what, figures) for what in (READ, UPDATE)]
        # Kept by the worker, after the answer: it is there to make the load a real one.
        rows.append(_row(MOOD, figures, required=False))
        rows.append(
            Row(
                "work that failed",
                {name: str(each.failed) for name, each in figures.items()},
                "0",
                not any(each.failed for each in figures.values()),
            )
        )
        if POSTGRESQL in records:
            with records[POSTGRESQL]():
                rows += asyncio.run(_exhaust())
    return rows


def _engines() -> list[str]:
    on_postgresql = isinstance(connections[DEFAULT_DB_ALIAS], DatabaseWrapper)
    return [POSTGRESQL, SQLITE] if on_postgresql else [SQLITE]


Enter = Callable[[], AbstractContextManager[None]]


@contextmanager
def empty_databases(folder: Path) -> Iterator[dict[str, Enter]]:
    """Make an empty record on each engine that is configured, and remove them at the end.

    In PostgreSQL it is a schema beside the real one.
    """
    embedded = environment.model_copy(update={"database_url": None, "postgres_host": None})
    sqlite = database(embedded, folder)
    records: dict[str, Enter] = {SQLITE: lambda: use_database(sqlite)}
    if POSTGRESQL not in _engines():
        yield records
        return
    schema = f"bench_{uuid4().hex[:8]}"
    config = dict(settings.DATABASES[DEFAULT_DB_ALIAS])
    config["OPTIONS"] = dict(config["OPTIONS"])
    given = config["OPTIONS"].get("options", "")
    config["OPTIONS"]["options"] = f"{given} -c search_path={schema}".strip()
    _execute(f"CREATE SCHEMA {schema}")
    try:
        yield {POSTGRESQL: lambda: use_database(config)} | records
    finally:
        _execute(f"DROP SCHEMA {schema} CASCADE")


def _execute(sql: str) -> None:
    record = connections[DEFAULT_DB_ALIAS]
    options: dict[str, Any] = record.get_connection_params()
    options.pop("pool", None)
    # Dropping what was measured in may take its time.
    options.pop("options", None)
    with psycopg.connect(**options, autocommit=True) as connection:
        connection.execute(sql)


async def _load(figures: Figures, seconds: float, *, seed: int) -> None:
    """Let messages arrive at random times, whether or not those before are done."""
    chance = random.Random(seed)
    for person in range(PEOPLE):
        await _do(UPDATE, person)
    loop = asyncio.get_running_loop()
    due, end, tasks = loop.time(), loop.time() + seconds, []
    while (due := due + chance.expovariate(ARRIVALS_A_SECOND)) < end:
        await asyncio.sleep(due - loop.time())
        work = _timed(figures, chance.choice(MIX), chance.randrange(PEOPLE), due)
        tasks.append(asyncio.create_task(work))
    await asyncio.gather(*tasks)


async def _timed(figures: Figures, what: str, person: int, due: float) -> None:
    try:
        await _do(what, person)
    except DatabaseUnavailableError:
        figures.failed += 1
    else:
        taken = asyncio.get_running_loop().time() - due
        figures.milliseconds[what].append(taken * 1000)


async def _do(what: str, person: int) -> None:
    if what == READ:
        await in_database(profile_of, person)
    elif what == UPDATE:
        await in_database(meet, person, name="Ann", at=timezone.now())
    else:
        await in_database(
            record_emotion,
            person,
            emotion=Emotion.HAPPY,
            scores={"joy": 0.8, "love": 0.1},
            intensity=0.6,
            confidence=0.8,
            valence=0.8,
            triggers=["lovely"],
            source_message_id=next(_numbers),
            model="bench",
            felt_at=timezone.now(),
        )


def _row(what: str, figures: dict[str, Figures], *, required: bool = True) -> Row:
    on_postgresql = figures.get(POSTGRESQL)
    p95 = percentile(on_postgresql.milliseconds[what], 0.95) if on_postgresql else None
    return Row(
        f"profile {what}, {PEOPLE} people, {ARRIVALS_A_SECOND} arrivals/s: p50 / p95 / p99 ms",
        {name: _percentiles(each.milliseconds[what]) for name, each in figures.items()},
        f"p95 under {REQUIRED_MILLISECONDS:.0f} on PostgreSQL" if required else "",
        p95 < REQUIRED_MILLISECONDS if required and p95 is not None else None,
    )


def _percentiles(values: list[float]) -> str:
    return " / ".join(f"{percentile(values, share):.1f}" for share in (0.5, 0.95, 0.99))


async def _exhaust() -> list[Row]:
    """Take all connections, let everyone ask at the same time, and give them back."""
    await _do(UPDATE, 0)
    pool = open_pool()
    assert pool is not None  # noqa: S101 - the call above has opened it
    held = [pool.getconn() for _ in range(pool.max_size)]
    began = time.monotonic()
    waits = [_waited(person) for person in range(PEOPLE)]
    outcomes = await asyncio.gather(*waits)
    waited = time.monotonic() - began
    for connection in held:
        pool.putconn(connection)
    returned = time.monotonic()
    await _do(UPDATE, 0)
    again = (time.monotonic() - returned) * 1000
    limit = environment.postgres_pool_timeout
    return [
        Row(
            f"all connections taken, {PEOPLE} ask at once: longest wait, s",
            {POSTGRESQL: f"{waited:.2f}"},
            f"{limit:g}, then a named error for each",
            limit <= waited + 0.1 and waited < limit + SLACK_SECONDS and all(outcomes),
        ),
        Row("connections given back: next update, ms", {POSTGRESQL: f"{again:.1f}"}),
    ]


async def _waited(person: int) -> bool:
    """Return whether asking ended with a named error."""
    try:
        await _do(READ, person)
    except DatabaseUnavailableError:
        return True
    return False
