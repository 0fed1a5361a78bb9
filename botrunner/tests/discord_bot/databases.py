"""The databases of a bot that tests break: how each fails, and what it holds."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from whisper.tests.database.postgres_server import PostgresServer

# How long something slow is away at a time, and back.
STUTTER, BREATH = 0.3, 0.1


class Sqlite:
    """The bot's SQLite file, which others may lock."""

    def __init__(self, folder: Path) -> None:
        self.variables: dict[str, str] = {}
        self.faults: Mapping[str, Fault] = {
            "locked": self._locked,
            "slow": lambda seconds: stuttering(self._locked, seconds),
        }
        self._path = folder / "whisper.sqlite3"

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask it something."""
        with closing(sqlite3.connect(self._path, timeout=30)) as database:
            return database.execute(sql).fetchall()

    def tables(self) -> list[str]:
        """Return the names of its tables."""
        return [
            name for (name,) in self.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]

    async def _locked(self, seconds: float) -> None:
        with closing(sqlite3.connect(self._path, timeout=30, isolation_level=None)) as database:
            database.execute("BEGIN EXCLUSIVE")
            await asyncio.sleep(seconds)
            database.execute("ROLLBACK")


class Postgresql:
    """A PostgreSQL of the bot's own."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self.variables = {"DATABASE_URL": server.url, "POSTGRES_STATEMENT_TIMEOUT": "5"}
        self.faults: Mapping[str, Fault] = {
            "killed": self._killed,
            "silent": self._silent,
            "reset": self._reset,
            "exhausted": self._exhausted,
            "slow": lambda seconds: stuttering(self._silent, seconds),
        }

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask it something."""
        return self._server.execute(sql)

    def tables(self) -> list[str]:
        """Return the names of its tables."""
        rows = self.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [name for (name,) in rows]

    async def _killed(self, seconds: float) -> None:
        self._server.kill()
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._server.start)

    async def _silent(self, seconds: float) -> None:
        self._server.pause()
        await asyncio.sleep(seconds)
        self._server.resume()

    async def _reset(self, seconds: float) -> None:
        """End all connections again and again, as somebody does who restarts a proxy."""
        for _ in range(round(seconds / STUTTER)):
            await asyncio.to_thread(self._server.drop_connections)
            await asyncio.sleep(STUTTER)

    async def _exhausted(self, seconds: float) -> None:
        """Take every connection that is left, and end those that the bot has."""
        taken: list[psycopg.Connection[Any]] = []
        await asyncio.to_thread(self._server.drop_connections)
        with contextlib.suppress(psycopg.OperationalError):
            while True:
                taken.append(await asyncio.to_thread(psycopg.connect, self._server.url))
        await asyncio.sleep(seconds)
        for connection in taken:
            connection.close()


Database = Sqlite | Postgresql
# Breaks something for a number of seconds, and mends it.
Fault = Callable[[float], Coroutine[Any, Any, None]]


async def stuttering(fault: Fault, seconds: float) -> None:
    """Make something slow: it is away most of the time, and back for a moment in between."""
    for _ in range(max(1, round(seconds / (STUTTER + BREATH)))):
        await fault(STUTTER)
        await asyncio.sleep(BREATH)


@contextmanager
def running_database(kind: str, folder: Path) -> Iterator[Database]:
    """Run the database of a bot.

    Args:
        kind: `sqlite` or `postgresql`.
        folder: the bot's own.
    """
    if kind == "sqlite":
        yield Sqlite(folder / "data")
    else:
        with PostgresServer(max_connections=30) as server:
            yield Postgresql(server)
