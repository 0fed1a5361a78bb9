"""Whether the database can be used, reported in one line before anything is done to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.core.checks import Error, Tags, register
from django.core.management.base import CommandError
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from django.db.migrations.executor import MigrationExecutor

from whisper.copying.checkpoints import BEGUN, WHOLE
from whisper.environment import environment
from whisper.models import CopyCheckpoint

EXIT_DATABASE_UNUSABLE = 5
CONNECT_SECONDS = 5


def require_usable_database(*, up_to_date: bool = True) -> None:
    """Check whether the database can be reached and is of this version of Whisper.

    Commands that read or write the database call it first: on a newer version's tables they could
    do harm, on an older one's they would fail half-way.

    Args:
        up_to_date: whether every migration must have been applied.

    Raises:
        CommandError: it can't be used; its text is one line that says what to do.
    """
    try:
        _connect_once()
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        half_copied = _half_copied()
    except DatabaseError as error:
        raise CommandError(unusable(error), returncode=EXIT_DATABASE_UNUSABLE) from error
    finally:
        # An event loop that starts later uses connections of its own threads.
        if not connection.in_atomic_block:
            connection.close()
    if newer := _newer(executor):
        raise CommandError(
            f"The database is from a newer version of Whisper (it has {newer}). "
            "Install that version; nothing was changed.",
            returncode=EXIT_DATABASE_UNUSABLE,
        )
    if half_copied:
        raise CommandError(
            "The database holds an unfinished copy: continue it with `manage.py copy_database ... "
            "--resume`.",
            returncode=EXIT_DATABASE_UNUSABLE,
        )
    if missing and up_to_date:
        raise CommandError(
            "The database is not up to date: run `manage.py migrate` first.",
            returncode=EXIT_DATABASE_UNUSABLE,
        )


@register(Tags.database)
def no_newer_database(databases: Sequence[str] | None = None, **_: Any) -> list[Error]:
    """Keep `migrate` from a database that a newer version of Whisper has changed."""
    if not databases or "default" not in databases:
        return []
    newer = _newer(MigrationExecutor(connection))
    if newer is None:
        return []
    return [
        Error(
            f"The database is from a newer version of Whisper (it has {newer}).",
            hint="Install that version; nothing was changed.",
            id="whisper.E001",
        )
    ]


def unusable(error: Exception) -> str:
    """Return one line on a database that can't be used."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return f"The database can't be used: {lines[0].rstrip('.')}. {_remedy(lines[0])}"


def _remedy(line: str) -> str:
    if connection.vendor != "sqlite":
        names = "DATABASE_URL" if environment.database_url else "the settings POSTGRES_..."
        return f"Check {names}, and that PostgreSQL runs."
    file = connection.settings_dict["NAME"]
    if "full" in line or "I/O" in line:
        return f"Free some space for {file}."
    if "readonly" in line or "unable to open" in line:
        return f"Give {file} and its folder to the account that runs Whisper."
    if "malformed" in line or "not a database" in line:
        return f"Move {file} away and restore a backup (docs/backup.md)."
    return "If another process holds it, stop that, or try again."


def _connect_once() -> None:
    """Connect past the pool, which tries again and again and keeps the reason to itself."""
    database = connections[DEFAULT_DB_ALIAS]
    if isinstance(database, PostgreSQL):
        with database.wrap_database_errors:
            options = database.get_connection_params() | {"connect_timeout": CONNECT_SECONDS}
            options.pop("pool", None)
            psycopg.connect(**options).close()


def _half_copied() -> bool:
    """Return whether a copy into this database was begun and not done."""
    if CopyCheckpoint._meta.db_table not in connection.introspection.table_names():
        return False
    return CopyCheckpoint.objects.filter(table=WHOLE, last_key=BEGUN).exists()


def _newer(executor: MigrationExecutor) -> str | None:
    """Return an applied migration that this code lacks, of an app that it has."""
    known = set(executor.loader.disk_migrations)
    apps = {app for app, _ in known}
    unknown = {name for name in executor.loader.applied_migrations if name[0] in apps} - known
    return ".".join(min(unknown)) if unknown else None
