"""Run manage.py as a process of its own, as people do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from whisper.tests.migrated_file import copy_migrated

# Enough for a whole move on a busy machine; a command that waits for ever ends then.
PATIENCE_SECONDS = 240
KEPT = ("PATH", "HOME", "WHISPER_MODELS_DIR")


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command with these variables on top of the tests' own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "whisper.settings"} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def own(folder: Path) -> dict[str, str]:
    """Return the variables of a command that has everything in one folder."""
    return {
        "WHISPER_DATA_DIR": str(folder),
        "WHISPER_ENV_FILE": "",
        "AUTO_BACKUP_ENABLED": "false",
    }


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command on a database of its own, made in this folder; its input stays open.

    It is killed in the end if it still runs.
    """
    if not (file := folder / "whisper.sqlite3").exists():
        copy_migrated(file)
    manage("prepare", DATABASE_URL="", **own(folder)).check_returncode()
    variables = {key: os.environ[key] for key in KEPT if key in os.environ} | own(folder)
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
