"""Replace a database with a backup, once the backup has been verified."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from django.db import DEFAULT_DB_ALIAS

from whisper.backups import manifest as manifests
from whisper.backups.errors import BackupError
from whisper.backups.folder import backup_folder, latest, locked
from whisper.backups.making import Show, backup_place, sha256, silent
from whisper.backups.manifest import Manifest
from whisper.backups.scratch import brought_back, erase_again
from whisper.copying.base import Database, count
from whisper.copying.digests import differences, digests
from whisper.copying.errors import CopyError
from whisper.copying.locations import Location, migrations, newer
from whisper.copying.postgres import first_line
from whisper.copying.tables import tables, tables_left_behind
from whisper.copying.transfer import MADE_BY_MIGRATE, Transfer
from whisper.models import Erasure
from whisper.personal_data import erasures

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done.

    Args:
        manifest: of the backup.
        secured: of the backup of what was replaced; None if there was nothing.
        erased: rows of people who were erased since the backup, by kind.
    """

    manifest: Manifest
    secured: Manifest | None = None
    erased: Mapping[str, int] = field(default_factory=dict)


def find(name: str, folder: Path) -> Manifest:
    """Return the manifest of a backup.

    Args:
        name: of its folder, or `latest` for the newest that was not made before a move.

    Raises:
        BackupError: there is none, or it can't be read by this version.
    """
    if name == LATEST:
        # A backup made before a move may hold the very state that you want to get rid of.
        last = latest(folder)
        if last is None:
            raise BackupError(
                f"There is no backup in {folder}, except any that were made before a move."
            )
        name = last.name
    if not (folder / name).is_dir() or name != Path(name).name:
        raise BackupError(f"There is no backup {name} in {folder}; `backups` lists them.")
    found = manifests.read(folder / name)
    if too_new := newer(found.migrations):
        raise BackupError(
            f"{name} was made by a newer version of Whisper (it has {too_new[0]}): install that "
            "version."
        )
    return found


def check_file(manifest: Manifest, folder: Path) -> Path:
    """Return the file with the rows of a backup after verifying its checksum.

    Raises:
        BackupError: it is missing or damaged.
    """
    path = folder / manifest.name / manifest.file
    if not path.is_file():
        raise BackupError(f"{manifest.name} is damaged: {manifest.file} is missing.")
    if path.stat().st_size != manifest.size:
        raise BackupError(
            f"{manifest.name} is damaged: {manifest.file} has {path.stat().st_size} bytes, not "
            f"{manifest.size}."
        )
    if sha256(path) != manifest.sha256:
        raise BackupError(f"{manifest.name} is damaged: the checksum of {manifest.file} is wrong.")
    return path


def verify(name: str, *, folder: Path | None = None, show: Show = silent) -> Manifest:
    """Load a backup into a scratch file and compare it with its manifest.

    Raises:
        BackupError: it is incomplete.
    """
    with _scratch(name, backup_folder(folder), show) as (manifest, _):
        return manifest


def restore(
    name: str,
    target: Location,
    *,
    folder: Path | None = None,
    alone: bool = True,
    show: Show = silent,
) -> Restored:
    """Replace a database with a backup, in one transaction.

    The backup is verified first, in a scratch file; people who were erased since are erased from it
    there; what is replaced is backed up. If anything fails, the target is left unchanged.

    Args:
        alone: whether nobody else may be connected to the target.

    Raises:
        BackupError: it can't be done.
    """
    where = backup_folder(folder)
    with _scratch(name, where, show) as (manifest, scratch):
        with target.open(readonly=False) as opened:
            opened.occupy(alone=alone)
            holds, listed = _look(opened)
        erased = erase_again(scratch, listed)
        secured = None
        if holds:
            secured = backup_place(
                target, "before-restore", to=folder, keep=manifest.name, show=show
            )
        target.migrate()
        with scratch.open(readonly=True) as source, target.open(readonly=False) as opened:
            opened.occupy(alone=alone)
            _replace(source, opened, show)
    if target.alias == DEFAULT_DB_ALIAS and not alone:
        # Someone may have been erased in the meantime.
        erasures.reapply()
    return Restored(manifest, secured, erased)


@contextmanager
def _scratch(name: str, folder: Path, show: Show) -> Iterator[tuple[Manifest, Location]]:
    manifest = find(name, folder)
    try:
        with (
            locked(folder, "restore"),
            # In the backup folder: on a disk with room, and just as private.
            TemporaryDirectory(prefix=".", suffix=".restore", dir=folder) as scratch,
        ):
            path = check_file(manifest, folder)
            place = brought_back(manifest, path, Path(scratch), show)
            try:
                yield manifest, place
            finally:
                place.release()
    except CopyError as error:
        raise BackupError(str(error)) from error
    except OSError as error:
        raise BackupError(f"The restore failed: {error.strerror or error}.") from error
    except (sqlite3.Error, psycopg.Error) as error:
        raise BackupError(f"The restore failed: {first_line(error)}") from error


def _look(opened: Database) -> tuple[bool, dict[int, datetime]]:
    """Return whether the target holds anything, and its erase list."""
    if too_new := newer(migrations(opened)):
        raise BackupError(f"The target is from a newer version of Whisper (it has {too_new[0]}).")
    present = opened.present()
    holds = any(
        count(opened, table)
        for table in tables()
        if table.name in present and table.name not in MADE_BY_MIGRATE
    )
    name = Erasure._meta.db_table
    if name not in present:
        return holds, {}
    rows = opened.execute(f"SELECT person_id, erased_at FROM {name}")  # noqa: S608
    return holds, {person: _moment(at) for person, at in rows}


def _moment(at: datetime | str) -> datetime:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _replace(source: Database, target: Database, show: Show) -> None:
    wanted = tables()
    transfer = Transfer(source, target, wanted, hashes=True)
    total = sum(count(source, table) for table in wanted)
    with target.transaction():
        transfer.begin(tables_left_behind())
        with show("rows", total) as advance:
            transfer.run(advance)
        with show("rows compared", total) as advance:
            found = differences(transfer.read, digests(target, wanted, advance))
        if found:
            raise BackupError(f"The restored database differs from the backup: {'; '.join(found)}.")
