"""What an update would change in the database, and whether the bot may keep running meanwhile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import (
    AlterField,
    DeleteModel,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
    RunSQL,
)
from django.db.migrations.operations.base import Operation

from whisper.backups.folder import backup_folder, latest

# The code of the last release writes to what these take away or change.
BREAKING = (AlterField, DeleteModel, RemoveField, RenameField, RenameModel)
FILLING = (RunPython, RunSQL)
RECENT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A migration that is still to be applied.

    Args:
        name: its app and name.
        breaking: what processes of the last release might not bear, in words.
        fills: whether it writes to existing rows, which takes the longer the more there are.
    """

    name: str
    breaking: tuple[str, ...]
    fills: bool


def changes() -> list[Change]:
    """Return the migrations that this version would apply, in their order."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [_change(migration) for migration, _ in plan]


def has_tables() -> bool:
    """Return whether any version of Whisper has used this database."""
    return bool(MigrationExecutor(connection).loader.applied_migrations)


def has_recent_backup() -> bool:
    """Return whether there is a backup of the last day.

    Raises:
        BackupError: the folder can't be read.
    """
    last = latest(backup_folder())
    return last is not None and datetime.now(UTC) - datetime.fromisoformat(last.made_at) < RECENT


def _change(migration: Migration) -> Change:
    operations = migration.operations
    return Change(
        f"{migration.app_label}.{migration.name}",
        tuple(_breaking(operations)),
        any(isinstance(operation, FILLING) for operation in operations),
    )


def _breaking(operations: Sequence[Operation]) -> Iterator[str]:
    for operation in operations:
        if isinstance(operation, BREAKING):
            yield operation.describe()
