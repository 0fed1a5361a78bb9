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
from memories.tests.factories import DIMENSION, MODEL
from whisper.environment import environment
from whisper.tests.migrated_file import copy_migrated

pytestmark = [pytest.mark.service, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("lanes", "kills"), [(1, 3), pytest.param(4, 50, marks=pytest.mark.long)], ids=["3", "200"]
)
def test_every_memory_is_found_soon_after_the_restart(lanes, kills, tmp_path, monkeypatch):
    address = require_service("elasticsearch")
    monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr(address)])
    with temporary_index(MODEL, DIMENSION):
        # At once, as most of the time goes by until the index shows what it took.
        running = [start(lane, kills, tmp_path / str(lane)) for lane in range(lanes)]
        told = [json.loads(lane.communicate()[0]) for lane in running]
    assert sum(lane["kills"] for lane in told) == lanes * kills
    for lane in told:
        assert lane["committed"] > 0
        assert lane["found"] == lane["committed"], told


def start(lane, kills, folder):
    """Start to kill workers that share the index and have a record of their own."""
    folder.mkdir()
    own = {
        "WHISPER_DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/record.sqlite3",
        "CRASHES_PREFIX": environment.elasticsearch_index_prefix,
    }
    variables = {**os.environ, **own}
    copy_migrated(folder / "record.sqlite3")
    return subprocess.Popen(
        [sys.executable, "-m", "memories.tests.crashes", str(kills), str(lane)],
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
    )
