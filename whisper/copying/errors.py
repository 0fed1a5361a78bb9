"""What can go wrong when a record is carried."""

from __future__ import annotations


class CopyError(Exception):
    """A record can't be carried; the text is one line that says why and what to do."""
