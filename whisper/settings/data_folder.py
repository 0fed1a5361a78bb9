"""The data folder, and the secret key that is kept in it."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from whisper.environment import Environment

SHORTEST_KEY = 32


def secret_key(env: Environment, data_dir: Path) -> str:
    """Return the given key, else one that is made once and kept beside the embedded stores."""
    if env.secret_key:
        return env.secret_key.get_secret_value()
    path = writable(data_dir) / "secret_key"
    # Empty or cut short: a full disk or a power failure came between making and writing it.
    if path.exists() and len(path.read_text().strip()) < SHORTEST_KEY:
        path.unlink()
    if not path.exists():
        _write_key(path)
    return path.read_text()


def _write_key(path: Path) -> None:
    """Write a new key at once or not at all; another process's, made meanwhile, stays."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".secret_key-") as new:
        new.write(secrets.token_urlsafe(50))
        new.flush()
        os.fsync(new.fileno())
        with suppress(FileExistsError):
            os.link(new.name, path)


def writable(folder: Path) -> Path:
    """Return the data folder, which is made if it is missing.

    Raises:
        ImproperlyConfigured: nothing can be written to it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ImproperlyConfigured(
            f"WHISPER_DATA_DIR: {folder} can't be written ({error.strerror}). "
            "Name a writable folder, or set SECRET_KEY and DATABASE_URL."
        ) from error
    return folder
