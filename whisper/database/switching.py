"""Work on a database other than the configured one, for benchmarks and tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.utils import ConnectionHandler

from whisper.database.access import close_database_threads
from whisper.database.postgresql.pools import close_pool


@contextmanager
def use_database(config: dict[str, Any]) -> Iterator[None]:
    """Use another database in this process, and create its tables.

    No event loop may be running when it begins or ends.

    Args:
        config: as in `DATABASES`.
    """
    before = connections.settings[DEFAULT_DB_ALIAS]
    close_database()
    connections.settings[DEFAULT_DB_ALIAS] = ConnectionHandler({"default": config}).settings[
        "default"
    ]
    _forget()
    try:
        call_command("migrate", verbosity=0)
        # Returns this thread's connection to the pool.
        connections.close_all()
        yield
    finally:
        close_database()
        connections.settings[DEFAULT_DB_ALIAS] = before
        _forget()


def close_database() -> None:
    """Close all of this process's database connections; the next unit of work opens new ones."""
    close_database_threads()
    connections.close_all()
    close_pool()


def _forget() -> None:
    # The connection of this thread keeps the settings that it was made with.
    with suppress(AttributeError):
        del connections[DEFAULT_DB_ALIAS]
