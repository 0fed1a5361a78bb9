"""Do the tasks that wait, one at a time in each process."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import sys
import time
from collections.abc import Awaitable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings

from whisper.amounts import amount
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.models import Task
from whisper.paths import without_folders
from whisper.tasks import actions, files
from whisper.tasks.kinds import TaskError, TaskKind, kind_of

logger = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
TELL_SECONDS = 0.5
RENEW_SECONDS = 15.0
STOP_SECONDS = 20.0
NICENESS = 10
STOPPED = "It stopped with the process that was running it. What was finished is kept."
# As long commands say how far they are (whisper/progress.py).
_PROGRESS = re.compile(r"(\d+)(?:/(\d+))? ([a-z ]+), \d+/s")
_RUN = re.compile(r"Run (\d+) is complete\.")
# A row of a report: it may quote what stands there.
_NOTE = re.compile(r" +(imported|unchanged|repaired|skipped) ")


async def run(stop: asyncio.Event) -> None:
    """Do what waits until `stop` is set."""
    while not stop.is_set():
        task = None
        with suppress(DatabaseUnavailableError):
            await in_database(actions.settle_those_left)
            task = await in_database(actions.claim)
        if task is not None:
            await do(task, stop)
            continue
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)


async def do(task: Task, stop: asyncio.Event) -> None:
    """Do a claimed task, and note how it ended, or give it back if the process stops."""
    kind = kind_of(task.kind)
    renewing = asyncio.create_task(_keep(task))
    try:
        if kind is None:
            raise TaskError("This version of Whisper can't do this job.")
        end = partial(actions.finish, task, await _done(kind, task, stop))
    except TaskError as error:
        end = partial(actions.fail, task, str(error))
    except _StoppedError:
        end = partial(actions.give_back, task)
    except Exception as error:
        logger.exception("tasks: %s failed", task.kind)
        end = partial(actions.fail, task, f"Something went wrong ({type(error).__name__}).")
    finally:
        renewing.cancel()
    try:
        over = await in_database(end)
    except DatabaseUnavailableError as error:
        # Its claim runs out: then it counts as failed, or continues.
        logger.warning("tasks: can't store how %s ended (%s)", task.kind, error)
        return
    if over and kind is not None and kind.continues:
        # The words that were searched for may be somebody's.
        files.drop(task.folder)


async def _done(kind: TaskKind, task: Task, stop: asyncio.Event) -> Mapping[str, Any]:
    if kind.work is not None:
        return await (_unless(stop, kind.work(task)) if kind.continues else kind.work(task))
    if kind.arguments is None:
        raise TaskError("Nothing does it.")
    return await _Process(task).run(kind.arguments(task), stop)


async def _unless(stop: asyncio.Event, work: Awaitable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Do work to its end.

    Raises:
        _StoppedError: the process stops; what the database is doing of it comes to its end.
    """
    doing, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise _StoppedError
        return doing.result()
    finally:
        doing.cancel()
        stopping.cancel()


class _StoppedError(Exception):
    """The process stops before a task is done."""


async def _keep(task: Task) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        with suppress(DatabaseUnavailableError):
            await in_database(actions.renew, task)


class _Process:
    """A command of manage.py that does a task, and what it says."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._lines: list[str] = []
        self._left_out = 0
        self._progress: dict[str, Any] = {}
        self._told_at = 0.0

    async def run(self, arguments: list[str] | Any, stop: asyncio.Event) -> dict[str, Any]:
        """Return what is known of the result.

        Raises:
            TaskError: the command failed.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"},
        )
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
        reading = asyncio.gather(self._read(process.stdout), _all_of(process.stderr))
        stopping = asyncio.create_task(self._stop(process, stop))
        _, faults = await reading
        code = await process.wait()
        stopping.cancel()
        await self._tell()
        if stop.is_set() and code:
            raise TaskError(STOPPED)
        if code:
            _log(self._task, faults)
            raise TaskError(without_folders(_reason(faults, self._lines)))
        return self._result()

    async def _read(self, stream: asyncio.StreamReader | None) -> None:
        while stream is not None and (line := await _line(stream)) is not None:
            if found := _PROGRESS.match(line):
                done, total, unit = found.groups()
                self._progress = {"done": int(done), "total": int(total or 0), "unit": unit}
            elif _NOTE.match(line):
                self._left_out += 1
            elif line:
                self._lines.append(without_folders(line))
            if time.monotonic() - self._told_at >= TELL_SECONDS:
                await self._tell()

    async def _tell(self) -> None:
        self._told_at = time.monotonic()
        lines = list(self._lines)
        if self._left_out:
            lines.append(f"The run lists {amount(self._left_out, 'more row')}.")
        told = partial(actions.tell, self._task, output="\n".join(lines), **self._progress)
        with suppress(DatabaseUnavailableError):
            await in_database(told)

    async def _stop(self, process: asyncio.subprocess.Process, stop: asyncio.Event) -> None:
        await stop.wait()
        for number in (signal.SIGINT, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            await asyncio.sleep(STOP_SECONDS)

    def _result(self) -> dict[str, Any]:
        runs = [found[1] for line in self._lines if (found := _RUN.fullmatch(line))]
        return {"run": int(runs[-1])} if runs else {}


async def _line(stream: asyncio.StreamReader) -> str | None:
    """Return the next line, of a very long one a part; None at the end."""
    try:
        line = await stream.readline()
    except ValueError:
        return ""
    return line.decode(errors="replace").rstrip() if line else None


async def _all_of(stream: asyncio.StreamReader | None) -> list[str]:
    lines: list[str] = []
    while stream is not None and (line := await _line(stream)) is not None:
        lines = [*lines[-50:], line]
    return lines


def _log(task: Task, faults: list[str]) -> None:
    """Log where a command crashed, if it did; what the error says may quote what people said."""
    places = [line.strip() for line in faults if line.startswith("  File ")]
    if places:
        logger.error("tasks: the command of %s crashed: %s", task.kind, "; ".join(places[-5:]))


def _reason(faults: list[str], lines: list[str]) -> str:
    """Return why a command failed: its own words, or of a crash no more than the error's name."""
    for line in reversed(faults):
        if line.startswith("CommandError: "):
            return line.removeprefix("CommandError: ")
    last = next((line for line in reversed(faults) if line and not line[0].isspace()), "")
    name = last.partition(":")[0]
    if re.fullmatch(r"[\w.]+(Error|Exception)", name):
        return f"Something went wrong ({name.rpartition('.')[2]}); see the server's log."
    return lines[-1] if lines else "It failed and didn't say why."
