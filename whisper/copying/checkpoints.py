"""How far a copy is, kept in the target in the transaction of the rows."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from whisper.copying.base import Database
from whisper.models import CopyCheckpoint

TABLE = CopyCheckpoint._meta.db_table
# In place of a table's name: the copy as a whole.
WHOLE = "*"
BEGUN, DONE = "begun", "done"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a table is.

    Args:
        last_key: key of the last row; of the whole copy `begun` or `done`.
        rows: how many rows were written.
    """

    last_key: str
    rows: int


def checkpoints(opened: Database, source: str) -> dict[str, Checkpoint]:
    """Return how far a copy from a source is, by table; nothing if none was begun."""
    if TABLE not in opened.present():
        return {}
    rows = opened.execute(
        f'SELECT "table", last_key, rows FROM {TABLE} WHERE source = %s',  # noqa: S608
        source,
    )
    return {table: Checkpoint(last_key, count) for table, last_key, count in rows}


def unfinished(opened: Database) -> bool:
    """Return whether a copy into this database was begun and never done."""
    if TABLE not in opened.present():
        return False
    sql = f'SELECT 1 FROM {TABLE} WHERE "table" = %s AND last_key = %s'  # noqa: S608
    return bool(opened.execute(sql, WHOLE, BEGUN))


def keep(opened: Database, source: str, table: str, last_key: object, rows: int) -> None:
    """Write how far a table is; called in the transaction that writes the rows."""
    opened.execute(
        f'INSERT INTO {TABLE} (source, "table", last_key, rows, updated_at) '  # noqa: S608
        'VALUES (%s, %s, %s, %s, %s) ON CONFLICT (source, "table") DO UPDATE '
        "SET last_key = excluded.last_key, rows = excluded.rows, updated_at = excluded.updated_at",
        source,
        table,
        str(last_key),
        rows,
        str(timezone.now().replace(tzinfo=None)),
    )
