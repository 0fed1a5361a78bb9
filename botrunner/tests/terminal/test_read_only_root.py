"""A chat on a machine where the data folder is the only one that can be written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from botrunner.conversation.local import DATABASE_AWAY, DATABASE_FAILED
from whisper.tests.commands import own

pytestmark = pytest.mark.slow

# Arguments: the data folder, the command.
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind / / && exec "$@"'
KEPT = "SELECT count(*) FROM memories_message WHERE NOT from_companion AND answer = 'answered'"
PROBE = "import tempfile; tempfile.gettempdir()"


def read_only(data: Path, *arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python so that it can write to the data folder alone."""
    return subprocess.run(
        ["unshare", "--mount", "sh", "-c", READ_ONLY, str(data), sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"]} | own(data),
        input=said,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def data(tmp_path):
    """Return a data folder; skip where a process can't have mounts of its own."""
    folder = tmp_path / "data"
    folder.mkdir()
    if shutil.which("unshare") is None or os.geteuid() != 0:
        pytest.skip("mounts need root")
    probe = read_only(folder, "-c", PROBE)
    if "No usable temporary directory" not in probe.stderr:
        pytest.skip(f"no root can be made read-only here: {probe.stderr[-200:]}")
    return folder


@pytest.mark.long
def test_on_a_read_only_root_without_a_temporary_folder_all_is_kept(data):
    lines = "My cat is called Miso.\nI live in Ghent.\nWhat is my cat called?\n"
    read_only(data, "manage.py", "prepare").check_returncode()
    chat = read_only(data, "manage.py", "runbot", "--terminal", said=lines)
    assert chat.returncode == 0, chat.stderr
    assert "Miso" in chat.stdout.splitlines()[-1]
    assert DATABASE_AWAY not in chat.stdout
    assert DATABASE_FAILED not in chat.stdout
    with closing(sqlite3.connect(data / "whisper.sqlite3")) as database:
        assert database.execute(KEPT).fetchall() == [(3,)]
