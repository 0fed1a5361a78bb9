"""A ChromaDB directory, read from a copy with sqlite3 and numpy alone; it stays as it is."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from django.core.management.base import CommandError

from memories.embeddings.base import Vector
from memories.legacy.hnsw import FILES, IndexFileError, IndexFiles
from memories.legacy.queue import apply_queue
from profiles.legacy.sqlite_copy import private_copy

logger = logging.getLogger(__name__)

DATABASE = "chroma.sqlite3"
DOCUMENT = "chroma:document"
# Text that JSON or a database would refuse has no place in a metadata value either.
Metadata = dict[str, str | int | float | bool]
COPY_ATTEMPTS, COPY_PAUSE = 20, 0.1
NEEDED = {
    "collections": {"id", "name", "dimension"},
    "segments": {"id", "scope", "collection"},
    "embeddings": {"id", "segment_id", "embedding_id", "created_at"},
    "embedding_metadata": {"id", "key", "string_value", "int_value", "float_value"},
    "embeddings_queue": {"seq_id", "topic", "id", "vector"},
}


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One document as it was stored.

    Args:
        number: its number in the store; they grow in the order of storing.
        key: its id.
        created_at: when it was stored; None if that can't be read.
    """

    number: int
    key: str
    document: str | None
    metadata: Metadata
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of a store.

    Args:
        id: its UUID, which it keeps wherever the directory is copied to.
        problem: why the vectors in its index files can't be read; empty if they can.
    """

    id: str
    name: str
    dimension: int | None
    problem: str
    _rows: str
    _files: IndexFiles | None


class ChromaStore:
    """A copy of a directory, as of one moment."""

    def __init__(self, connection: sqlite3.Connection, collections: list[Collection]) -> None:
        self._connection = connection
        self.collections = collections

    def count(self, collection: Collection) -> int:
        """Return how many documents a collection holds."""
        sql = "SELECT count(*) FROM embeddings WHERE segment_id = ?"
        count: int = self._connection.execute(sql, (collection._rows,)).fetchone()[0]
        return count

    def keys(self, collection: Collection) -> Iterator[str]:
        """Yield the ids of a collection's documents."""
        sql = "SELECT embedding_id FROM embeddings WHERE segment_id = ?"
        for (key,) in self._connection.execute(sql, (collection._rows,)):
            yield str(key)

    def rows(self, collection: Collection, only: Sequence[str] = ()) -> Iterator[StoredRow]:
        """Yield a collection's documents in the order of storing.

        Args:
            only: the metadata to read; all without it.
        """
        columns = ", ".join(self._value_columns())
        wanted = f"AND m.key IN ({', '.join('?' * (len(only) + 1))}) " if only else ""
        found = self._connection.execute(
            f"SELECT e.id, e.embedding_id, e.created_at, m.key, {columns} FROM embeddings e "  # noqa: S608
            f"LEFT JOIN embedding_metadata m ON m.id = e.id {wanted}"
            "WHERE e.segment_id = ? ORDER BY e.id",
            (*((DOCUMENT, *only) if only else ()), collection._rows),
        )
        for number, fields in groupby(map(tuple, found), key=itemgetter(0)):
            yield _row(number, list(fields))

    def vectors(self, collection: Collection, keys: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors that are stored of these documents, shape (dimension,) each."""
        vectors = collection._files.get(keys) if collection._files else {}
        # What the index files do not hold yet, or only an older state of, lies in the queue.
        places = ", ".join("?" * len(keys))
        queued = self._connection.execute(
            f"SELECT id, vector FROM embeddings_queue WHERE id IN ({places}) AND topic LIKE ? "  # noqa: S608
            "AND vector IS NOT NULL ORDER BY seq_id",
            (*keys, f"%{collection.id}"),
        )
        for key, raw in queued:
            if isinstance(raw, bytes) and len(raw) % 4 == 0:
                vectors[str(key)] = np.frombuffer(raw, "<f4")
        return vectors

    def guilds_of_channels(self, collection: Collection) -> dict[str, str]:
        """Return the server of each channel that some row names a server for."""
        found = self._connection.execute(
            "SELECT DISTINCT c.string_value, g.string_value FROM embeddings e "
            "JOIN embedding_metadata c ON c.id = e.id AND c.key = 'channel_id' "
            "JOIN embedding_metadata g ON g.id = e.id AND g.key IN ('server_id', "
            "'emotional_guild_id') WHERE e.segment_id = ?",
            (collection._rows,),
        )
        return {str(channel): str(guild) for channel, guild in found if channel and guild}

    def _value_columns(self) -> list[str]:
        """Return the columns of a value; the first releases of ChromaDB know no true and false."""
        known = _columns(self._connection, "embedding_metadata")
        names = ("string_value", "int_value", "float_value", "bool_value")
        return [f"m.{name}" if name in known else "NULL" for name in names]


@contextmanager
def open_store(path: Path, names: Sequence[str]) -> Iterator[ChromaStore]:
    """Yield a copy of a directory with the collections of these names.

    Raises:
        CommandError: it isn't a ChromaDB directory, is damaged, or has none of the collections.
    """
    folder = _folder(path)
    with (
        private_copy(folder / DATABASE) as connection,
        TemporaryDirectory(prefix="whisper-import-") as copies,
    ):
        _check_layout(folder, connection)
        connection.execute("CREATE INDEX IF NOT EXISTS queue_by_id ON embeddings_queue (id)")
        collections = list(_collections(connection, names, folder, Path(copies)))
        if not collections:
            raise CommandError(_none_found(connection, folder, names))
        yield ChromaStore(connection, collections)


def _folder(path: Path) -> Path:
    folder = path.parent if path.name == DATABASE else path
    if not folder.exists():
        raise CommandError(
            f"{folder} doesn't exist; give the path of the older bot's ChromaDB directory."
        )
    if (folder / DATABASE).is_file():
        return folder
    if any(folder.glob("*.parquet")):
        raise CommandError(
            f"{folder} is from a ChromaDB before 0.4, which used other files; convert it "
            "with ChromaDB's chroma-migrate first."
        )
    raise CommandError(f"{folder} is not a ChromaDB directory: it has no {DATABASE}.")


def _check_layout(folder: Path, connection: sqlite3.Connection) -> None:
    for table, needed in NEEDED.items():
        missing = needed - _columns(connection, table)
        if missing:
            raise CommandError(
                f"{folder} is from an unknown version of ChromaDB: its table {table} "
                f"lacks {', '.join(sorted(missing))}. Versions 0.4 to 1.5 can be read."
            )


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def _none_found(connection: sqlite3.Connection, folder: Path, names: Sequence[str]) -> str:
    there = [str(name) for (name,) in connection.execute("SELECT name FROM collections")]
    return (
        f"{folder} has no collection {' or '.join(names)}; it has "
        f"{', '.join(sorted(there)) or 'none at all'}. CHROMADB_COLLECTION_NAME and "
        "CHROMADB_GLOBAL_COLLECTION_NAME set which to use."
    )


def _collections(
    connection: sqlite3.Connection, names: Sequence[str], folder: Path, copies: Path
) -> Iterator[Collection]:
    for name in names:
        rows = connection.execute("SELECT id, dimension FROM collections WHERE name = ?", (name,))
        for identity, dimension in rows.fetchall():
            found = connection.execute(
                "SELECT scope, id FROM segments WHERE collection = ?", (identity,)
            )
            segments: dict[str, str] = {str(scope): str(segment) for scope, segment in found}
            if "METADATA" not in segments:
                raise CommandError(f"{folder}: the collection {name} has lost its documents.")
            if waiting := apply_queue(connection, str(identity), segments["METADATA"]):
                logger.info("chroma: read %s changes of %s from its queue", waiting, name)
            files, problem = _index_files(
                folder / segments.get("VECTOR", "-"), dimension, copies / str(identity)
            )
            yield Collection(str(identity), name, dimension, problem, segments["METADATA"], files)


def _index_files(folder: Path, dimension: int | None, copy: Path) -> tuple[IndexFiles | None, str]:
    """Return a collection's index files and why there are none.

    A small collection has no labels yet: all its vectors are in the queue, which is fine.
    """
    if dimension is None or not (folder / FILES[-1]).exists():
        whole = dimension is None or (folder / FILES[0]).exists()
        return None, "" if whole else "the index files are missing"
    try:
        _copy_steady(folder, copy)
        return IndexFiles(copy, dimension), ""
    except IndexFileError as error:
        return None, f"the index files can't be read: {error}"


def _copy_steady(folder: Path, copy: Path) -> None:
    """Copy files that the older bot may be writing, as they are between two writes."""
    copy.mkdir()
    for _ in range(COPY_ATTEMPTS):
        try:
            before = _state(folder)
            for name in FILES:
                shutil.copyfile(folder / name, copy / name)
            if _state(folder) == before:
                return
        except OSError as error:
            raise IndexFileError(f"{error.strerror or error}") from error
        time.sleep(COPY_PAUSE)
    raise IndexFileError("they change all the time")


def _state(folder: Path) -> list[tuple[int, int]]:
    stats = [(folder / name).stat() for name in FILES]
    return [(stat.st_mtime_ns, stat.st_size) for stat in stats]


def _row(number: int, fields: list[tuple[Any, ...]]) -> StoredRow:
    document: str | None = None
    metadata: Metadata = {}
    for _, _, _, name, text, whole, real, truth in fields:
        value = _value(text, whole, real, truth)
        if name == DOCUMENT:
            document = text if isinstance(text, str) else None
        elif name is not None and value is not None:
            metadata[str(name)] = value
    _, key, created_at = fields[0][:3]
    return StoredRow(number, str(key), document, metadata, _created(created_at))


def _value(text: Any, whole: Any, real: Any, truth: Any) -> str | int | float | bool | None:
    if truth is not None:
        return bool(truth)
    found: str | int | float | None = next(
        (value for value in (text, whole, real) if value is not None), None
    )
    return found


def _created(value: Any) -> datetime | None:
    """Return a time of SQLite, which is in UTC."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def as_json(metadata: Mapping[str, Any]) -> str:
    """Return metadata as text that is the same for the same values."""
    return json.dumps(metadata, sort_keys=True, ensure_ascii=True)
