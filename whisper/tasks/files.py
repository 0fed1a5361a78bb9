"""Files of tasks: what was uploaded, and what is fetched; each task has a folder of its own."""

from __future__ import annotations

import secrets
import shutil
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from whisper.tasks.kinds import TaskError

# How long files are kept.
KEPT = timedelta(days=1)
# Bytes that an archive may unpack to: a small one can hold terabytes of zeros.
MOST_UNPACKED = 8 * 1024**3
MOST_FILES = 100_000
NOT_ARCHIVE = "The file is not a zip archive, or it is damaged."


def new_folder() -> str:
    """Make a folder and return its name, which nobody can guess."""
    name = secrets.token_hex(12)
    folder_of(name).mkdir(mode=0o700, parents=True)
    return name


def folder_of(name: str) -> Path:
    """Return the path of a folder."""
    if not name.isalnum():
        raise ValueError(name)
    base: Path = settings.DATA_DIR
    return base / "tasks" / name


def is_there(name: str) -> bool:
    """Return whether there is such a folder."""
    return bool(name) and folder_of(name).is_dir()


def drop(name: str) -> None:
    """Delete a folder, if there is one."""
    if name:
        shutil.rmtree(folder_of(name), ignore_errors=True)


def save(name: str, file_name: str, chunks: Iterable[bytes]) -> Path:
    """Write a file into a folder and return its path."""
    path = folder_of(name) / file_name
    with path.open("xb") as file:
        path.chmod(0o600)
        for chunk in chunks:
            file.write(chunk)
    return path


def unpack(archive: Path, to: Path) -> None:
    """Unpack a zip archive into a new folder.

    Raises:
        TaskError: it is none, is damaged, leads out of the folder, or is too large.
    """
    to.mkdir(mode=0o700)
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > MOST_UNPACKED:
                raise TaskError("The archive is too large when unpacked.")
            for entry in entries:
                # The library leaves `..` and roots out of names.
                opened.extract(entry, to)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise TaskError(NOT_ARCHIVE) from error


def the_only_folder(path: Path) -> Path:
    """Return the folder within which all lies: archives often hold one folder that holds the rest.

    Args:
        path: of what was unpacked.
    """
    inside = [one for one in path.iterdir() if not one.name.startswith(("__MACOSX", "."))]
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else path
