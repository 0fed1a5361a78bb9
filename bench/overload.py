"""More messages than the companion can answer: the real process, over a loopback Discord."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench.registry import NotMeasuredError, Row, benchmark, resident_megabytes, tell
from whisper.environment import environment

PEOPLE, A_SECOND, SECONDS = 100, 100, 20
MODEL_SECONDS = 0.3
CROWD, EACH = 30, 2
RECOVERED_SECONDS = 300.0
# For the start of the process on a busy machine.
START_SECONDS = 180.0
BURNERS = 4
BURN = "while True: pass"
# Of the event loop's lateness.
BUCKET = re.compile(r'whisper_event_loop_(\w+)_seconds_bucket\{le="([^"]+)"\} (\S+)')
LIMITS = ("0.05", "0.1", "0.5")
MOST_MEGABYTES = 600.0
# What the log says of a service that can't be reached. Overload is none of it.
OUTAGE = re.compile(r"can't be reached|is away|was away|no connection|unreachable")
# After the last reply: what comes twice comes now.
QUIET_SECONDS = 5.0


@dataclass(slots=True)
class Measured:
    """What was seen of one run.

    Args:
        late: how often the event loop was late, in words.
        blocked: how often its own computing kept it from its work for longer than it may; None
            where nobody looked.
    """

    said: int = 0
    replies: int = 0
    lost: int = 0
    doubled: int = 0
    misplaced: int = 0
    seconds: float = 0.0
    megabytes: float = 0.0
    late: str = ""
    blocked: int | None = None
    log: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        fates = self.lost or self.doubled or self.misplaced
        return not fates and not self.tracebacks and not self.outages

    @property
    def fates(self) -> str:
        return f"{self.lost} / {self.doubled} / {self.misplaced}"

    @property
    def tracebacks(self) -> int:
        return sum("Traceback" in line for line in self.log)

    @property
    def outages(self) -> int:
        return sum(bool(OUTAGE.search(line)) for line in self.log)

    @property
    def logged(self) -> str:
        return f"{len(self.log)} lines, {self.tracebacks} tracebacks, {self.outages} of outages"


class Running(NamedTuple):
    """The real bot, with what it talks to.

    Args:
        discord: the loopback Discord.
        bot: the process.
        model: the server of its language model.
        port: where it serves health and metrics.
    """

    discord: Any
    bot: Any
    model: Any
    port: int


@benchmark("overload")
def measure_overload(scale: float) -> Iterator[Row]:
    """Measure what becomes of 100 messages per second, and of a crowd in one channel.

    It needs the development packages, and the loopback Discord of the tests.
    """
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    for burners, machine in ((0, "quiet"), (BURNERS, f"{BURNERS} busy processes beside it")):
        with _burning(burners):
            yield flood_row(asyncio.run(flood(scale)), machine)
            yield _crowd_row(asyncio.run(_crowd()), machine)


def flood_row(found: Measured, machine: str) -> Row:
    """Return the row of many people who wrote at once, and whether it is met."""
    return Row(
        f"{found.said:,} direct messages at {A_SECOND} per second, model of "
        f"{1000 * MODEL_SECONDS:.0f} ms, {machine}",
        {
            "lost / doubled / out of order": found.fates,
            "replies": f"{found.replies:,}",
            "last reply": f"{found.seconds:.0f} s after the last message",
            "resident": f"at most {found.megabytes:.0f} MB",
            "event loop late": found.late,
            "log": found.logged,
        },
        f"0 / 0 / 0, within {RECOVERED_SECONDS:.0f} s, below {MOST_MEGABYTES:.0f} MB, the loop's "
        f"own computing never over {LIMITS[0]} s, no tracebacks or outages in the log",
        found.holds
        and found.blocked == 0
        and found.seconds < RECOVERED_SECONDS
        and found.megabytes < MOST_MEGABYTES,
    )


def _crowd_row(found: Measured, machine: str) -> Row:
    return Row(
        f"{CROWD} people × {EACH} messages in one channel, {machine}",
        {
            "lost / doubled / out of order": found.fates,
            "replies": f"{found.replies:,}",
            "last reply": f"{found.seconds:.0f} s after the last message",
            "log": found.logged,
        },
        f"0 / 0 / 0: first come, first answered, within {RECOVERED_SECONDS:.0f} s",
        found.holds and found.seconds < RECOVERED_SECONDS,
    )


async def flood(scale: float) -> Measured:
    """Let many people write at once, and wait until all have their replies."""
    found = Measured()
    async with running_bot(found.log) as running:
        discord, bot, c = running.discord, running.bot, running.discord.control
        people = [c.make_user(f"Person {number}") for number in range(PEOPLE)]
        said: dict[str, list[str]] = {person: [] for person in people}
        count = max(PEOPLE, int(A_SECOND * SECONDS * scale))
        watching = asyncio.create_task(_watch_memory(bot.process.pid, found))
        began = time.monotonic()
        for number in range(count):
            person = people[number % PEOPLE]
            said[person].append(f"m{number}")
            c.dm(person, f"m{number} is what I wanted to say about the garden")
            await asyncio.sleep(max(0.0, began + (number + 1) / A_SECOND - time.monotonic()))
        ended = time.monotonic()
        tell(f"{count} messages said in {ended - began:.1f} s")
        channels = {person: c.open_dm(person) for person in people}
        await _all_answered(discord, channels, said)
        found.seconds = time.monotonic() - ended
        await asyncio.sleep(QUIET_SECONDS)
        watching.cancel()
        found.said = count
        note_lateness(found, await asyncio.to_thread(_metrics, running.port))
        _judge(discord, channels, said, found)
    return found


async def _crowd() -> Measured:
    """Let people write in one channel, one after the other, all of them twice."""
    found = Measured(said=CROWD * EACH)
    async with running_bot(found.log) as running:
        discord, c = running.discord, running.discord.control
        people = [c.make_user(f"Person {number}") for number in range(CROWD)]
        channel = c.make_channel(c.make_guild("Home", people), "general")
        said: dict[str, list[str]] = {person: [] for person in people}
        for number in range(CROWD * EACH):
            person = people[number % CROWD]
            said[person].append(f"m{number}")
            c.send(channel, person, f"m{number} is what I say", mention_bot=True)
        ended = time.monotonic()
        await _all_answered(discord, dict.fromkeys(people, channel), said)
        found.seconds = time.monotonic() - ended
        await asyncio.sleep(QUIET_SECONDS)
        _judge(discord, dict.fromkeys(people, channel), said, found)
        found.misplaced += _out_of_turn(discord, channel, people, said)
    return found


def _judge(
    discord: Any,
    channels: Mapping[str, str],
    said: Mapping[str, list[str]],
    found: Measured,
) -> None:
    from botrunner.tests.discord_bot.echoing import judge

    for person, channel in channels.items():
        replies = _replies(discord, channel)
        verdict = judge(said[person], replies)
        found.lost += len(verdict.lost)
        found.doubled += len(verdict.doubled)
        found.misplaced += len(verdict.misplaced)
    found.replies = sum(len(_replies(discord, one)) for one in set(channels.values()))


def _out_of_turn(
    discord: Any, channel: str, people: list[str], said: Mapping[str, list[str]]
) -> int:
    """Return how many people's first replies came later than that of somebody after them."""
    from botrunner.tests.discord_bot.echoing import marks_of

    heard = [mark for reply in _replies(discord, channel) for mark in marks_of(reply)]
    firsts = [heard.index(said[person][0]) for person in people]
    return sum(one > later for one, later in pairwise(firsts))


def _replies(discord: Any, channel: str) -> list[str]:
    """Return what the companion sent in a channel, oldest first."""
    return [one["content"] for one in discord.control.messages(channel, "bot")]


async def _all_answered(
    discord: Any, channels: Mapping[str, str], said: Mapping[str, list[str]]
) -> None:
    from botrunner.tests.discord_bot.echoing import judge

    waiting, end = set(channels), time.monotonic() + 2 * RECOVERED_SECONDS
    while waiting and time.monotonic() < end:
        await asyncio.sleep(1)
        waiting = {
            one for one in waiting if judge(said[one], _replies(discord, channels[one])).lost
        }


async def _watch_memory(pid: int, found: Measured) -> None:
    while True:
        found.megabytes = max(found.megabytes, resident_megabytes(pid))
        await asyncio.sleep(1)


def _metrics(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:  # nosec B310 - its own server
        return str(answer.read().decode())


def note_lateness(found: Measured, metrics: str) -> None:
    """Note how often the event loop was later than some limits, by the page of its metrics."""
    buckets = BUCKET.findall(metrics)
    counts = {(kind, limit): float(count) for kind, limit, count in buckets}
    looks = counts["blocked", "+Inf"]

    def over(kind: str) -> list[int]:
        return [round(looks - counts[kind, limit]) for limit in LIMITS]

    def told(kind: str) -> str:
        return " / ".join(map(str, over(kind)))

    found.blocked = over("computing")[0]
    found.late = (
        f"of {looks:.0f} looks {told('blocked')} over {' / '.join(LIMITS)} s, "
        f"by its own computing {told('computing')}"
    )


@asynccontextmanager
async def running_bot(
    log: list[str], *, limited: bool = False, **settings: str
) -> AsyncIterator[Running]:
    """Run the bot with an empty database, a loopback Discord and a model.

    Args:
        log: gets what the bot logs.
        limited: whether Discord has its limits.
        settings: further ones of the bot, by the names of their variables.

    Raises:
        NotMeasuredError: the development packages or the tests' Discord are missing.
    """
    try:
        from botrunner.tests.discord_bot.discord_process import LOOPBACK, loopback_discord, made
        from botrunner.tests.discord_bot.echoing import echo_model
    except ImportError as error:
        raise NotMeasuredError("development packages are missing: run bin/setup dev") from error
    if not LOOPBACK.exists():
        raise NotMeasuredError("the loopback Discord of the tests is missing")
    port = _free_port()
    with TemporaryDirectory(prefix="whisper-") as folder:
        async with (
            loopback_discord().DiscordServer(limited=limited) as discord,
            echo_model(seconds=MODEL_SECONDS) as model,
            made(
                discord,
                Path(folder) / "data",
                Path(folder) / "template",
                LLM_CHAT_API_URL=model.url,
                CONSENT_MODE="notice",
                LOG_LEVEL="WARNING",
                # A first start builds them, which takes 200 MB more for some seconds.
                WHISPER_MODELS_DIR=str(environment.models_folder),
                **(_services() | settings),
            ) as bot,
        ):
            await bot.start("--web", str(port))
            errors = asyncio.create_task(_pass_on(bot.process.stderr, log))
            await discord.control.wait_connected(timeout=START_SECONDS)
            yield Running(discord, bot, model, port)
            bot.process.terminate()
            await errors


def _services() -> dict[str, str]:
    """Return the services that are configured here; the database has to be empty."""
    return {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}


async def _pass_on(stream: asyncio.StreamReader, log: list[str]) -> None:
    async for line in stream:
        log.append(line.decode().rstrip())
        tell(log[-1])


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def _burning(count: int) -> Iterator[None]:
    """Keep the processors busy with other work."""
    burners = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(count)]  # noqa: S603
    try:
        yield
    finally:
        for one in burners:
            one.kill()
            one.wait()
