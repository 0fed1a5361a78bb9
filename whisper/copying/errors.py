"""What can go wrong when a database is copied."""

from __future__ import annotations


class CopyError(Exception):
    """A database can't be copied; the text is one line that says why and what to do."""
