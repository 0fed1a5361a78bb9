"""What a test breaks within the bot's process: its event loop, and its wall clock."""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

WITHIN = Path(__file__).with_name("within")
OFFSET = struct.Struct("l")


class Inside:
    """A way into a process that starts with `variables`.

    Args:
        folder: for its files.
    """

    def __init__(self, folder: Path) -> None:
        self._blocked, self._clock = folder / "blocked", folder / "clock"
        self._clock.write_bytes(OFFSET.pack(0))
        self.variables = {
            "PYTHONPATH": str(WITHIN),
            "TEST_BLOCKED_FILE": str(self._blocked),
            "TEST_CLOCK_FILE": str(self._clock),
            "LD_PRELOAD": str(_library(folder)),
        }

    @contextmanager
    def blocked(self, process: int) -> Iterator[None]:
        """Keep the main thread of a process from everything."""
        self._blocked.touch()
        os.kill(process, signal.SIGUSR2)
        try:
            yield
        finally:
            self._blocked.unlink()

    def set_clock(self, seconds: int) -> None:
        """Set the wall clock of the process so far ahead, or back if negative."""
        with self._clock.open("r+b") as file:
            file.write(OFFSET.pack(seconds))


def _library(folder: Path) -> Path:
    """Compile what is preloaded; without a compiler skip the test, or fail it in CI."""
    compiler = shutil.which("cc")
    if compiler is None:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("there is no C compiler, and REQUIRE_SERVICES=1 asks for it")
        pytest.skip("there is no C compiler")
    path = folder / "clock.so"
    given = [
        "-shared",
        "-fPIC",
        "-O1",
        "-Wall",
        "-Werror",
        "-o",
        str(path),
        str(WITHIN / "clock.c"),
    ]
    subprocess.run([compiler, *given, "-ldl"], check=True)
    return path
