"""ChromaDB's own client, if the extra `chroma` is installed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError


def chroma_client(path: Path) -> Any:
    """Return a client of ChromaDB on a directory of ours.

    Raises:
        CommandError: chromadb is not installed.
    """
    try:
        import chromadb
        from chromadb.config import Settings
    except ImportError as error:
        raise CommandError("chromadb is not installed. `bin/setup dev` installs it.") from error
    return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))
