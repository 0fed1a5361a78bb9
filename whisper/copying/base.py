"""What a database of either engine provides for a copy, without Django's models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from whisper.copying.tables import ColumnType, Table
from whisper.copying.values import Notes, Row

# A row may be a whole prompt; this many still fit into memory.
PAGE_ROWS = 2_000


class Database(Protocol):
    """An open connection to a database. If opened for reading, it never writes.

    All reads see the database as it was at the first read. Rows are passed in the one form of
    whisper.copying.values.
    """

    engine: str

    def execute(self, sql: str, *values: Any) -> list[Row]:
        """Run a statement with `%s` for each value, and return its rows."""

    def present(self) -> set[str]:
        """Return the names of the tables that exist."""

    def page(
        self, table: Table, after: Any, limit: int, notes: Notes, *, given: Sequence[str] = ()
    ) -> list[Row]:
        """Return the next rows in order of their keys.

        Args:
            after: key of the last row of the page before; None for the first page.
            given: only rows that have a value in one of these columns.
        """

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """Write rows."""

    def change(self, table: Table, rows: Sequence[Row]) -> None:
        """Set the columns of rows that are there; the key is the first column."""

    def clear(self, names: Sequence[str]) -> None:
        """Empty tables, given in the order in which they may refer to each other."""

    def number(self, table: Table) -> int:
        """Return the highest key that a numbered table ever gave out, 0 if it gave none."""

    def set_number(self, table: Table, number: int) -> None:
        """Let the next key of a numbered table be one higher."""

    def transaction(self) -> AbstractContextManager[None]:
        """Write everything in it or nothing.

        A nested transaction is part of the outer one.
        """

    def occupy(self, *, alone: bool = True) -> None:
        """Keep other copies away while this connection is open.

        Args:
            alone: whether nobody else may be connected. SQLite never lets others stay.

        Raises:
            CopyError: the database is in use.
        """

    def close(self) -> None:
        """Close the connection."""


def count(database: Database, table: Table) -> int:
    """Return how many rows a table holds."""
    return int(database.execute(f'SELECT count(*) FROM "{table.name}"')[0][0])  # noqa: S608


def pages(
    database: Database,
    table: Table,
    notes: Notes,
    *,
    rows: int = PAGE_ROWS,
    after: Any = None,
    given: Sequence[str] = (),
) -> Iterator[list[Row]]:
    """Yield all rows of a table, a page at a time, in order of their keys."""
    key = table.names.index(table.key)
    while page := database.page(table, after, rows, notes, given=given):
        yield page
        after = page[-1][key]


def selection(table: Table, given: Sequence[str], *, as_text: Sequence[ColumnType] = ()) -> str:
    """Return the beginning of a query for rows; the caller adds key, order and limit.

    Args:
        as_text: kinds of columns that the engine is asked to write as text.
    """
    columns = ", ".join(
        f'"{column.name}"{"::text" if column.kind in as_text else ""}' for column in table.columns
    )
    wanted = " OR ".join(f'"{name}" IS NOT NULL' for name in given) or "true"
    return f'SELECT {columns} FROM "{table.name}" WHERE ({wanted})'  # noqa: S608
