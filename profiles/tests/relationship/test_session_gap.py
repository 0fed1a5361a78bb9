"""How long a silence ends a conversation is a setting."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

_ASKED = (
    "import django; django.setup()\n"
    "from profiles.relationship.rules import SESSION_GAP\n"
    "print(SESSION_GAP.total_seconds())\n"
)


@pytest.mark.heavy
def test_the_gap_follows_its_setting(tmp_path):
    own = {"WHISPER_DATA_DIR": str(tmp_path), "SESSION_GAP_HOURS": "1.5", "WHISPER_ENV_FILE": ""}
    told = subprocess.run(
        [sys.executable, "-c", _ASKED],
        env=os.environ | own | {"DJANGO_SETTINGS_MODULE": "whisper.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(told.stdout) == 1.5 * 3600
