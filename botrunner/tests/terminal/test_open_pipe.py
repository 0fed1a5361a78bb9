"""A chat whose input stays open when it ends, as a pipe from another program does."""

from __future__ import annotations

import signal
import socket
import subprocess

import pytest

from whisper.tests.commands import started

pytestmark = pytest.mark.slow
PATIENCE = 60


def end(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """Wait for the end, and return the exit code and the lines on stderr."""
    assert process.stderr
    lines = process.stderr.read().splitlines()
    return process.wait(PATIENCE), lines


@pytest.mark.long
def test_a_port_in_use_ends_it_with_one_clear_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with started(tmp_path, "runbot", "--web", str(port)) as chat:
            code, (line,) = end(chat)
    assert code == 2
    assert f"Can't listen on 127.0.0.1:{port}: another program" in line


def test_sigterm_ends_it_without_a_crash_report(tmp_path):
    with started(tmp_path, "runbot", "--terminal") as chat:
        assert chat.stdin
        assert chat.stdout
        chat.stdin.write("Hello!\n")
        chat.stdin.flush()
        assert chat.stdout.readline()
        chat.send_signal(signal.SIGTERM)
        code, lines = end(chat)
    assert (code, len(lines)) == (0, 1)
