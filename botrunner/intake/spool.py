"""An append-only file of events that are not dealt with yet.

Events that arrive together are written and fsynced together, in a separate thread. Each process
has its own file, locked for as long as it runs; a starting process takes over the files that nobody
holds.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

from prometheus_client import Counter, Histogram

from botrunner.intake.events import Event, UnreadableEventError

logger = logging.getLogger(__name__)

SUFFIX = ".spool"
# Beyond this size a file is written again with what is left of it.
COMPACT_BYTES = 100_000

SECONDS = Histogram(
    "whisper_spool_seconds",
    "Time to write one group of events to disk.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)
ERRORS = Counter("whisper_spool_errors", "Groups of events that could not be written to disk.")


class Spool:
    """Keeps events on disk until they are dealt with.

    Args:
        folder: where the files are; it is created when needed.
        mine: which events of ended processes are taken over; by default all.
    """

    def __init__(self, folder: Path, *, mine: Callable[[Event], bool] | None = None) -> None:
        self._mine = mine or (lambda event: True)
        self._folder = folder
        self._file: BinaryIO | None = None
        self._path = folder / f"{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"
        self._thread = ThreadPoolExecutor(1, "spool")
        self._number = 0
        self._lines: dict[int, bytes] = {}
        self._unwritten: list[bytes] = []
        self._waiting: list[asyncio.Future[None]] = []
        self._writing: asyncio.Task[None] | None = None
        self.fault = ""

    def append(self, event: Event) -> tuple[int, asyncio.Future[None]]:
        """Keep an event; return its number, and a future that is done once it is on disk.

        If the disk fails, the future is done as well: the event then lives in memory alone, which
        `fault` says.
        """
        self._number += 1
        line = event.to_line(self._number)
        self._lines[self._number] = line
        self._unwritten.append(line)
        written = asyncio.get_running_loop().create_future()
        self._waiting.append(written)
        self._write_soon()
        return self._number, written

    def done(self, numbers: Iterable[int]) -> None:
        """Drop events that were dealt with; one that a crash brings back is dealt with again."""
        gone = [number for number in numbers if self._lines.pop(number, None) is not None]
        if gone:
            self._unwritten.append(json.dumps({"done": gone}).encode() + b"\n")
            self._write_soon()

    async def take_over(self) -> list[tuple[int, Event]]:
        """Return what ended processes left, oldest first, now kept in this process's own file."""
        loop, taken = asyncio.get_running_loop(), list[tuple[int, Event]]()
        for events, file in await loop.run_in_executor(self._thread, self._abandoned):
            mine = {number: event for number, event in events.items() if self._mine(event)}
            kept = [self.append(event) for event in mine.values()]
            await asyncio.gather(*(written for _, written in kept))
            taken += zip((number for number, _ in kept), mine.values(), strict=True)
            if self.fault:
                # What is not in our file stays in theirs.
                file.close()
                continue
            let_go = _remove if len(mine) == len(events) else partial(_leave_rest, taken=list(mine))
            await loop.run_in_executor(self._thread, let_go, file)
        return sorted(taken, key=lambda one: one[1].at)

    async def close(self) -> None:
        """Write what is left and let go of the file; an empty one goes."""
        loop, closed = asyncio.get_running_loop(), False
        while not closed:
            if self._writing is not None:
                await asyncio.wait({self._writing})
            await loop.run_in_executor(self._thread, self._let_go)
            # What was dealt with meanwhile is written to the file again.
            closed = self._writing is None or self._writing.done()
        self._thread.shutdown(wait=False)

    def _write_soon(self) -> None:
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._unwritten:
            lines, self._unwritten = self._unwritten, []
            waiting, self._waiting = self._waiting, []
            left = list(self._lines.values())
            write = partial(self._write, b"".join(lines), left, again=bool(self.fault))
            try:
                await loop.run_in_executor(self._thread, write)
                self.fault = ""
            except OSError as error:
                ERRORS.inc()
                if not self.fault:
                    logger.error("intake: the spool can't be written (%s)", error.strerror)
                self.fault = error.strerror or type(error).__name__
            for written in waiting:
                if not written.done():
                    written.set_result(None)

    def _write(self, lines: bytes, left: list[bytes], *, again: bool) -> None:
        """Append lines; write the file again if the last time failed, or if it has grown long.

        Once all was dealt with, nothing is left in it that says who wrote when. A crash may bring
        that back, which does no harm.
        """
        with SECONDS.time():
            if not left and not again:
                self._empty()
                return
            if again or (
                self._file and self._file.tell() > COMPACT_BYTES + 2 * sum(map(len, left))
            ):
                self._compact(left)
                return
            if self._file is None:
                self._file = self._new_file(self._path)
            self._file.write(lines)
            os.fsync(self._file.fileno())

    def _empty(self) -> None:
        if self._file is not None:
            self._file.truncate(0)
            self._file.seek(0)

    def _compact(self, left: list[bytes]) -> None:
        """Write a file again with the events that are left."""
        draft = self._path.with_suffix(".draft")
        file = self._new_file(draft)
        file.write(b"".join(left))
        os.fsync(file.fileno())
        draft.replace(self._path)
        if self._file is not None:
            self._file.close()
        self._file = file

    def _new_file(self, path: Path) -> BinaryIO:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = path.open("ab", buffering=0)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return file

    def _let_go(self) -> None:
        if self._file is None:
            return
        if not self._lines and not self.fault:
            self._path.unlink(missing_ok=True)
        self._file.close()
        self._file = None

    def _abandoned(self) -> list[tuple[dict[int, Event], BinaryIO]]:
        """Return the events, by number, and the file, locked, of each process that has ended."""
        found = list[tuple[dict[int, Event], BinaryIO]]()
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            if path == self._path:
                continue
            with suppress(OSError):
                file = path.open("rb+")
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    file.close()
                    raise
                found.append((_left_in(file), file))
        return found


def _left_in(file: BinaryIO) -> dict[int, Event]:
    """Return the events of a file that were not dealt with; a line that a crash cut is skipped."""
    events: dict[int, Event] = {}
    for line in filter(bytes.strip, file):
        try:
            values = json.loads(line)
            if "done" in values:
                for number in values["done"]:
                    events.pop(number, None)
            else:
                events[int(values["n"])] = Event.from_values(values)
        except (UnreadableEventError, ValueError, TypeError, KeyError):
            logger.warning("intake: skipped an unreadable line of %s", Path(file.name).name)
    return events


def _leave_rest(file: BinaryIO, taken: list[int]) -> None:
    """Leave a file to another process, without the events that this one took."""
    if taken:
        # A crash may have cut the last line.
        file.write(b"\n" + json.dumps({"done": taken}).encode() + b"\n")
        os.fsync(file.fileno())
    file.close()


def _remove(file: BinaryIO) -> None:
    Path(file.name).unlink(missing_ok=True)
    file.close()
