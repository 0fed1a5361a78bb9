"""Whether anything grows while people talk for long: memory, files, threads, the disk."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import linear_regression

from django.conf import settings

from bench.overload import running_bot
from bench.plot import plot
from bench.registry import Row, benchmark, own_megabytes, tell

PEOPLE = 50
# Half of what `bench rooms` shows one process to sustain.
A_SECOND = 5.0
MINUTES = 60.0
# Caches fill up to their size until minute 10, last of all the index in process.
SETTLING_SHARE = 1 / 6
LOOK_SECONDS = 10.0
# After the last message: what follows from it is done.
QUIET_SECONDS = 10.0
# What the index in process may hold in an hour. It is full before minute 10, so that whatever grows
# afterwards is something else.
INDEX_MEGABYTES = 5
MOST_KILOBYTES_A_MESSAGE = 1.0
MOST_MORE_OF_A_KIND = 3
# What is never given back; what a message needs while it is answered goes up and down.
COUNTED = ("files", "connections", "threads", "tasks")
# Names the file for the drawing.
PLOT = "SOAK_PLOT"
TASKS = re.compile(r"^whisper_event_loop_tasks (\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Look:
    """What a process held at a moment.

    Args:
        seconds: since the first message.
        megabytes: of memory, without mapped files: SQLite's is one, and grows by what is kept.
        files: open files, without connections.
        connections: open sockets.
        tasks: of the event loop.
        disk: kilobytes of the data folder.
    """

    seconds: float
    said: int
    megabytes: float
    files: int
    connections: int
    threads: int
    tasks: int
    disk: float


@benchmark("soak")
def measure_soak(scale: float) -> Iterator[Row]:
    """Talk for an hour at a steady rate to the real bot over a loopback Discord."""
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    looks = asyncio.run(_talk(MINUTES * 60 * scale, max(1, round(INDEX_MEGABYTES * scale))))
    if page := os.environ.get(PLOT):
        (settings.BASE_DIR / page).write_text(drawn(looks))
    yield from rows(looks)


def drawn(looks: Sequence[Look]) -> str:
    """Return the looks as a drawing."""
    return plot(
        f"What the bot held while {looks[-1].said:,} messages were said",
        [look.seconds / 60 for look in looks],
        {
            "memory, MB": [look.megabytes for look in looks],
            **{name: [getattr(look, name) for look in looks] for name in COUNTED},
            "data folder, MB": [look.disk / 1024 for look in looks],
        },
    )


def rows(looks: Sequence[Look]) -> Iterator[Row]:
    """Yield what the looks show: each figure at the beginning and end of the settled part."""
    settled = looks[int(len(looks) * SETTLING_SHARE) :]
    first, last = settled[0], settled[-1]
    hours = (last.seconds - first.seconds) / 3600
    span = {"from": f"{first.seconds / 60:.0f} min", "to": f"{last.seconds / 60:.0f} min"}
    grown = _growth(settled)
    yield Row(
        f"memory at {A_SECOND:g} messages per second, {last.said:,} messages",
        span
        | {
            "values": f"{first.megabytes:.0f} to {last.megabytes:.0f} MB, {grown:+.1f} KB a message"
        },
        f"at most {MOST_KILOBYTES_A_MESSAGE:.0f} KB a message",
        grown <= MOST_KILOBYTES_A_MESSAGE,
    )
    third = len(settled) // 3 + 1
    for name in COUNTED:
        early, late = (
            min(getattr(look, name) for look in part)
            for part in (settled[:third], settled[-third:])
        )
        yield Row(
            name,
            span | {"values": f"at least {early} in the first third, {late} in the last"},
            f"at most {MOST_MORE_OF_A_KIND} more",
            late - early <= MOST_MORE_OF_A_KIND,
        )
    early, late = (_disk_of_a_message(part) for part in _halves(settled))
    yield Row(
        f"disk of a message, over {hours * 60:.0f} minutes",
        span | {"values": f"{early:.1f} KB in the first half, {late:.1f} KB in the second"},
    )


def _growth(looks: Sequence[Look]) -> float:
    """Return how many KB of memory a message adds, by the line nearest to all looks."""
    return (
        1024
        * linear_regression([look.said for look in looks], [look.megabytes for look in looks]).slope
    )


def _halves(looks: Sequence[Look]) -> tuple[Sequence[Look], Sequence[Look]]:
    middle = len(looks) // 2
    return looks[: middle + 1], looks[middle:]


def _disk_of_a_message(looks: Sequence[Look]) -> float:
    return (looks[-1].disk - looks[0].disk) / max(1, looks[-1].said - looks[0].said)


async def _talk(seconds: float, index_megabytes: int) -> list[Look]:
    """Talk for a number of seconds and return what the bot held meanwhile.

    Args:
        index_megabytes: what the index in process may hold.

    Raises:
        RuntimeError: the bot ended, or logged a traceback.
    """
    log: list[str] = []
    looks: list[Look] = []
    async with running_bot(log, MEMORY_INDEX_MEGABYTES=str(index_megabytes)) as running:
        bot, control = running.bot, running.discord.control
        people = [control.make_user(f"Person {number}") for number in range(PEOPLE)]
        look = partial(_look, bot.process.pid, bot.folder, running.port)
        began, said = time.monotonic(), 0
        next_look = began
        while (now := time.monotonic()) < began + seconds:
            if now >= next_look:
                looks.append(await asyncio.to_thread(look, now - began, said))
                next_look += LOOK_SECONDS
                tell(str(looks[-1]))
            control.dm(people[said % PEOPLE], f"m{said} is what I had for lunch on day {said}")
            said += 1
            await asyncio.sleep(max(0.0, began + said / A_SECOND - time.monotonic()))
        await asyncio.sleep(QUIET_SECONDS)
        looks.append(await asyncio.to_thread(look, time.monotonic() - began, said))
    if any("Traceback" in line for line in log):
        raise RuntimeError("the bot logged a traceback")
    return looks


def _look(pid: int, folder: Path, port: int, seconds: float, said: int) -> Look:
    process = Path(f"/proc/{pid}")
    open_ones = list(_open_files(process))
    sockets = sum(one.startswith("socket:") for one in open_ones)
    return Look(
        seconds=round(seconds, 1),
        said=said,
        megabytes=own_megabytes(pid),
        files=len(open_ones) - sockets,
        connections=sockets,
        threads=len(list((process / "task").iterdir())),
        tasks=_tasks(port),
        disk=_size(folder) / 1024,
    )


def _open_files(process: Path) -> Iterator[str]:
    """Yield what a process has open; some may be closed meanwhile."""
    for file in (process / "fd").iterdir():
        with suppress(FileNotFoundError):
            yield str(file.readlink())


def _tasks(port: int) -> int:
    """Return how many tasks the event loop of a bot has."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:  # nosec B310 - its own server
        found = TASKS.search(answer.read().decode())
    return int(float(found[1])) if found else 0


def _size(folder: Path) -> int:
    """Return the bytes of a folder's files, of which some may go meanwhile."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total
