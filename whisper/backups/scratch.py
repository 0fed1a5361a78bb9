"""A backup loaded into a separate SQLite file, to be verified and worked on."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from whisper.backups.errors import BackupError
from whisper.backups.making import Show
from whisper.backups.manifest import Manifest
from whisper.backups.reading import pg_dump_pages, portable_pages, readable
from whisper.copying.base import Database
from whisper.copying.digests import Advance, differences, digests
from whisper.copying.locations import Location, Migrations, added
from whisper.database.switching import use_database
from whisper.environment import environment
from whisper.personal_data import erasures
from whisper.settings.databases import database


def brought_back(manifest: Manifest, path: Path, folder: Path, show: Show) -> Location:
    """Load a backup into a file within a folder, and verify it.

    Raises:
        BackupError: it is not what the manifest says.
    """
    settings = environment.model_copy(update={"database_url": None, "postgres_host": None})
    scratch = added(database(settings, folder))
    if scratch.file is None:
        raise BackupError("The scratch file can't be made.")
    with readable(manifest.name):
        if manifest.form == "sqlite":
            with gzip.open(path, "rb") as packed, scratch.file.open("wb") as plain:
                shutil.copyfileobj(packed, plain, 1 << 20)
        else:
            _migrate(scratch, manifest.migrations)
            with show("rows unpacked", manifest.rows) as advance:
                _load(scratch.file, manifest, path, advance)
    with scratch.open(readonly=True) as opened, show("rows verified", manifest.rows) as advance:
        _verify(opened, manifest, advance)
    return scratch


def erase_again(scratch: Location, listed: Mapping[int, datetime]) -> dict[str, int]:
    """Migrate a scratch file, and erase people from it who were erased since.

    Return the number of rows erased, by kind. Nobody can see the restored database before this.

    Args:
        listed: the erase list of the database that will be replaced.
    """
    with use_database(connections.settings[scratch.alias]):
        erasures.merge(listed)
        return erasures.reapply()


def _migrate(scratch: Location, had: Migrations) -> None:
    """Make the tables as they were when the backup was made."""
    executor = MigrationExecutor(connections[scratch.alias])
    nodes = executor.loader.graph.node_map
    executor.migrate(
        [
            key
            for key in sorted(had & set(nodes))
            if not any(child.key in had and child.key[0] == key[0] for child in nodes[key].children)
        ]
    )
    scratch.release()


def _load(file: Path, manifest: Manifest, path: Path, advance: Advance) -> None:
    read = portable_pages if manifest.form == "portable" else pg_dump_pages
    connection = sqlite3.connect(file, isolation_level=None)
    try:
        # The file is discarded if anything fails, and references are checked at the end.
        for pragma in ("foreign_keys = OFF", "synchronous = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for table in manifest.tables:
            connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608
        for table, rows in read(manifest, path):
            names = ", ".join(f'"{name}"' for name in table.names)
            marks = ", ".join("?" for _ in table.names)
            sql = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608
            connection.executemany(sql, rows)
            advance(len(rows))
        for name, number in manifest.numbers.items():
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, number))
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{manifest.name} is damaged or doesn't match: {error}.") from error
    finally:
        connection.close()


def _verify(opened: Database, manifest: Manifest, advance: Advance) -> None:
    said = opened.execute("PRAGMA integrity_check(1)")
    if said != [("ok",)]:
        raise BackupError(f"{manifest.name} is damaged: {said[0][0]}.")
    if broken := opened.execute("PRAGMA foreign_key_check"):
        raise BackupError(f"{manifest.name} is damaged: {broken[0][0]} refers to a missing row.")
    if found := differences(digests(opened, manifest.tables, advance), manifest.digests):
        raise BackupError(f"{manifest.name} is damaged: {'; '.join(found)}.")
