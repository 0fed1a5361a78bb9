"""Run manage.py as a process of its own, as people do."""

from __future__ import annotations

import os
import subprocess
import sys

from django.conf import settings


def manage(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command with these variables on top of the tests' own."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "whisper.settings"} | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
