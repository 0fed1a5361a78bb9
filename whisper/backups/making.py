"""Make a backup of a database."""

from __future__ import annotations

import hashlib
import platform
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

import django
import psycopg

from whisper.backups import manifest
from whisper.backups.errors import BackupError
from whisper.backups.folder import backup_folder, in_the_making, locked, prune
from whisper.backups.forms import can_pg_dump, save_pg_dump, save_portable, save_sqlite
from whisper.backups.manifest import Form, Manifest
from whisper.copying.base import Database, count
from whisper.copying.digests import Advance, Digest
from whisper.copying.errors import CopyError
from whisper.copying.locations import Location, migrations, missing, models_at
from whisper.copying.postgres import PostgresDatabase, first_line
from whisper.copying.tables import Table, tables
from whisper.version import VERSION

Show = Callable[[str, int], AbstractContextManager[Advance]]
FILES: dict[Form, str] = {
    "sqlite": "database.sqlite3.gz",
    "pg_dump": "database.pg_dump",
    "portable": "database.jsonl.gz",
}
_REASON = re.compile(r"[a-z][a-z0-9-]{0,40}")


def silent(what: str, total: int) -> AbstractContextManager[Advance]:
    """Show nothing."""
    return nullcontext(lambda rows: None)


def backup_place(
    place: Location,
    reason: str,
    *,
    to: Path | None = None,
    portable: bool = False,
    keep: str = "",
    snapshots: Mapping[str, str] | None = None,
    show: Show = silent,
) -> Manifest:
    """Back up a database, then remove the oldest backups beyond BACKUP_RETENTION_COUNT.

    The bot can keep running: the backup holds the database as it was at one moment.

    Args:
        reason: lower-case words joined by `-`; backups `before-...` are counted separately.
        to: the folder of all backups, in place of BACKUP_PATH.
        portable: write lines of JSON even if the engine has its own form.
        keep: name of a backup that is not removed.
        snapshots: what the manifest says of those of other stores.

    Raises:
        BackupError: it can't be made; what was there before is untouched.
    """
    if not _REASON.fullmatch(reason):
        raise BackupError(f"{reason!r} is not a valid reason: use lower-case words joined by '-'.")
    folder = backup_folder(to)
    try:
        with locked(folder, "backup"), place.open(readonly=True) as opened:
            made = _made(place, opened, folder, reason, portable, snapshots or {}, show)
            prune(folder, keep=keep)
            return made
    except CopyError as error:
        raise BackupError(str(error)) from error
    except OSError as error:
        raise BackupError(f"The backup failed in {folder}: {error.strerror or error}.") from error
    except (sqlite3.Error, psycopg.Error) as error:
        raise BackupError(f"The backup failed: {first_line(error)}") from error


def _made(
    place: Location,
    opened: Database,
    folder: Path,
    reason: str,
    portable: bool,
    snapshots: Mapping[str, str],
    show: Show,
) -> Manifest:
    now = datetime.now(UTC)
    name = f"{now:%Y%m%d-%H%M%S-%f}-{reason}"
    here = _present(opened)
    if not here:
        raise BackupError(f"{place.shown} is not a Whisper database.")
    form = _form(opened, portable=portable)
    with in_the_making(folder, name) as partial:
        path = partial / FILES[form]
        with show("rows", sum(count(opened, table) for table in here)) as advance:
            found = _saved(form, place, opened, path, here, advance)
        made = Manifest(
            name=name,
            made_at=now.isoformat(timespec="seconds"),
            reason=reason,
            form=form,
            file=path.name,
            size=path.stat().st_size,
            sha256=sha256(path),
            versions=_versions(opened),
            migrations=migrations(opened),
            tables=tuple(here),
            digests=found,
            numbers={table.name: opened.number(table) for table in here if table.numbered},
            snapshots=snapshots,
        )
        manifest.write(made, partial)
    return made


def sha256(path: Path) -> str:
    """Return the checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _form(opened: Database, *, portable: bool) -> Form:
    if portable:
        return "portable"
    if opened.engine == "sqlite":
        return "sqlite"
    return "pg_dump" if can_pg_dump(opened) else "portable"


def _saved(
    form: Form,
    place: Location,
    opened: Database,
    path: Path,
    here: Sequence[Table],
    advance: Advance,
) -> dict[str, Digest]:
    if form == "sqlite" and place.file is not None:
        return save_sqlite(opened, place.file, path, here, advance)
    if form == "pg_dump" and isinstance(opened, PostgresDatabase):
        return save_pg_dump(opened, path, here, advance)
    return save_portable(opened, path, here, advance)


def _present(opened: Database) -> list[Table]:
    """Return the tables as they exist there, possibly those of an older version."""
    present, had = opened.present(), migrations(opened)
    known = tables() if not missing(had) else tables(models_at(had))
    return [table for table in known if table.name in present]


def _versions(opened: Database) -> dict[str, str]:
    engine = (
        f"PostgreSQL {opened.connection.info.parameter_status('server_version')}"
        if isinstance(opened, PostgresDatabase)
        else f"SQLite {sqlite3.sqlite_version}"
    )
    return {
        "whisper": VERSION,
        "django": django.get_version(),
        "python": platform.python_version(),
        "engine": engine,
    }
