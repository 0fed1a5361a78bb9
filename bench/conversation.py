"""How long a person waits for everything but the model, and how soon the companion is there."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import timezone

from bench.memories.synthetic import Talk, fill_owner
from bench.registry import Row, benchmark, percentile
from botrunner.conversation.base import Incoming
from botrunner.conversation.local import LocalSurface
from botrunner.conversation.respond import respond
from botrunner.discord_bot.views.choice_pages import CHOICES, OWN_KINDS
from botrunner.llm.base import ReplyContext
from memories.access import Scope
from memories.evaluation.database import temporary_database
from memories.models import Memory, Message, Place
from memories.queries import memories_holding
from memories.search.suggesting import suggestions
from memories.wording.addressing import to_person
from whisper.database.access import in_database
from whisper.ids import new_platform_id

OWNER, MEMORIES = 1, 10_000
# Suggestions come from all memories of a person, of whom a few have this many.
CHOSEN_FROM, MOST_SUGGESTION_MILLISECONDS = 15_000, 100
TYPED = ("", "word1", "word12 and word4", "nothing like it")
MESSAGES, STARTS = 300, 5
STEPS_BEFORE_THE_MODEL = ("received", "waited", "prompt")
ECHO = "Hello there"
MANAGE = str(settings.BASE_DIR / "manage.py")
# What else is started by itself; the port to answer on is the last argument.
OTHERS = {
    "runworker": (MANAGE, "runworker", "--web"),
    "the console alone": ("-m", "uvicorn", "whisper.asgi:application", "--port"),
}
READY_EVERY, READY_WITHIN = 0.02, 60


class _Silent:
    """A model that answers immediately: what is left is our own time."""

    name = "silent"

    async def reply(self, context: ReplyContext) -> AsyncIterator[str]:
        yield "I see."

    async def aclose(self) -> None:
        """Close nothing."""


@benchmark("conversation")
def measure_conversation(scale: float) -> Sequence[Row]:
    """Measure from message in to prompt ready for a person with many memories."""
    count = max(int(MEMORIES * scale), 1)
    talk = Talk()
    with temporary_database():
        fill_owner(talk, OWNER, count)
        times = async_to_sync(_wait_times)(talk)
    half, most = percentile(times, 0.5), percentile(times, 0.95)
    return [
        Row(
            f"milliseconds from message in to prompt ready, one owner of {count:,} memories",
            {"local": f"p50 {half:.1f}, p95 {most:.1f}"},
            "p95 below 40",
            most < 40,
        )
    ]


@benchmark("suggestions")
def measure_suggestions(scale: float) -> Sequence[Row]:
    """Measure how soon suggestions come while somebody with many memories types into `/memory`."""
    count = max(int(CHOSEN_FROM * scale), 1)
    with temporary_database():
        fill_owner(Talk(), OWNER, count)
        columns = {
            name: async_to_sync(_suggestion_times)(ask)
            for name, ask in (("memories", _memories), ("words to search for", _words))
        }
    return [
        Row(
            f"milliseconds to suggestions for what was typed, one person with {count:,} memories",
            {
                name: f"p50 {percentile(times, 0.5):.1f}, p95 {percentile(times, 0.95):.1f}"
                for name, times in columns.items()
            },
            f"p95 below {MOST_SUGGESTION_MILLISECONDS}",
            all(
                percentile(times, 0.95) < MOST_SUGGESTION_MILLISECONDS for times in columns.values()
            ),
        )
    ]


async def _suggestion_times(ask: Callable[[str], Awaitable[object]]) -> list[float]:
    """Return the milliseconds that suggestions take for each of many typed texts."""
    times = []
    for number in range(MESSAGES):
        began = time.perf_counter()
        await ask(TYPED[number % len(TYPED)])
        times.append(1000 * (time.perf_counter() - began))
    return times


async def _memories(typed: str) -> list[str]:
    return [to_person(row) for row in await in_database(_holding, typed)]


def _holding(typed: str) -> list[Memory]:
    return memories_holding(typed, Scope.access(OWNER), kinds=OWN_KINDS, limit=CHOICES)


async def _words(typed: str) -> Sequence[object]:
    return await suggestions(typed, Scope.access(OWNER))


async def _wait_times(talk: Talk) -> list[float]:
    await respond(_says(talk.text()), LocalSurface(), model=_Silent())
    times = []
    for _ in range(MESSAGES):
        reply = await respond(_says(talk.text()), LocalSurface(), model=_Silent())
        if reply is not None:
            times.append(sum(reply.milliseconds[step] for step in STEPS_BEFORE_THE_MODEL))
    return times


def _says(text: str) -> Incoming:
    return Incoming(
        platform=Message.Platform.TERMINAL,
        platform_id=new_platform_id(),
        person_id=OWNER,
        person_name="Ann",
        text=text,
        sent_at=timezone.now(),
        channel_id=OWNER,
        place=Place.DIRECT,
        local=True,
    )


@benchmark("start")
def measure_start(scale: float) -> Sequence[Row]:
    """Measure how long each process takes to start, and what `runbot` holds in memory."""
    count = max(int(MEMORIES * scale), 1)
    with TemporaryDirectory(prefix="whisper-") as folder:
        process = _own_environment(Path(folder))
        _manage(process, "migrate", "--verbosity", "0")
        _manage(process, "build_embedder")
        lines = "".join(
            json.dumps({"text": talk_text, "at": "2026-01-01"}) + "\n"
            for talk_text in _texts(count)
        )
        _manage(process, "remember", "--user-id", str(OWNER), "-", given=lines)
        starts = [_start(process) for _ in range(STARTS)]
        others = {
            name: sorted(_ready_after(process, *command) for _ in range(STARTS))
            for name, command in OTHERS.items()
        }
    seconds = sorted(one[0] for one in starts)
    resident = max(one[1] for one in starts)
    return [
        Row(
            "seconds from the start of runbot to its first answer",
            {"local": f"median {seconds[len(seconds) // 2]:.2f}, most {seconds[-1]:.2f}"},
            "below 2",
            seconds[len(seconds) // 2] < 2,
        ),
        Row(
            f"MB resident with {count:,} memories",
            {"local": f"{resident:.0f}"},
            "below 400",
            resident < 400,
        ),
        *(
            Row(
                f"seconds from the start of {name} until it is ready",
                {"local": f"median {times[len(times) // 2]:.2f}, most {times[-1]:.2f}"},
                "below 3",
                times[len(times) // 2] < 3,
            )
            for name, times in others.items()
        ),
    ]


def _texts(count: int) -> list[str]:
    talk = Talk()
    return [talk.text() for _ in range(count)]


def _own_environment(folder: Path) -> dict[str, str]:
    """Return variables under which a process finds nothing but an empty data folder."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "WHISPER_DATA_DIR": str(folder), "WHISPER_ENV_FILE": "", "LOG_LEVEL": "WARNING"}


def _manage(process: Mapping[str, str], *command: str, given: str = "") -> None:
    subprocess.run(  # noqa: S603
        [sys.executable, settings.BASE_DIR / "manage.py", *command],
        env=process,
        input=given,
        text=True,
        check=True,
        capture_output=True,
    )


def _ready_after(process: Mapping[str, str], *command: str) -> float:
    """Return the seconds from a process's start until it says that it is ready."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        [sys.executable, *command, port],
        cwd=settings.BASE_DIR,
        env=process,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as running:
        try:
            while not _is_ready(port):
                if running.poll() is not None:
                    raise RuntimeError(f"{command[1]} ended before it was ready")
                if time.perf_counter() - began > READY_WITHIN:
                    raise RuntimeError(f"{command[1]} isn't ready after {READY_WITHIN} seconds")
                time.sleep(READY_EVERY)
            return time.perf_counter() - began
        finally:
            running.terminate()


def _is_ready(port: str) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:  # nosec B310 - its own
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


def _start(process: Mapping[str, str]) -> tuple[float, float]:
    """Return the seconds to the first answer, and the megabytes resident after another one."""
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603
        [sys.executable, settings.BASE_DIR / "manage.py", "runbot", "--terminal"],
        env=process,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        bufsize=1,
    ) as running:
        if running.stdin is None or running.stdout is None:
            raise RuntimeError("runbot has no pipes")
        running.stdin.write(ECHO + "\n")
        running.stdout.readline()
        seconds = time.perf_counter() - began
        running.stdin.write("what did I say about word12 and word40?\n")
        running.stdout.readline()
        status = Path(f"/proc/{running.pid}/status").read_text()
        resident = re.search(r"VmRSS:\s+(\d+) kB", status)
        running.stdin.close()
    return seconds, int(resident.group(1)) / 1024 if resident else 0.0
