"""The command `whisper` of an installed package: the same as `manage.py` in a checkout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MANAGE = str(Path(__file__).resolve().parent.parent / "manage.py")


def main() -> None:
    """Run a command; `whisper run ARGUMENTS` prepares what is missing and starts the companion."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["run"]:
        # As `make run` does.
        prepared = subprocess.run([sys.executable, MANAGE, "prepare"], check=False)  # noqa: S603 - our own
        if prepared.returncode:
            raise SystemExit(prepared.returncode)
        arguments = ["runbot", "--web", "8000", *arguments[1:]]
    os.execv(sys.executable, [sys.executable, MANAGE, *arguments])  # noqa: S606 - our own
