"""What waits in a ChromaDB store's queue, written into the tables of a copy.

ChromaDB writes a change to the queue first and to its tables later. A process that was killed in
between leaves changes in the queue alone; ChromaDB makes up for them the next time it is opened,
and so does this, in the same order and with the same outcome.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from django.core.management.base import CommandError

ADD, UPDATE, UPSERT, DELETE = range(4)
COLUMNS = {str: "string_value", bool: "bool_value", int: "int_value", float: "float_value"}


def apply_queue(connection: sqlite3.Connection, collection_id: str, segment_id: str) -> int:
    """Bring a collection's rows up to date with the queue; return how many changes waited.

    Args:
        connection: to a copy of the store's database.
        segment_id: of the segment that holds the collection's documents and metadata.

    Raises:
        CommandError: a change can't be read; without it the import would lose or keep too much.
    """
    done = _done_until(connection, segment_id)
    if done is None:
        return 0
    waiting = connection.execute(
        "SELECT seq_id, operation, id, metadata, created_at FROM embeddings_queue "
        "WHERE topic LIKE ? AND seq_id > ? ORDER BY seq_id",
        (f"%{collection_id}", done),
    ).fetchall()
    for number, operation, key, metadata, created_at in waiting:
        try:
            fields = _fields(metadata)
            _apply(connection, segment_id, operation, str(key), fields, str(created_at), number)
        except (ValueError, OverflowError) as error:
            raise CommandError(
                f"A change in the store's queue can't be read (number {number}): {error}. Let the "
                "older bot start once, so that ChromaDB finishes it, or open the store with "
                "ChromaDB; then import again."
            ) from error
    return len(waiting)


def _done_until(connection: sqlite3.Connection, segment_id: str) -> int | None:
    """Return the number of the last change in the tables; None if no such number is kept."""
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'max_seq_id'").fetchone()
    if known is None:
        return None
    sql = "SELECT seq_id FROM max_seq_id WHERE segment_id = ?"
    found = connection.execute(sql, (segment_id,)).fetchone()
    number = -1 if found is None else found[0]
    # Before 0.5.12 it was kept as bytes.
    return int.from_bytes(number, "big") if isinstance(number, bytes) else int(number)


def _fields(metadata: Any) -> dict[str, Any]:
    found = json.loads(metadata) if metadata else {}
    if not isinstance(found, dict):
        raise ValueError("its metadata isn't a JSON object")
    return found


def _apply(
    connection: sqlite3.Connection,
    segment_id: str,
    operation: int,
    key: str,
    fields: dict[str, Any],
    created_at: str,
    number: int,
) -> None:
    if operation not in (ADD, UPDATE, UPSERT, DELETE):
        raise ValueError(f"operation {operation} is unknown")
    sql = "SELECT id FROM embeddings WHERE segment_id = ? AND embedding_id = ?"
    found = connection.execute(sql, (segment_id, key)).fetchone()
    if operation == DELETE:
        if found is not None:
            _delete(connection, found[0])
    elif found is not None:
        # ChromaDB ignores an addition of what is there.
        if operation != ADD:
            _set(connection, found[0], fields)
    elif operation != UPDATE:
        row = connection.execute(
            "INSERT INTO embeddings (segment_id, embedding_id, seq_id, created_at) "
            "VALUES (?, ?, ?, ?)",
            (segment_id, key, number, created_at),
        )
        _set(connection, row.lastrowid or 0, fields)


def _delete(connection: sqlite3.Connection, row: int) -> None:
    connection.execute("DELETE FROM embedding_metadata WHERE id = ?", (row,))
    connection.execute("DELETE FROM embeddings WHERE id = ?", (row,))


def _set(connection: sqlite3.Connection, row: int, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if value is not None and type(value) not in COLUMNS:
            # A list or a vector: they have their own table, which no import reads.
            continue
        connection.execute("DELETE FROM embedding_metadata WHERE id = ? AND key = ?", (row, name))
        if value is not None:
            connection.execute(
                f"INSERT INTO embedding_metadata (id, key, {COLUMNS[type(value)]}) "  # noqa: S608
                "VALUES (?, ?, ?)",
                (row, name, value),
            )
