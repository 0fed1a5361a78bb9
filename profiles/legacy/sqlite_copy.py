"""An SQLite file of the older bot, read from a private copy: the file itself is never changed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management.base import CommandError

LOCK_SECONDS = 5.0
HEADER = b"SQLite format 3\x00"
# Position in the header that says whether the file uses a write-ahead log.
WRITE_VERSION = 18
LOGGED = 2
BESIDE = ("-journal", "-wal")


@contextmanager
def private_copy(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection to a copy of an SQLite file, as of one moment.

    SQLite itself copies, under a lock that the older bot hardly notices. Only where a crash left
    work to be undone, or a log lies beside the file, the files are copied as they are and the copy
    is brought in order.

    Raises:
        CommandError: the file isn't an SQLite database, is damaged or in use, or can't be read.
    """
    with TemporaryDirectory(prefix="whisper-import-") as folder:
        copy = Path(folder) / "copy.db"
        try:
            _copy(path, copy)
            with closing(_open(copy)) as connection:
                _check(path, connection)
                yield connection
        except sqlite3.DatabaseError as error:
            raise CommandError(_told(path, error)) from error
        except OSError as error:
            raise CommandError(f"{path} can't be read: {error.strerror or error}") from error


def _copy(path: Path, copy: Path) -> None:
    with path.open("rb") as file:
        header = file.read(100)
    if not header.startswith(HEADER):
        raise CommandError(
            f"{path} is not an SQLite database, or it is encrypted; the older bot's file is "
            "called user_profiles.db."
        )
    if header[WRITE_VERSION] == LOGGED:
        _copy_files(path, copy)
        return
    try:
        with (
            closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.execute(f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000:.0f}")
            # A backup would wait for ever where another holds the lock; a read does not, and its
            # transaction keeps others from taking it meanwhile.
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master").fetchone()
            source.backup(target)
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or not _has_files_beside(path):
            raise
        copy.unlink(missing_ok=True)
        _copy_files(path, copy)


def _has_files_beside(path: Path) -> bool:
    return any(path.with_name(path.name + suffix).exists() for suffix in BESIDE)


def _copy_files(path: Path, copy: Path) -> None:
    for suffix in ("", *BESIDE):
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copyfile(source, copy.with_name(copy.name + suffix))


def _open(copy: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(copy)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    connection.row_factory = sqlite3.Row
    return connection


def _check(path: Path, connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise CommandError(_damaged(path, found.splitlines()[0]))


def _told(path: Path, error: sqlite3.DatabaseError) -> str:
    if "locked" in str(error):
        return f"{path} is in use; stop the older bot, or try again."
    if getattr(error, "sqlite_errorname", "").startswith("SQLITE_CORRUPT"):
        return _damaged(path, str(error))
    return f"{path} can't be read as an SQLite database: {error}."


def _damaged(path: Path, why: str) -> str:
    return (
        f"{path} is damaged ({why}). Recover what is left with `sqlite3 {path.name} .recover | "
        "sqlite3 recovered.db` and import that."
    )
