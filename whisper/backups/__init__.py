"""Backups of the database: making, keeping, verifying and restoring them.

Code that is about to change much of the database calls `backup_before` first.
"""

from __future__ import annotations

from whisper.backups.errors import BackupError
from whisper.backups.making import backup_place
from whisper.backups.manifest import Manifest
from whisper.copying.locations import configured_database

__all__ = ["BackupError", "Manifest", "backup_before", "backup_place"]


def backup_before(reason: str) -> Manifest:
    """Back up the configured database before a change of much of it.

    What the calling transaction has not committed yet is not in it.

    Args:
        reason: what is about to be done: `import`, `rollback` ...

    Raises:
        BackupError: it can't be made; the caller should then stop.
    """
    return backup_place(configured_database(), f"before-{reason}")
