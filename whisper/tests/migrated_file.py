"""A migrated SQLite file, which later runs of the tests copy: migrating takes them seconds.

It is kept beside the packages, until a migration, a model or Django changes.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.db.backends.sqlite3.creation import DatabaseCreation

_create_empty: Callable[..., str] = DatabaseCreation._create_test_db  # type: ignore[attr-defined]
_create = DatabaseCreation.create_test_db


def create_from_copy(
    creation: DatabaseCreation, verbosity: int, autoclobber: bool, keepdb: bool = False
) -> str:
    """Make the file of the tests, in place of Django's `_create_test_db`, which makes it empty."""
    name = _create_empty(creation, verbosity, autoclobber, keepdb)
    if not creation.is_in_memory_db(name) and (migrated := _migrated_file()).exists():
        shutil.copyfile(migrated, name)
    return name


def create_and_keep(creation: DatabaseCreation, *args: Any, **kwargs: Any) -> str:
    """Make and migrate the database, in place of Django's `create_test_db`; keep a copy."""
    # Named by the files as they are read, not by what becomes of them meanwhile.
    migrated = _migrated_file()
    name: str = _create(creation, *args, **kwargs)
    if not creation.is_in_memory_db(name) and not migrated.exists():
        # Another process may look for it meanwhile.
        unfinished = migrated.with_suffix(f".{os.getpid()}")
        with connections[creation.connection.alias].cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(unfinished)])
        unfinished.replace(migrated)
    return name


def copy_migrated(target: Path) -> None:
    """Make a migrated SQLite file for a process that a test starts."""
    migrated = _migrated_file()
    if not migrated.exists():
        unfinished = migrated.with_suffix(f".{os.getpid()}")
        variables = {"DATABASE_URL": f"sqlite:///{unfinished}", "WHISPER_ENV_FILE": ""}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "whisper.settings"} | variables,
            check=True,
        )
        unfinished.replace(migrated)
    shutil.copyfile(migrated, target)
    # Vacuuming turned it off.
    with closing(sqlite3.connect(target)) as opened:
        opened.execute("PRAGMA journal_mode = WAL")


def state_of_the_tables() -> str:
    """Return a digest of all that decides what migrating makes."""
    state = sha256(django.__version__.encode())
    for app in apps.get_app_configs():
        folder = Path(app.path)
        for pattern in ("migrations/*.py", "models.py", "models/*.py"):
            for file in sorted(folder.glob(pattern)):
                state.update(f"{app.label} {file.name}".encode() + file.read_bytes())
    return state.hexdigest()[:12]


def _migrated_file() -> Path:
    return Path(sys.prefix) / f"database-of-tests-{state_of_the_tables()}.sqlite3"
