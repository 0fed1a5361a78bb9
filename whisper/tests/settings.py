"""Settings of the tests: none of a developer's own variables, files or data reach them.

Only the services' addresses and the data folder are taken from the process, because tests of them
ask for them. Processes that tests start inherit what is set here.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

os.environ["WHISPER_ENV_FILE"] = ""
from whisper.environment import variable_names

TAKEN = {"WHISPER_DATA_DIR", "DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"}

for name in set(variable_names()) - TAKEN:
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
os.environ["TIME_ZONE"] = "UTC"
if not os.environ.get("WHISPER_DATA_DIR"):
    folder = tempfile.mkdtemp(prefix="whisper-tests-")
    os.environ["WHISPER_DATA_DIR"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)

from whisper.settings import *  # noqa: E402, F403
