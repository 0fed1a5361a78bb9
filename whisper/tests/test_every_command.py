"""Each documented command of manage.py, run as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import load_command_class

from whisper.documents.commands import our_commands
from whisper.tests.commands import manage

pytestmark = pytest.mark.process

PATIENCE = 60


def command_files() -> set[str]:
    """Return the names of all commands that stand in our folders, whoever has one of that name."""
    found = settings.BASE_DIR.glob("*/management/commands/*.py")
    return {path.stem for path in found if path.stem != "__init__"}


def test_every_command_of_ours_is_the_one_that_is_run_and_documented():
    assert command_files() == {name for name, _ in our_commands()}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "app"), our_commands())
def test_every_command_starts_as_a_process_and_is_ours(name, app):
    shown = manage(name, "--help", COLUMNS="200")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert " ".join(load_command_class(app, name).help.split()) in " ".join(shown.stdout.split())


@contextmanager
def started(folder: Path, name: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command on a database of its own; it is killed if the test fails."""
    own = {"WHISPER_DATA_DIR": str(folder), "WHISPER_ENV_FILE": "", "AUTO_BACKUP_ENABLED": "false"}
    variables = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ} | own
    manage("migrate", "-v0", DATABASE_URL="", **own).check_returncode()
    process = subprocess.Popen(
        [sys.executable, "manage.py", name],
        cwd=settings.BASE_DIR,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_the_worker_starts_works_and_stops_when_asked(tmp_path):
    with started(tmp_path, "runworker") as worker:
        assert worker.stderr
        assert "worker: started" in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=PATIENCE)
    assert (worker.returncode, errors) == (0, "")
