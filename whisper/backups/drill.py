"""A drill of recovery: the newest backup is restored far from the installation, and talked with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from whisper.backups.errors import BackupError
from whisper.backups.folder import backup_folder, latest, unreadable

ERASED = "erased.jsonl"
GREETING = "hello\n"
# The real ones are nobody's business in a drill: neither `.env` nor a variable of the shell counts.
PASSED_ON = ("PATH", "HOME", "LANG", "WHISPER_MODELS_DIR")


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, and how long it took.

    Args:
        lines: what it printed.
    """

    name: str
    seconds: float
    lines: Sequence[str]


def drill(folder: Path | None = None) -> Iterator[Step]:
    """Restore the newest backup into a database of its own, and yield each step when it is done.

    Nothing of the installation is changed or reached: the drill works on a copy of its backups, in
    a folder that is removed at the end.

    Args:
        folder: where there is room for a copy of the backup and the restored database; by default
            the system's folder for temporary files.

    Raises:
        BackupError: there is no backup, or a step failed; the text says which and why.
    """
    source = backup_folder()
    if damaged := unreadable(source):
        raise BackupError(damaged[0])
    newest = latest(source)
    if newest is None:
        raise BackupError("There is no backup to restore: run manage.py backup first.")
    with _apart(folder) as home:
        began = time.monotonic()
        shutil.copytree(source / newest.name, home / "backups" / newest.name)
        if (erased := settings.DATA_DIR / ERASED).exists():
            shutil.copy2(erased, home / ERASED)
        yield Step("copy", time.monotonic() - began, [newest.name])
        yield _step("restore", home, "restore", "latest")
        yield _step("talk", home, "runbot", "--terminal", said=GREETING)


@contextmanager
def _apart(folder: Path | None) -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="whisper-drill-", dir=folder))
    try:
        yield home
    finally:
        shutil.rmtree(home)


def _step(name: str, home: Path, *arguments: str, said: str = "") -> Step:
    began = time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env=_variables(home),
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.splitlines()
    if done.returncode:
        why = (done.stderr.strip() or done.stdout.strip()).splitlines() or ["no reason was given"]
        raise BackupError(f"The step {name} failed: {why[-1]}")
    return Step(name, time.monotonic() - began, lines)


def _variables(home: Path) -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    own = {"WHISPER_ENV_FILE": os.devnull, "WHISPER_DATA_DIR": str(home)}
    return kept | own | {"BACKUP_PATH": str(home / "backups"), "AUTO_BACKUP_ENABLED": "false"}
