"""Workers killed between commit and index lose nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from conftest import require_service
from memories.index.elasticsearch.temporary import temporary_index
from memories.tests.remembering import DIMENSION, MODEL
from whisper.environment import environment

pytestmark = pytest.mark.service
SEARCHABLE_SECONDS = 5.0
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.slow)])
def test_every_memory_is_found_soon_after_the_restart(kills, tmp_path, monkeypatch):
    address = require_service("elasticsearch")
    monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr(address)])
    with temporary_index(MODEL, DIMENSION):
        own = {
            "WHISPER_DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path}/record.sqlite3",
            "CRASHES_PREFIX": environment.elasticsearch_index_prefix,
        }
        variables = {**os.environ, **own}
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=variables, check=True
        )
        done = subprocess.run(
            [sys.executable, "-m", "memories.tests.crashes", str(kills)],
            cwd=ROOT,
            env=variables,
            check=True,
            stdout=subprocess.PIPE,
        )
    told = json.loads(done.stdout)
    assert told["committed"] > 0
    assert told["slowest"] < SEARCHABLE_SECONDS, told
