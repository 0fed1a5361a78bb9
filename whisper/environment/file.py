"""Keep settings in `.env`."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from whisper.environment import Environment


def keep(values: Mapping[str, str]) -> Path:
    """Write settings into `.env`, replacing those in it, and return its path.

    Args:
        values: by the variable's name, without quotes and line ends.

    Raises:
        OSError: it can't be created or written.
        ValueError: the file can't hold a value.
    """
    path = Path(str(Environment.model_config["env_file"] or os.devnull)).resolve()
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for name, value in values.items():
        if re.search(r"['\\\n\r]", value):
            raise ValueError(f"{name} has a quote, a backslash or a line end")
        given = re.compile(rf"\s*(export\s+)?{name}\s*=", re.IGNORECASE)
        lines = [line for line in lines if not given.match(line)] + [f"{name}='{value}'"]
    _replace(path, "\n".join(lines) + "\n")
    return path


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all; only its owner may read it, as it holds keys."""
    if not path.parent.is_dir() or (path.exists() and not path.is_file()):
        raise FileNotFoundError(f"{path} is not a file")
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    new.replace(path)
