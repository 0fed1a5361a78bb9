"""The files in the data folder: whose each is, and that no other account can read one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register

from whisper.checks import AT_START
from whisper.processes.private_files import OTHERS

# Who erases, or why nothing of a person is in them. A test finds each file of a full run here.
OWNERS = {
    "whisper.sqlite3*": "the database: erased row by row, and rewritten",
    "intake/*": "the intake: ids and times of messages until they have been handled",
    "export-*.zip": "the conversation cache's holder: deleted after a day or with its person",
    "terminal_history-*": "the conversation cache's holder: erased with its person",
    "backups/*": "backups: deleted by age; a restored one is erased again",
    "tasks/*": "jobs of admins: uploads and exports, deleted after a day or with their person",
    "erased.jsonl*": "erasures: ids and times, so that nobody comes back from a backup",
    "secret_key": "the settings: nothing about people",  # nosec B105 - a file
    "first_admin_password": "the first admin: gone after the first login",  # nosec B105 - a file
    "models/*": "converted models: nothing about people",
    "*.lock": "locks between processes: empty, or a process's number",
    "test*.sqlite3*": "the tests' database",
}


def owner_of(file: Path) -> str | None:
    """Return whose a file in the data folder is, by its path there; None if nobody owns it."""
    return next((owner for shape, owner in OWNERS.items() if fnmatch(str(file), shape)), None)


def write_secret(file: Path, secret: str) -> None:
    """Write a line that only the account that runs this may read, whole or not at all.

    Raises:
        OSError: it can't be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
        opened.write(f"{secret}\n")
    # A file that is there already may be open to others.
    new.replace(file)


def readable_by_others(folder: Path) -> Iterator[Path]:
    """Yield the folder and what is in it that other accounts of this machine can read or write."""
    if folder.is_dir():
        for path in (folder, *sorted(folder.rglob("*"))):
            try:
                mode = path.lstat().st_mode
            except FileNotFoundError:
                continue
            if mode & OTHERS and not stat.S_ISLNK(mode):
                yield path


@register(AT_START)
def check_modes(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Warn of what other accounts can read although the start took it away from them."""
    found = list(readable_by_others(settings.DATA_DIR))
    if not found:
        return []
    named = ", ".join(path.name for path in found[:5])
    return [
        Warning(
            f"Other accounts of this machine can open {len(found)} files or folders in "
            f"{settings.DATA_DIR}: {named}.",
            hint="They belong to another account: run `chmod -R go= FOLDER` as that account.",
            id="whisper.W001",
        )
    ]
