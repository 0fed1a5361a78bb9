"""A setting that nothing reads would promise what it does not do."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from django.conf import settings

from whisper.environment import Environment

APPS = ("whisper", "profiles", "memories", "botrunner")
# Read by a name that is put together, in botrunner/llm/endpoints.py.
BY_TASK = re.compile("llm_(facts|emotion)_")


def test_each_setting_is_read_somewhere():
    paths = [path for app in APPS for path in (settings.BASE_DIR / app).rglob("*.py")]
    code = [
        path.read_text()
        for path in paths
        if "tests" not in path.parts and path != Path(inspect.getfile(Environment))
    ]
    words = set(re.findall(r"\w+", "\n".join(code)))
    # Some are read where they are declared.
    words |= set(re.findall(r"self\.(\w+)", inspect.getsource(Environment)))
    names = {name for name in Environment.model_fields if not BY_TASK.match(name)}
    assert names - words == set()
