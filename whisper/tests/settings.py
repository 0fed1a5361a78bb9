"""Settings of the tests: none of a developer's own variables, files or data reach them.

Only the services' addresses and the data folder are taken from the process, because tests of them
ask for them. Processes that tests start inherit what is set here.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from hashlib import sha256
from pathlib import Path

os.environ["WHISPER_ENV_FILE"] = ""
from whisper.environment import variable_names
from whisper.redis import keys
from whisper.tests.workers import take_a_share

TAKEN = {"WHISPER_DATA_DIR", "WHISPER_MODELS_DIR", "DATABASE_URL", "REDIS_URL", "ELASTICSEARCH_URL"}

CONVERTING = ("memories/embeddings/build_onnx.py", "whisper/multilingual/unpacking.py")


def state_of(paths: tuple[str, ...]) -> str:
    """Return a short word that changes with these files."""
    root = Path(__file__).resolve().parents[2]
    return sha256(b"".join((root / path).read_bytes() for path in paths)).hexdigest()[:12]


for name in set(variable_names()) - TAKEN:
    os.environ.pop(name, None)
    os.environ.pop(f"{name}_FILE", None)
os.environ["TIME_ZONE"] = "UTC"
if not os.environ.get("WHISPER_DATA_DIR"):
    folder = tempfile.mkdtemp(prefix="whisper-tests-")
    os.environ["WHISPER_DATA_DIR"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
# Converting the models takes seconds, so all runs share them until the conversion changes.
os.environ.setdefault("WHISPER_MODELS_DIR", f"{sys.prefix}/models-of-tests-{state_of(CONVERTING)}")
take_a_share(os.environ)
# A person waits for Redis no longer than they would notice; a busy machine may answer later.
keys.TIMEOUT_SECONDS = 0.5

from whisper.settings import *  # noqa: E402, F403
from whisper.settings import DATABASES  # noqa: E402

# A secure hash takes a fifth of a second for each account that a test makes.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A database that goes away with the tests need not survive a power failure.
_options = DATABASES["default"]["OPTIONS"]
if "init_command" in _options:
    _options["init_command"] += "; PRAGMA synchronous=OFF"
else:
    _options["options"] = f"{_options.get('options', '')} -c synchronous_commit=off"
