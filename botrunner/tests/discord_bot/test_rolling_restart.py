"""A rolling restart of real processes, a bot, a worker and a console, while people write."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest

from botrunner.tests.discord_bot.discord_process import PATIENCE
from botrunner.tests.discord_bot.echoing import judge
from botrunner.tests.discord_bot.schedules import OPEN, OUTBOX
from botrunner.tests.discord_bot.world import running_world
from whisper.tests.redis.redis_server import free_port
from whisper.tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.long]

A_SECOND = 3
PEOPLE = 6
# Said while a process is away or starts, and before the next one is restarted.
BETWEEN = 9
NAMES = ("worker", "console", "bot")


class Deployment:
    """A bot, a worker and a console, in processes of their own on one database."""

    def __init__(self, world) -> None:
        self.world, self.errors = world, list[str]()
        self._addresses = {name: f"127.0.0.1:{free_port()}" for name in NAMES}
        self._processes = {
            name: world.bot if name == "bot" else world.bot.beside() for name in NAMES
        }
        self._reading = dict[str, asyncio.Task[None]]()

    async def start(self, name) -> None:
        """Start a process, and wait until it is ready for traffic."""
        process, address = self._processes[name], self._addresses[name]
        if name == "worker":
            await process.work("--web", address)
        else:
            # Without a token a process with --web serves the console alone.
            token = {} if name == "bot" else {"DISCORD_BOT_TOKEN": ""}
            await process.start("--web", address, **token)
        self._reading[name] = asyncio.create_task(self._read(process.process.stderr))
        await until(lambda: self._is_ready(address))

    async def stop(self, name) -> None:
        """Let a process finish what it has in hand."""
        await self._processes[name].stop()
        await self._reading.pop(name)

    async def kill(self) -> None:
        """End all processes."""
        for name in list(self._reading):
            await self._processes[name].kill()
            await self._reading.pop(name)

    async def _read(self, stream) -> None:
        async for line in stream:
            self.errors.append(line.decode().rstrip())

    async def _is_ready(self, address) -> bool:
        with suppress(aiohttp.ClientError):
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"http://{address}/health/ready") as page,
            ):
                return page.status == 200
        return False


class Talk:
    """What people say, three times a second, in direct messages and in a channel."""

    def __init__(self, control) -> None:
        self._control = control
        self.people = [control.make_user(f"Person {number}") for number in range(PEOPLE)]
        self.channel = control.make_channel(control.make_guild("Home", self.people), "general")
        self.said = dict[tuple[str, str], list[str]]()
        self.count = 0

    def say(self, person, channel) -> None:
        """Let a person say something with a mark."""
        mark = f"m{self.count}"
        self.count += 1
        self.said.setdefault((person, channel), []).append(mark)
        direct = channel != self.channel
        self._control.send(channel, person, f"{mark} of my day", mention_bot=not direct)

    async def begin(self) -> None:
        """Let each person talk for the first time: a bot finds no direct messages of strangers."""
        for person in self.people:
            self.say(person, self._control.open_dm(person))
        for person in self.people:
            await self._control.wait_messages(self._control.open_dm(person), 1, timeout=PATIENCE)

    @asynccontextmanager
    async def going_on(self):
        """Let people talk meanwhile."""
        talking = asyncio.create_task(self._talk())
        yield
        talking.cancel()

    async def _talk(self) -> None:
        while True:
            person = self.people[self.count % PEOPLE]
            direct = self.count // PEOPLE % 2
            self.say(person, self._control.open_dm(person) if direct else self.channel)
            await asyncio.sleep(1 / A_SECOND)

    async def more(self, count) -> None:
        """Wait until some more was said."""
        goal = self.count + count
        await until(lambda: self.count >= goal)

    def faults(self) -> list[str]:
        """Return what was lost, doubled or out of order."""
        found = []
        for (person, channel), marks in self.said.items():
            replies = [one["content"] for one in self._control.messages(channel, "bot")]
            if verdict := judge(marks, replies):
                found.append(f"{person} in {channel}: {verdict}")
        return found


@asynccontextmanager
async def deployed(kind, folder):
    """Run processes on one database."""
    async with running_world(kind, folder, started=False) as world:
        deployment = Deployment(world)
        try:
            for name in reversed(NAMES):
                await deployment.start(name)
            await world.discord.control.wait_connected(timeout=PATIENCE)
            yield deployment
        finally:
            await deployment.kill()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_rolling_restart_loses_and_doubles_nothing(kind, tmp_path):
    async with deployed(kind, tmp_path) as deployment:
        world = deployment.world
        talk = Talk(world.discord.control)
        await talk.begin()
        async with talk.going_on():
            for name in NAMES:
                await talk.more(BETWEEN)
                await deployment.stop(name)
                await talk.more(BETWEEN)
                await deployment.start(name)
            await talk.more(BETWEEN)
        with suppress(TimeoutError):
            await until(lambda: not talk.faults())
        assert talk.faults() == []
        await until(lambda: world.database.execute(OPEN) == [(0,)])
        await until(lambda: world.database.execute(OUTBOX) == [(0,)])
        # What is sent twice is sent by now.
        assert talk.faults() == []
        assert talk.count > 2 * BETWEEN * len(NAMES)
        await deployment.stop("bot")
        assert [line for line in deployment.errors if "Traceback" in line] == []
