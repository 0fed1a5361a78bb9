"""What can go wrong with backups."""

from __future__ import annotations


class BackupError(Exception):
    """A backup can't be made or restored; the text is one line that says why and what to do."""
