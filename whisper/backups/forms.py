"""The three forms of a backup: how the rows of a database are written to one file."""

from __future__ import annotations

import gzip
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, cast

from psycopg.conninfo import make_conninfo

from whisper.backups.errors import BackupError
from whisper.copying.base import Database, pages
from whisper.copying.digests import Advance, Digest, Digesting, digests
from whisper.copying.postgres import PostgresDatabase
from whisper.copying.sqlite import SqliteDatabase
from whisper.copying.tables import Table, tables_left_behind
from whisper.copying.values import Notes

# A third larger than the best, and six times as fast.
COMPRESSION = 1
# Enough for tens of millions of rows; a pg_dump that hangs is stopped eventually.
DUMP_SECONDS = 3600

Digests = dict[str, Digest]


def save_sqlite(
    opened: Database, file: Path, path: Path, tables: Sequence[Table], advance: Advance
) -> Digests:
    """Copy an SQLite file with its online backup, which doesn't block writers.

    Args:
        file: the SQLite file.
        path: where to.
    """
    raw = path.with_suffix(".raw")
    with (
        closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(raw)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        target.execute("PRAGMA secure_delete = ON")
        for name in set(tables_left_behind()) & opened.present():
            target.execute(f'DELETE FROM "{name}"')  # noqa: S608
        target.commit()
    copied = SqliteDatabase(raw, readonly=True)
    try:
        found = digests(copied, tables, advance)
    finally:
        copied.close()
    with raw.open("rb") as plain, compressed(path) as packed:
        shutil.copyfileobj(plain, packed, 1 << 20)
    raw.unlink()
    return found


def save_pg_dump(
    opened: PostgresDatabase, path: Path, tables: Sequence[Table], advance: Advance
) -> Digests:
    """Write pg_dump's custom format, of the very rows that are counted and hashed.

    Raises:
        BackupError: pg_dump fails.
    """
    snapshot, schema = opened.execute("SELECT pg_export_snapshot(), current_schema()")[0]
    command = [
        "pg_dump",
        "--format=custom",
        f"--compress={COMPRESSION}",
        "--no-owner",
        "--no-privileges",
        "--no-password",
        f"--lock-wait-timeout={10_000}",
        f"--snapshot={snapshot}",
        f"--schema={schema}",
        f"--file={path}",
        f"--dbname={make_conninfo(**opened.address)}",
        *(f"--exclude-table-data={name}" for name in tables_left_behind()),
    ]
    environ = os.environ | {"PGPASSWORD": opened.connection.info.password}
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environ, capture_output=True, text=True, timeout=DUMP_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise BackupError(f"pg_dump did not finish within {DUMP_SECONDS} s.") from None
    if done.returncode:
        raise BackupError(f"pg_dump failed: {_first_line(done.stderr)}")
    return digests(opened, tables, advance)


def can_pg_dump(opened: Database) -> bool:
    """Return whether pg_dump is installed and at least as new as the server, as it requires."""
    if shutil.which("pg_dump") is None or not isinstance(opened, PostgresDatabase):
        return False
    said = subprocess.run(  # nosec B603 - pg_dump and its like
        ["pg_dump", "--version"],  # noqa: S607
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    ).stdout
    version = "".join(part for part in said.split()[2:3]).partition(".")[0]
    return version.isdigit() and int(version) >= opened.connection.info.server_version // 10_000


def save_portable(
    opened: Database, path: Path, tables: Sequence[Table], advance: Advance
) -> Digests:
    """Write lines of JSON: the name of a table, then an array for each of its rows."""
    found = {}
    with compressed(path) as packed:
        for table in tables:
            packed.write(f'"{table.name}"\n'.encode())
            digesting = Digesting(table)
            for page in pages(opened, table, Notes()):
                packed.write(digesting.add(page))
                advance(len(page))
            found[table.name] = digesting.digest()
    return found


def compressed(path: Path) -> IO[bytes]:
    """Open a file for writing that only this account may read."""
    path.touch(mode=0o600)
    return cast(IO[bytes], gzip.open(path, "wb", compresslevel=COMPRESSION))


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["it gave no reason"])[0]
