"""ChromaDB's own client, if the extra `chroma` is installed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError


def require_chroma() -> None:
    """Make sure that the client is installed, before anything is written for it.

    Raises:
        CommandError: it is not.
    """
    if find_spec("chromadb") is None:
        raise CommandError("chromadb is not installed. `bin/setup dev` installs it.")


def chroma_client(path: Path) -> Any:
    """Return a client of ChromaDB on a directory of ours.

    Raises:
        CommandError: chromadb is not installed.
    """
    require_chroma()
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))
