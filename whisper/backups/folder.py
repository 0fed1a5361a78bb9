"""Where backups are stored: one folder each, either complete or absent."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from whisper.backups import manifest
from whisper.backups.errors import BackupError
from whisper.backups.manifest import Manifest
from whisper.environment import environment
from whisper.settings import DATA_DIR

# Only the account that runs Whisper may look: a backup holds what people said.
FOLDER_MODE = 0o700
BEFORE = "before-"


def backup_folder(chosen: Path | None = None) -> Path:
    """Return the folder of all backups, made if it is missing.

    Raises:
        BackupError: it can't be written.
    """
    folder = (chosen or environment.backup_path or DATA_DIR / "backups").absolute()
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        _open_lock(folder, "backup").close()
    except OSError as error:
        raise BackupError(
            f"{folder} can't be written ({error.strerror}): name another folder with --to or "
            "BACKUP_PATH."
        ) from error
    return folder


@contextmanager
def locked(folder: Path, what: str) -> Iterator[None]:
    """Let one process at a time work here; remove what a killed one left unfinished.

    Args:
        what: `backup` or `restore`; one of each may run at the same time.

    Raises:
        BackupError: another process is doing it, or nothing can be written there.
    """
    try:
        file = _open_lock(folder, what)
    except OSError as error:
        raise BackupError(f"{folder} can't be locked ({error.strerror}).") from error
    with file as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BackupError(f"Another {what} is running in {folder}.") from None
        for left in folder.glob(f".*.{what}"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _open_lock(folder: Path, what: str) -> IO[bytes]:
    """Open the file that is locked, but follow no link: another account may have made it.

    Raises:
        OSError: it is a link, or can't be made.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
    return open(os.open(folder / f".{what}.lock", flags, 0o600), "rb+")


@contextmanager
def in_the_making(folder: Path, name: str) -> Iterator[Path]:
    """Yield a folder that becomes the backup of that name if all goes well, and is removed
    otherwise.
    """
    partial = folder / f".{name}.backup"
    partial.mkdir(mode=FOLDER_MODE)
    try:
        yield partial
        for path in partial.iterdir():
            path.chmod(0o600)
            _to_disk(path)
        partial.rename(folder / name)
        _to_disk(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def backups(folder: Path) -> list[Manifest]:
    """Return all backups that can be read, the newest first."""
    found = []
    for path in sorted(_folders(folder), reverse=True):
        with suppress(BackupError):
            found.append(manifest.read(path))
    return found


def latest(folder: Path) -> Manifest | None:
    """Return the newest backup, ignoring those made before a move; None if there is none."""
    known = (each for each in backups(folder) if not each.reason.startswith(BEFORE))
    return next(known, None)


def unreadable(folder: Path) -> list[str]:
    """Return one line for each backup whose manifest can't be read."""
    lines = []
    for path in sorted(_folders(folder), reverse=True):
        try:
            manifest.read(path)
        except BackupError as error:
            lines.append(str(error))
    return lines


def prune(folder: Path, *, keep: str = "") -> list[str]:
    """Remove the oldest backups beyond BACKUP_RETENTION_COUNT; return their names.

    Backups made before a move are counted separately, so that many moves don't push out daily ones.

    Args:
        keep: a backup that stays in any case, because it is being read.
    """
    found = backups(folder)
    removed = []
    for moves in (True, False):
        group = [each for each in found if each.reason.startswith(BEFORE) is moves]
        for old in group[environment.backup_retention_count :]:
            if old.name != keep:
                shutil.rmtree(folder / old.name)
                removed.append(old.name)
    return removed


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir() and path.name[0] != "."]


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
