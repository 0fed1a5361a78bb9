"""A PostgreSQL database in a copy."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import IsolationLevel

from whisper.copying.base import selection
from whisper.copying.errors import CopyError
from whisper.copying.tables import Table
from whisper.copying.values import Notes, Row, canonical

CONNECT_SECONDS = 5
# One page takes milliseconds; a longer wait means a lock or a dead server.
LOCK_SECONDS = 10
STATEMENT_SECONDS = 600
# Connections that have just been told to close need a moment.
CLOSING_SECONDS = 5.0
# The options that say where the server is and how to talk to it.
ADDRESS = {"host", "hostaddr", "port", "dbname", "user", "service", "passfile"}
ADDRESS |= {"sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "channel_binding"}
ADDRESS |= {"gssencmode", "target_session_attrs"}
# Names of the connections to the same database besides the one that asks.
OTHERS = (
    "SELECT coalesce(nullif(application_name, ''), 'unnamed') FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)
# Any number of ours: one copy at a time into a database.
COPY_LOCK = 0x57484953


class PostgresDatabase:
    """An open connection to PostgreSQL."""

    engine = "postgresql"

    def __init__(self, parameters: dict[str, Any], *, readonly: bool) -> None:
        """Connect.

        Args:
            parameters: what psycopg connects with.
            readonly: the server itself refuses to write.

        Raises:
            CopyError: it can't be reached.
        """
        self.address = {name: parameters[name] for name in ADDRESS if name in parameters}
        settings = {
            "timezone": "UTC",
            "lock_timeout": f"{LOCK_SECONDS}s",
            "statement_timeout": f"{STATEMENT_SECONDS}s",
            "default_transaction_read_only": "on" if readonly else "off",
            "application_name": "whisper-copy",
            # A look at the source lasts as long as the copy.
            "idle_in_transaction_session_timeout": "0",
        }
        try:
            self.connection = psycopg.connect(
                **parameters | {"connect_timeout": CONNECT_SECONDS, "autocommit": True}
            )
            for name, value in settings.items():
                self.execute("SELECT set_config(%s, %s, false)", name, value)
        except psycopg.Error as error:
            raise CopyError(f"PostgreSQL can't be used: {first_line(error)}") from error
        if readonly:
            # One look at all tables; `autocommit` leaves it open until the end.
            self.connection.isolation_level = IsolationLevel.REPEATABLE_READ
            self.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def execute(self, sql: str, *values: Any) -> list[Row]:
        cursor = self.connection.execute(sql.encode(), values)
        return cursor.fetchall() if cursor.description else []

    def present(self) -> set[str]:
        rows = self.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {name for (name,) in rows}

    def page(
        self, table: Table, after: Any, limit: int, notes: Notes, *, given: Sequence[str] = ()
    ) -> list[Row]:
        # The order of bytes is SQLite's, whatever language the database sorts by.
        text = table.key_column.kind == "text"
        sql = selection(table, given, as_text=("json",))
        values: list[Any] = []
        if after is not None:
            sql += f' AND "{table.key}" {"~>~" if text else ">"} %s'
            values.append(after)
        sql += f' ORDER BY "{table.key}"{" USING ~<~" if text else ""} LIMIT %s'
        try:
            return canonical(self.execute(sql, *values, limit), table, notes)
        except psycopg.DataError as error:
            raise CopyError(
                f"{table.name} after row {after} can't be read: {first_line(error)}"
            ) from error

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        columns = ", ".join(f'"{name}"' for name in table.names)
        statement = f'COPY "{table.name}" ({columns}) FROM STDIN'
        with self.connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in rows:
                copy.write_row(row)

    def change(self, table: Table, rows: Sequence[Row]) -> None:
        key, *others = table.names
        changes = ", ".join(f'"{name}" = %s' for name in others)
        sql = f'UPDATE "{table.name}" SET {changes} WHERE "{key}" = %s'  # noqa: S608
        with self.connection.cursor() as cursor:
            cursor.executemany(sql.encode(), [(*row[1:], row[0]) for row in rows])

    def clear(self, names: Sequence[str]) -> None:
        quoted = ", ".join(f'"{name}"' for name in names)
        self.execute(f"TRUNCATE {quoted}")

    def number(self, table: Table) -> int:
        highest = self.execute(f'SELECT max("{table.key}") FROM "{table.name}"')[0][0]  # noqa: S608
        sequence = self._sequence(table)
        if sequence is None:
            return highest or 0
        last, used = self.execute(f"SELECT last_value, is_called FROM {sequence}")[0]  # noqa: S608
        return max(last if used else 0, highest or 0)

    def set_number(self, table: Table, number: int) -> None:
        sequence = self._sequence(table)
        if sequence is not None:
            self.execute(
                "SELECT setval(%s::regclass, %s, %s)", sequence, max(number, 1), number > 0
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self.connection.transaction():
            yield

    def occupy(self, *, alone: bool = True) -> None:
        until = time.monotonic() + CLOSING_SECONDS
        # The server may still be busy with a copy that was just killed.
        while not self.execute("SELECT pg_try_advisory_lock(%s)", COPY_LOCK)[0][0]:
            if time.monotonic() > until:
                raise CopyError("Another copy into the target is running.")
            time.sleep(0.05)
        while alone and (others := self._others()):
            if time.monotonic() > until:
                raise CopyError(
                    f"The target is in use by {len(others)} other connections "
                    f"({', '.join(sorted(set(others)))}): stop the bot, its workers and the "
                    "console first, or pass --in-use."
                )
            time.sleep(0.05)

    def close(self) -> None:
        self.connection.close()

    def _others(self) -> list[str]:
        return [name for (name,) in self.execute(OTHERS)]

    def _sequence(self, table: Table) -> str | None:
        name: str | None = self.execute(
            "SELECT pg_get_serial_sequence(%s, %s)", f'"{table.name}"', table.key
        )[0][0]
        return name


def first_line(error: Exception) -> str:
    """Return what a server says first; the lines below may quote what people said."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
