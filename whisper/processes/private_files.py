"""What each process of Whisper does before anything else: it keeps to itself what people said."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

# What the account's group and everybody else may do.
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private() -> None:
    """Let only the account that runs this process read what it writes from now on."""
    os.umask(OTHERS)


def close_to_others(folder: Path) -> None:
    """Take the data folder and the files in it away from other accounts.

    Versions before this one wrote them for everybody to read. What another account owns stays as
    it is: it is not ours to change.
    """
    if folder.is_dir():
        for path in (folder.resolve(), *(each for each in folder.iterdir() if not each.is_dir())):
            _close(path)


def _close(path: Path) -> None:
    # Another process may remove a file at any time, such as SQLite's -wal.
    with suppress(FileNotFoundError, PermissionError):
        mode = path.lstat().st_mode
        if mode & OTHERS and not stat.S_ISLNK(mode):
            path.chmod(stat.S_IMODE(mode) & ~OTHERS)
