"""A running bot with all that it depends on, and the ways in which each of these fails."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botrunner.tests.discord_bot.databases import Database, running_database
from botrunner.tests.discord_bot.discord_process import Bot, loopback_discord, made
from botrunner.tests.discord_bot.echoing import EchoModel, echo_model
from botrunner.tests.discord_bot.inside import Inside
from botrunner.tests.discord_bot.services import Services, running_services
from whisper.tests.redis.redis_server import RedisServer

# For the bot to start on a busy machine.
PATIENCE = 180.0
# A reply of three pieces, each sentence of which can be told from the others.
SENTENCES = 120
# The bot has PostgreSQL, Elasticsearch and an embedder behind a network that fails.
ALL_SERVICES = "all services"


@dataclass(slots=True)
class World:
    """The running bot and all that it depends on."""

    discord: Any
    model: EchoModel
    database: Database
    redis: RedisServer
    bot: Bot
    inside: Inside
    services: Services | None = None
    errors: list[str] = field(default_factory=list)
    _reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the bot, and wait until it is connected."""
        before = self.discord.control.counters().get("identify", 0)
        await self.bot.start()
        assert self.bot.process
        self._reading = asyncio.create_task(self._read(self.bot.process.stderr))
        await self.discord.control.wait_count("identify", before + 1, timeout=PATIENCE)

    async def _read(self, stream: Any) -> None:
        async for line in stream:
            self.errors.append(line.decode().rstrip())

    async def restart(self, seconds: float, *, killed: bool) -> None:
        """End the process, and start the next one after a while."""
        assert self.bot.process
        self.bot.process.send_signal(signal.SIGKILL if killed else signal.SIGTERM)
        await self.bot.process.wait()
        await asyncio.sleep(seconds)
        await self.start()


def answer_in_parts(model: EchoModel) -> None:
    """Have the model give a reply of several pieces to who asks for all of it."""
    numbers = iter(range(1_000_000))

    def padding(text: str) -> str:
        if "tell me all of it" not in text:
            return ""
        number = next(numbers)
        return " ".join(f"This is part{n}of{number} of the long story." for n in range(SENTENCES))

    model.padding = padding


@asynccontextmanager
async def running_world(kind: str, folder: Path, *, started: bool = True) -> AsyncIterator[World]:
    """Run a bot with all that it depends on.

    Args:
        kind: `sqlite`, `postgresql`, or all services.
        folder: an empty one, for its files.
        started: false where the test starts the bot itself.
    """
    with (
        running_database("sqlite" if kind == "sqlite" else "postgresql", folder) as database,
        RedisServer(folder) as server,
        _services(kind, database, server) as services,
    ):
        inside = Inside(folder)
        variables = {"REDIS_URL": server.url, **database.variables}
        if services:
            variables = services.variables(variables)
        async with (
            loopback_discord().DiscordServer(limited=False) as discord,
            echo_model(seconds=0.1) as model,
            made(
                discord,
                folder / "data",
                # Files with a database are alike; PostgreSQL's is made each time.
                (folder.parent if kind == "sqlite" else folder) / "record",
                LLM_CHAT_API_URL=model.url,
                LLM_REQUEST_TIMEOUT="15",
                LLM_MAX_TOKENS_CHAT="1000",
                CONSENT_MODE="notice",
                USE_REDIS_CACHE="true",
                LOG_LEVEL="WARNING",
                **(variables | inside.variables),
            ) as bot,
        ):
            answer_in_parts(model)
            world = World(discord, model, database, server, bot, inside, services)
            if services:
                await bot.manage("memory_index", "create")
                await bot.manage("memory_index", "sync")
            if started:
                await world.start()
            yield world


@contextmanager
def _services(kind: str, database: Database, server: RedisServer) -> Iterator[Services | None]:
    if kind != ALL_SERVICES:
        yield None
        return
    with running_services(database.variables["DATABASE_URL"], server.url) as services:
        yield services
