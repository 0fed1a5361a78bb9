"""An installation of its own: commands and a conversation as processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

PASSED_ON = ("PATH", "HOME", "LANG", "WHISPER_MODELS_DIR")
# What the conversation says, each with a number of its own, so that none can be lost unnoticed.
SAID = "Lunch number {number} was soup."
PAUSE_SECONDS = 0.5
COUNT = """
from collections import Counter
from memories.models import Message
said = Message.objects.filter(text__startswith="Lunch number", from_companion=False)
counts = Counter(said.values_list("text", flat=True))
print(len(counts), sum(counts.values()))
"""


class DrillError(Exception):
    """A step of the drill failed; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command that was run.

    Args:
        typed: as a person types it.
        lines: what it printed.
    """

    typed: str
    seconds: float
    lines: list[str]


@dataclass(slots=True)
class Talk:
    """A conversation in progress.

    Args:
        first_seconds: from the start of the process to its first reply.
        longest_seconds: the longest wait for a later one.
    """

    said: int = 0
    answered: int = 0
    first_seconds: float = 0.0
    longest_seconds: float = 0.0


@dataclass(slots=True)
class Installation:
    """A data folder, and the variables that differ from the defaults.

    Args:
        hidden: what is shown instead of parts of what is typed, such as addresses.
        said: how many messages were said so far.
    """

    home: Path
    variables: dict[str, str] = field(default_factory=dict)
    hidden: Mapping[str, str] = field(default_factory=dict)
    said: int = 0

    def run(self, *arguments: str) -> Step:
        """Run a command of manage.py to its end.

        Raises:
            DrillError: it failed.
        """
        began = time.monotonic()
        done = subprocess.run(  # noqa: S603 - our own
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        typed = self._shown(" ".join(["manage.py", *arguments]))
        lines = done.stdout.strip().splitlines()
        if done.returncode:
            why = [*lines, *done.stderr.strip().splitlines()] or ["no reason was given"]
            raise DrillError(f"{typed}: {why[-1]}")
        return Step(typed, time.monotonic() - began, [self._shown(line) for line in lines])

    @contextmanager
    def talking(self) -> Iterator[Talk]:
        """Talk at the terminal meanwhile, a message as soon as the last one was answered.

        At least one is answered before what happens meanwhile begins, and one after it.

        Raises:
            DrillError: the process ended, or left a message without a reply.
        """
        talk, stop, begun = Talk(), threading.Event(), threading.Event()
        began = time.monotonic()
        process = subprocess.Popen(  # nosec B603 - our own
            [sys.executable, "manage.py", "runbot", "--terminal"],
            cwd=settings.BASE_DIR,
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        thread = threading.Thread(
            target=self._talk, args=(process, talk, began, begun, stop), daemon=True
        )
        thread.start()
        try:
            begun.wait()
            yield talk
        finally:
            stop.set()
            thread.join()
            process.communicate()
        if process.returncode or talk.answered < talk.said:
            raise DrillError(f"runbot answered {talk.answered} of {talk.said} messages.")

    def _talk(
        self,
        process: subprocess.Popen[str],
        talk: Talk,
        began: float,
        begun: threading.Event,
        stop: threading.Event,
    ) -> None:
        if process.stdin is None or process.stdout is None:
            raise TypeError("the process has no pipes to talk through")
        ended = False
        while not ended:
            ended = stop.is_set()
            self.said += 1
            talk.said += 1
            asked = time.monotonic()
            process.stdin.write(SAID.format(number=self.said) + "\n")
            process.stdin.flush()
            ended |= not process.stdout.readline()
            if ended and not stop.is_set():
                break
            talk.answered += 1
            if begun.is_set():
                talk.longest_seconds = max(talk.longest_seconds, time.monotonic() - asked)
            else:
                talk.first_seconds = time.monotonic() - began
            begun.set()
            stop.wait(PAUSE_SECONDS)
        begun.set()

    def ask(self, question: str) -> str:
        """Return the reply to one message, by a process of its own."""
        done = subprocess.run(  # nosec B603 - our own
            [sys.executable, "manage.py", "runbot", "--terminal"],
            cwd=settings.BASE_DIR,
            env=self._environment(),
            input=question + "\n",
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()

    def kept(self) -> str:
        """Return how many of the messages said are in the database.

        Raises:
            DrillError: one is missing, or there twice.
        """
        different, all_of_them = map(int, self.run("shell", "-c", COUNT).lines[-1].split())
        if (different, all_of_them) != (self.said, self.said):
            raise DrillError(
                f"Of {self.said} messages {different} are in the database, {all_of_them} in all."
            )
        return f"all {self.said} messages that were said so far are there, each once"

    def _environment(self) -> Mapping[str, str]:
        passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        own = {"WHISPER_ENV_FILE": "", "WHISPER_DATA_DIR": str(self.home)}
        return passed_on | own | {"AUTO_BACKUP_ENABLED": "false"} | self.variables

    def _shown(self, text: str) -> str:
        for part, instead in self.hidden.items():
            text = text.replace(part, instead)
        return text
