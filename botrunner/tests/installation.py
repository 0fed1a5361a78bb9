"""The product in folders of its own, run as a person runs it: by manage.py, in processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from whisper.tests.migrated_file import copy_migrated
from whisper.tests.redis.redis_server import free_port

MODELS = "WHISPER_MODELS_DIR"
OWNER, PASSWORD = "owner", "a long password"
# Only a test that fails waits this long.
SECONDS = 300


class Installation:
    """The product in folders of its own.

    Args:
        folder: it gets the folders `data`, `home`, `tmp` and `logs`.
        variables: settings besides those that every installation of a test has.
    """

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.port = free_port()
        for name in ("data", "home", "tmp", "logs"):
            (folder / name).mkdir(parents=True)
        self._variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "WHISPER_DATA_DIR": str(folder / "data"),
            # All tests share what was converted once.
            MODELS: os.environ[MODELS],
            "WHISPER_ENV_FILE": "",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
            **variables,
        }

    @property
    def origin(self) -> str:
        """Return the address of its console."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *command: str, screen: int | None = None) -> subprocess.Popen[bytes]:
        """Start a command of manage.py, whose standard error is a file among the logs.

        Args:
            screen: descriptor of a terminal; without one nothing is typed, and what it prints is
                returned by `communicate`.
        """
        with (self.folder / "logs" / command[0]).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "manage.py", *command],
                cwd=settings.BASE_DIR,
                env=self._variables,
                stdin=subprocess.DEVNULL if screen is None else screen,
                stdout=subprocess.PIPE if screen is None else screen,
                stderr=log,
                start_new_session=True,
            )

    def run(self, *command: str) -> str:
        """Run a command to its end and return what it printed."""
        process = self.start(*command)
        printed, _ = process.communicate(timeout=SECONDS)
        log = (self.folder / "logs" / command[0]).read_text(errors="replace")
        assert process.returncode == 0, (command, printed.decode(), log[-2000:])
        return printed.decode()

    def prepare(self) -> None:
        """Make the database and a superuser, `OWNER` with `PASSWORD`."""
        if "DATABASE_URL" in self._variables:
            self.run("migrate", "--verbosity", "0")
        else:
            copy_migrated(self.folder / "data" / "whisper.sqlite3")
        owner = ("--username", OWNER, "--email", "owner@example.org")
        self.run("createsuperuser", "--noinput", *owner)
        self.run("prepare")

    @contextmanager
    def running(self, *command: str) -> Iterator[None]:
        """Start a command, and end it as a system does that shuts down."""
        process = self.start(*command)
        try:
            yield
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=SECONDS)
            # One that is still starting does not listen for the signal yet.
            assert process.returncode in (0, -signal.SIGTERM)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()

    def shell(self, code: str) -> str:
        """Run Python in the project and return what it printed."""
        return self.run("shell", "--no-imports", "-v", "0", "-c", code).strip()
