"""Which processes of this machine have ended, so that nobody waits for what they had in hand.

Each process holds the lock of a file of its own for as long as it lives, and marks with the file's
name what it takes in hand. However it ends, the lock ends with it. Of processes that write to
another data folder nothing is known: what they had is free when its time is over.
"""

from __future__ import annotations

import atexit
import fcntl
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

logger = logging.getLogger(__name__)

FOLDER, SUFFIX = "processes", ".lock"
# In hexadecimal digits; what a process takes in hand can be told by the rest of its token.
MARK, REST = 12, 20


def new_token() -> str:
    """Return what this process marks something with that it takes in hand."""
    return own_mark() + secrets.token_hex(REST // 2)


def mark_of(token: str) -> str:
    """Return the mark of the process that made a token."""
    return token[:MARK]


@cache
def own_mark() -> str:
    """Return this process's mark; from now on its end can be seen."""
    mark = secrets.token_hex(MARK // 2)
    try:
        _live(mark)
    except OSError as error:
        # What it had in hand is free when its time is over.
        logger.warning("process: can't show that it lives (%s)", error.strerror)
    return mark


def has_ended(mark: str) -> bool:
    """Return whether a process has ended, as far as this one can know."""
    with _lock_of_ended(_path(mark)) as file:
        return file is not None


@contextmanager
def ended() -> Iterator[list[str]]:
    """Yield the marks of processes that have ended; they are known no more after that."""
    found = sorted(path for path in _folder().glob(f"*{SUFFIX}") if has_ended(path.stem))
    yield [path.stem for path in found]
    for path in found:
        path.unlink(missing_ok=True)


def _folder() -> Path:
    return settings.DATA_DIR / FOLDER


def _path(mark: str) -> Path:
    return _folder() / f"{mark}{SUFFIX}"


def _live(mark: str) -> None:
    path = _path(mark)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Nobody finds it before it is locked.
    draft = path.with_suffix(".draft")
    file = draft.open("wb")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    draft.replace(path)
    atexit.register(_end, file, path)


def _end(file: BinaryIO, path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
    file.close()


@contextmanager
def _lock_of_ended(path: Path) -> Iterator[BinaryIO | None]:
    """Yield the file of a process, locked; None if that lives, or nothing is known of it."""
    try:
        file = path.open("rb+")
    except OSError:
        yield None
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield None
        else:
            yield file
