"""A chat whose input stays open when it ends, as a pipe from another program does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest
from django.conf import settings

from whisper.tests.commands import manage

pytestmark = pytest.mark.slow
PATIENCE = 60
HELLO = b"Hello!\n"


@pytest.fixture
def chat(tmp_path):
    """Return a function that starts a chat; its input is kept open until the test ends."""
    own = {
        "WHISPER_DATA_DIR": str(tmp_path),
        "WHISPER_ENV_FILE": "",
        "AUTO_BACKUP_ENABLED": "false",
    }
    variables = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ} | own
    manage("prepare", DATABASE_URL="", **own).check_returncode()
    started = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "runbot", *arguments],
                cwd=settings.BASE_DIR,
                env=variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def end(process: subprocess.Popen[bytes]) -> tuple[int, list[str]]:
    """Wait for the end, and return the exit code and the lines on stderr."""
    assert process.stderr
    lines = process.stderr.read().decode().splitlines()
    return process.wait(PATIENCE), lines


def test_a_port_in_use_ends_it_with_one_clear_line(chat):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, (_no_model, line) = end(chat("--web", str(port)))
    assert (code, line.partition(": ")[0]) == (
        2,
        f"The console can't be served on 127.0.0.1:{port}",
    )


def test_sigterm_ends_it_without_a_crash_report(chat):
    process = chat("--terminal")
    process.stdin.write(HELLO)
    process.stdin.flush()
    assert process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    code, lines = end(process)
    assert (code, len(lines)) == (0, 1)
