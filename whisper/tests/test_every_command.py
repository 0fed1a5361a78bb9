"""Each documented command of manage.py, run as a process of its own."""

from __future__ import annotations

import signal

import pytest
from django.conf import settings
from django.core.management import load_command_class

from whisper.documents.commands import our_commands
from whisper.tests.commands import manage, started

pytestmark = pytest.mark.process

PATIENCE = 60


def command_files() -> set[str]:
    """Return the names of all commands that stand in our folders, whoever has one of that name."""
    found = settings.BASE_DIR.glob("*/management/commands/*.py")
    return {path.stem for path in found if path.stem != "__init__"}


def test_every_command_of_ours_is_the_one_that_is_run_and_documented():
    assert command_files() == {name for name, _ in our_commands()}


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("name", "app"), our_commands())
def test_every_command_starts_as_a_process_and_is_ours(name, app):
    shown = manage(name, "--help", COLUMNS="200")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert " ".join(load_command_class(app, name).help.split()) in " ".join(shown.stdout.split())


@pytest.mark.slow
def test_the_worker_starts_works_and_stops_when_asked(tmp_path):
    with started(tmp_path, "runworker") as worker:
        assert worker.stderr
        assert "worker: started" in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=PATIENCE)
    assert (worker.returncode, errors) == (0, "")
