"""Write the rows of one open database into another."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg

from whisper.copying import checkpoints
from whisper.copying.base import PAGE_ROWS, Database, pages
from whisper.copying.checkpoints import Checkpoint
from whisper.copying.digests import Advance, Digest, Digesting
from whisper.copying.errors import CopyError
from whisper.copying.postgres import first_line
from whisper.copying.tables import Table, late_columns
from whisper.copying.values import Notes, Row, key_of_text

# What `migrate` writes into an empty database: permissions, and the groups that admins belong to.
MADE_BY_MIGRATE = {
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}
# What a table's second round is called in the checkpoints.
LINKS = "links of "


@dataclass(slots=True)
class Transfer:
    """The rows of all tables, from one database to the other.

    Args:
        tables: in order; a table stands after those that it refers to.
        name: what the checkpoints call the source; without one there are none.
        batch: rows per transaction.
        notes: what is found in values.
        hashes: whether `read` is to hold what was read of each table.
    """

    source: Database
    target: Database
    tables: Sequence[Table]
    name: str = ""
    batch: int = PAGE_ROWS
    notes: Notes = field(default_factory=Notes)
    hashes: bool = False
    read: dict[str, Digest] = field(default_factory=dict)

    def begin(self, left_behind: Sequence[str]) -> None:
        """Empty the target."""
        with self.target.transaction():
            names = [table.name for table in self.tables] + list(left_behind)
            present = self.target.present()
            self.target.clear([name for name in names if name in present])
            if not self.name:
                return
            checkpoints.keep(self.target, self.name, checkpoints.WHOLE, checkpoints.BEGUN, 0)
            # Immediately, so that a `migrate` in between finds them and adds none.
            for table in self.tables:
                if table.name in MADE_BY_MIGRATE:
                    self._rows(table, (), {}, lambda rows: None)

    def run(self, advance: Advance) -> None:
        """Write what the target does not have yet.

        Raises:
            CopyError: a value can't be held there, or the target fails.
        """
        had = checkpoints.checkpoints(self.target, self.name) if self.name else {}
        for table in self.tables:
            self._rows(table, late_columns(self.tables, table), had, advance)
        for table in self.tables:
            late = late_columns(self.tables, table)
            if late:
                self._links(table.only([table.key, *late]), late, had)
        with self.target.transaction():
            for table in self.tables:
                if table.numbered:
                    self.target.set_number(table, self.source.number(table))

    @property
    def _advice(self) -> str:
        return ". What was written before is kept: continue with --resume." if self.name else ""

    def _rows(
        self, table: Table, late: Sequence[str], had: dict[str, Checkpoint], advance: Advance
    ) -> None:
        emptied = [table.names.index(name) for name in late]
        after, written = _reached(table, had.get(table.name))
        digesting = Digesting(table)
        for page in pages(self.source, table, self.notes, rows=self.batch, after=after):
            self._refuse()
            written += len(page)
            if self.hashes:
                digesting.add(page)
            with writing(table.name, self._advice), self.target.transaction():
                self.target.add(table, _without(page, emptied) if emptied else page)
                self._keep(table, table.name, page, written)
            advance(len(page))
        if self.hashes:
            self.read[table.name] = digesting.digest()

    def _links(self, table: Table, late: Sequence[str], had: dict[str, Checkpoint]) -> None:
        """Set the references that could not be set before all rows were there."""
        name = LINKS + table.name
        after, written = _reached(table, had.get(name))
        for page in pages(self.source, table, Notes(), rows=self.batch, after=after, given=late):
            written += len(page)
            with writing(table.name, self._advice), self.target.transaction():
                self.target.change(table, page)
                self._keep(table, name, page, written)

    def _keep(self, table: Table, name: str, page: list[Row], written: int) -> None:
        if self.name:
            last = page[-1][table.names.index(table.key)]
            checkpoints.keep(self.target, self.name, name, last, written)

    def _refuse(self) -> None:
        if self.notes.refused:
            raise CopyError(
                "The target can't store every value. Correct these in the source and continue "
                "with --resume; --dry-run finds all of them.\n" + "\n".join(self.notes.refused)
            )


@contextmanager
def writing(what: str, advice: str = "") -> Iterator[None]:
    """Tell in one line why a database could not be written or read.

    Args:
        what: what was at work.
        advice: what to do then.

    Raises:
        CopyError: in place of the engine's own errors.
    """
    try:
        yield
    except (psycopg.Error, sqlite3.Error) as error:
        raise CopyError(f"{what}: {first_line(error)}{advice}") from error


def _reached(table: Table, had: Checkpoint | None) -> tuple[object, int]:
    return (key_of_text(had.last_key, table), had.rows) if had else (None, 0)


def _without(page: Sequence[Row], emptied: Sequence[int]) -> list[Row]:
    return [
        tuple(None if index in emptied else value for index, value in enumerate(row))
        for row in page
    ]
