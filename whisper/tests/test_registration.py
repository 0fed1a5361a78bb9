"""What registers itself when it is imported is imported at the start, in each new process."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.conf import settings

APPS = ("whisper", "profiles", "memories", "botrunner")
REGISTERING = {"handlers", "jobs", "checks"}
# `documents` makes a page about the handlers.
LEFT_OUT = {"tests", "documents"}
LOADED = "import django, json, sys; django.setup(); print(json.dumps(list(sys.modules)))"


def registering_modules() -> set[str]:
    paths = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    parts = [path.relative_to(settings.BASE_DIR).with_suffix("").parts for path in paths]
    return {
        ".".join(each) for each in parts if each[-1] in REGISTERING and not LEFT_OUT & set(each)
    }


@pytest.mark.process
def test_each_module_that_registers_something_is_loaded_at_the_start():
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=settings.BASE_DIR, capture_output=True, check=True
    )
    found = registering_modules()
    assert len(found) >= 8
    assert found - set(json.loads(loaded.stdout)) == set()
