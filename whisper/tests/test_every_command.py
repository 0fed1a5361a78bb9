"""Each documented command of manage.py, run as a process of its own."""

from __future__ import annotations

import json
import signal
import zipfile

import pytest
from django.conf import settings
from django.core.management import load_command_class

from whisper.checks import AT_START
from whisper.documents.commands import our_commands
from whisper.tests.commands import manage, own, started

pytestmark = pytest.mark.process

PATIENCE = 60
# They take longer than all else that a command needs.
LOADED_WHEN_NEEDED = {
    "whisper.urls",
    "memories.admin",
    "memories.facts.hearing",
    "botrunner.llm.analysis",
    "botrunner.conversation.respond",
    "botrunner.offline",
    "onnxruntime",
    "elasticsearch",
    "discord",
}


def command_files() -> set[str]:
    """Return the names of all commands that stand in our folders, whoever has one of that name."""
    found = settings.BASE_DIR.glob("*/management/commands/*.py")
    return {path.stem for path in found if path.stem != "__init__"}


def test_every_command_of_ours_is_the_one_that_is_run_and_documented():
    assert command_files() == {name for name, _ in our_commands()}


@pytest.mark.parametrize(("name", "app"), our_commands())
def test_a_command_waits_for_checks_of_the_installation_alone(name, app):
    command = load_command_class(app, name)
    assert set(command.requires_system_checks) <= {AT_START}


def test_a_command_loads_neither_pages_nor_what_replies_are_made_of():
    shown = manage("shell", "--no-imports", "--command", "import sys; print(*sys.modules)")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "memories.models" in shown.stdout.split()
    assert LOADED_WHEN_NEEDED.intersection(shown.stdout.split()) == set()


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize(("name", "app"), our_commands())
def test_every_command_starts_as_a_process_and_is_ours(name, app):
    shown = manage(name, "--help", COLUMNS="200")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert " ".join(load_command_class(app, name).help.split()) in " ".join(shown.stdout.split())


def test_the_worker_starts_works_and_stops_when_asked(tmp_path):
    with started(tmp_path, "runworker") as worker:
        assert worker.stderr
        assert "worker: started" in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=PATIENCE)
    assert (worker.returncode, errors) == (0, "")


# What somebody may type on a new machine, in this order, and what each command prints.
TYPED = {
    "prepare": "admin",
    "remember --user-id 1001 {folder}/lines.jsonl": "1 remembered, 0 already known, 0 broken.",
    "recall Miso --user-id 1001": "I have a cat called Miso",
    "analytics --person 1001": "1 memories",
    "memory_index status": "MEMORY_INDEX is local",
    "periodic list": "retention (every 1 day, 0:00:00)",
    "periodic run retention --clock-is-right": "nothing was old enough",
    "outbox list": "Nothing waits.",
    "backup": "(sqlite)",
    "backups --verify": "rows",
    "restore latest": "was restored",
    "person export 1001 --reason Asked. --to {folder}/ann.zip": "ann.zip",
    "person erase 1001 --reason Asked. --yes": "memories: 1",
}


@pytest.mark.long
@pytest.mark.slow
def test_commands_do_what_they_are_for_one_after_the_other(tmp_path):
    line = {"text": "I have a cat called Miso", "id": 1}
    (tmp_path / "lines.jsonl").write_text(json.dumps(line) + "\n")
    alone = own(tmp_path) | {"DATABASE_URL": "", "REDIS_URL": "", "ELASTICSEARCH_URL": ""}
    for typed, printed in TYPED.items():
        done = manage(*typed.format(folder=tmp_path).split(), **alone)
        assert (done.returncode, done.stderr) == (0, ""), typed
        assert printed in done.stdout, typed
    assert zipfile.is_zipfile(tmp_path / "ann.zip")
    left = manage("recall", "Miso", "--user-id", "1001", **alone)
    assert "cat" not in left.stdout
