"""An SQLite file in a copy."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

from whisper.copying.base import selection
from whisper.copying.errors import CopyError
from whisper.copying.tables import Table
from whisper.copying.values import Notes, Row, canonical

T = TypeVar("T")

LOCK_SECONDS = 20.0
# A process that has a file with a log open holds a shared lock on this byte of the file next to it
# (the "dead man's switch" in SQLite's os_unix.c).
OPEN_BYTE = 128


def is_open_elsewhere(path: Path) -> bool:
    """Return whether another process has a file open.

    This process must not have it open: closing the file beside it would end its own locks.
    """
    try:
        with path.with_name(f"{path.name}-shm").open("r+b") as shared:
            fcntl.lockf(shared, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, OPEN_BYTE)
    except BlockingIOError:
        return True
    except OSError:
        # It isn't open anywhere, or that can't be found out.
        return False
    return False


class SqliteDatabase:
    """An open SQLite file."""

    engine = "sqlite"

    def __init__(self, path: Path, *, readonly: bool) -> None:
        """Open a file.

        Args:
            readonly: nothing is written to the file, and its log is not folded into it.

        Raises:
            CopyError: it can't be opened.
        """
        self._connection = _readonly(path) if readonly else _writable(path)
        if readonly:
            # One look at all tables.
            self._connection.execute("BEGIN")

    def execute(self, sql: str, *values: Any) -> list[Row]:
        return self._connection.execute(sql.replace("%s", "?"), values).fetchall()

    def present(self) -> set[str]:
        rows = self.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in rows}

    def page(
        self, table: Table, after: Any, limit: int, notes: Notes, *, given: Sequence[str] = ()
    ) -> list[Row]:
        sql = selection(table, given)
        if after is not None:
            sql += f' AND "{table.key}" > %s'
        sql += f' ORDER BY "{table.key}" LIMIT %s'
        values = (limit,) if after is None else (after, limit)
        return canonical(self._tolerant(lambda: self.execute(sql, *values)), table, notes)

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        columns = ", ".join(f'"{name}"' for name in table.names)
        marks = ", ".join("?" for _ in table.names)
        sql = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608
        self._connection.executemany(sql, rows)

    def change(self, table: Table, rows: Sequence[Row]) -> None:
        key, *others = table.names
        changes = ", ".join(f'"{name}" = ?' for name in others)
        sql = f'UPDATE "{table.name}" SET {changes} WHERE "{key}" = ?'  # noqa: S608
        self._connection.executemany(sql, [(*row[1:], row[0]) for row in rows])

    def clear(self, names: Sequence[str]) -> None:
        for name in reversed(names):
            self.execute(f'DELETE FROM "{name}"')  # noqa: S608

    def number(self, table: Table) -> int:
        given = self.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", table.name)
        highest = self.execute(f'SELECT max("{table.key}") FROM "{table.name}"')  # noqa: S608
        return max([0, *(int(row[0]) for row in [*given, *highest] if row[0] is not None)])

    def set_number(self, table: Table, number: int) -> None:
        self.execute("DELETE FROM sqlite_sequence WHERE name = %s", table.name)
        self.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", table.name, number)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._connection.in_transaction:
            yield
            return
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self.execute("ROLLBACK")
            raise

    def occupy(self, *, alone: bool = True) -> None:
        try:
            # Refused while anybody else has the file open, even if they do nothing.
            self.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            raise CopyError(
                "The target is in use: stop the bot, its workers and the console first."
            ) from None
        self.execute("PRAGMA locking_mode = EXCLUSIVE")
        self.execute("PRAGMA journal_mode = WAL")

    def close(self) -> None:
        self._connection.close()

    def _tolerant(self, read: Callable[[], T]) -> T:
        """Read invalid UTF-8 too; the broken characters are then recognised."""
        try:
            return read()
        except sqlite3.OperationalError as error:
            if "UTF-8" not in str(error):
                raise
        self._connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        try:
            return read()
        finally:
            self._connection.text_factory = str


def _readonly(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path))}?mode=ro"
    try:
        return _looked_at(address)
    except sqlite3.OperationalError as error:
        log = path.with_name(f"{path.name}-wal")
        if not path.is_file() or "unable to open" not in str(error):
            raise CopyError(f"{path} can't be read: {error}.") from error
        if log.exists() and log.stat().st_size:
            raise CopyError(
                f"{path} can't be read: its folder can't be written, and {log.name} holds changes. "
                "Copy both files to another folder and name that copy."
            ) from error
    except sqlite3.DatabaseError as error:
        raise CopyError(f"{path} can't be read: {error}.") from error
    # In a read-only folder it can't change meanwhile either.
    return _looked_at(f"{address}&immutable=1")


def _looked_at(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=LOCK_SECONDS)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _writable(path: Path) -> sqlite3.Connection:
    try:
        path.touch(mode=0o600)
        # A short wait: a process that holds the file for longer is working on it.
        connection = sqlite3.connect(path, isolation_level=None, timeout=1)
        for pragma in ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
    except OSError as error:
        raise CopyError(f"{path} can't be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise CopyError(f"{path} can't be written: {error}.") from error
    return connection
