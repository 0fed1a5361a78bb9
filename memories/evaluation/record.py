"""A record of one's own to measure in, far from anybody's data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

from memories.index import reset

ALIAS = "default"


@contextmanager
def temporary_record() -> Iterator[None]:
    """Let this thread use an empty SQLite file instead of the record, which goes away at the end.

    Asynchronous code must be called through `async_to_sync`, which keeps database work on this
    thread.
    """
    own = connections[ALIAS]
    with TemporaryDirectory(prefix="whisper-") as folder:
        settings = connections.configure_settings(
            {
                ALIAS: {
                    "ENGINE": "django.db.backends.sqlite3",
                    "NAME": Path(folder) / "measured.sqlite3",
                    "CONN_MAX_AGE": None,
                    "OPTIONS": {"init_command": "PRAGMA synchronous=OFF"},
                }
            }
        )[ALIAS]
        other = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, ALIAS)
        reset()
        connections[ALIAS] = other
        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            connections[ALIAS] = own
            other.close()
            reset()
