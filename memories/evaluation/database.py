"""A record of one's own to measure in, far from anybody's data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

from memories.index import own_index, reset
from whisper.database.access import close_database_threads
from whisper.environment import environment
from whisper.settings.databases import database

ALIAS = "default"


@contextmanager
def temporary_database() -> Iterator[None]:
    """Let this process use an empty SQLite file instead of the database, which goes away at the
    end.

    If the index holds a copy, it gets its own empty one as well.
    """
    own, own_settings = connections[ALIAS], connections.settings[ALIAS]
    with TemporaryDirectory(prefix="whisper-") as folder:
        elsewhere = environment.model_copy(update={"database_url": None, "postgres_host": None})
        settings = connections.configure_settings({ALIAS: database(elsewhere, Path(folder))})[ALIAS]
        other = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, ALIAS)
        reset()
        # The database threads make their connections by the settings, this one has one already.
        close_database_threads()
        connections.settings[ALIAS], connections[ALIAS] = settings, other
        try:
            call_command("migrate", verbosity=0)
            with own_index():
                yield
        finally:
            close_database_threads()
            connections.settings[ALIAS], connections[ALIAS] = own_settings, own
            other.close()
            reset()
