"""Run a page's commands one after the other, in one shell and an installation of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.conf import settings

from botrunner.tests.pages.blocks import Block, Command
from botrunner.tests.pages.listed import BEFORE, SERVERS, TYPED, to_run

LEFT_OUT = {".env", "data", "site"}
KEPT = ("PATH", "HOME", "WHISPER_MODELS_DIR")
MARK = "@@ "
BEGINNING = """\
set -eu -o pipefail
exec 2>&1
manage() { .venv/bin/python manage.py "$@"; }
answers() {
  until curl -fs -o /dev/null "http://localhost:$1/health/live"; do kill -0 $!; sleep 0.2; done
}
beside() { local port=$1; shift; "$@" </dev/null & trap "kill $!" EXIT; answers "$port"; }
ended() { kill $!; wait $! || [ $? = 143 ]; }
served() { local port=$1; shift; "$@" </dev/null & answers "$port"; ended; }
"""


def installation(folder: Path) -> Path:
    """Make a folder that looks like a checkout in which nothing was run yet."""
    folder.mkdir()
    for path in settings.BASE_DIR.iterdir():
        if path.name not in LEFT_OUT and not path.name.startswith((".git", ".venv")):
            (folder / path.name).symlink_to(path)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def run(
    page: str, blocks: Sequence[Block], folder: Path, replaced: Mapping[str, str], **variables: str
) -> str:
    """Run the commands of a page's blocks, and return what they printed.

    Args:
        page: whose blocks they are.
        blocks: in their order.
        folder: where the installation is.
        replaced: what stands for something on the page, and what it is here.
        variables: of the environment, beside the few that each command gets.

    Raises:
        AssertionError: a command failed; all that was printed is in it.
    """
    lines = list(BEFORE.get(page, ()))
    for block in blocks:
        for command in to_run(block):
            lines += [f"echo {MARK!r}{len(lines)}", _typed(command)]
    text = "\n".join(lines)
    for shown, here in sorted(replaced.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(shown, here)
    done = subprocess.run(
        ["bash", "-c", BEGINNING + text],
        cwd=folder,
        env={name: os.environ[name] for name in KEPT if name in os.environ} | variables,
        input="",
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{page}: exit code {done.returncode}\n{text}\n\n{done.stdout}"
    return done.stdout


def _typed(command: Command) -> str:
    """Return what the shell gets: with what a person types, and without waiting for a server."""
    for name, typed in TYPED.items():
        if name in command.typed:
            return f"printf '{typed}' | {command.typed}"
    if any(server in command.typed for server in SERVERS):
        (port,) = re.findall(r"--(?:web|port) (\d+)", command.typed)
        return f"served {port} {command.typed}"
    return command.typed


def missing(blocks: Sequence[Block], printed: str) -> list[str]:
    """Return the lines that a page shows as output and that were not printed, in this order.

    Digits differ from run to run, and so do the space before them and what follows the greeting.
    """
    lines = iter(map(_without_digits, printed.splitlines()))
    shown = [line for block in blocks for command in to_run(block) for line in command.shown]
    return [line for line in shown if _without_digits(line) not in lines]


def _without_digits(line: str) -> str:
    return re.sub(r"\s*\d+", " 0", line.rstrip().partition("I'm Whisper.")[0])
