"""What the tests of the real process share."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from botrunner.discord_bot.cogs.owner import LOGGERS
from botrunner.tests.discord_bot.discord_process import (
    PATIENCE,
    Bot,
    loopback_discord,
    made,
    without_introductions,
)
from botrunner.tests.discord_bot.talking_model import Model, talking_model
from whisper.tests.redis.redis_server import RedisServer, free_port

SHARED = "running"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests that share a running bot to one process and one event loop."""
    if SHARED in getattr(item, "fixturenames", ()):
        item.add_marker(pytest.mark.xdist_group(SHARED))


@pytest.fixture(autouse=True)
def _levels_of_the_log():
    """Put back what `/owner debug` sets for the whole process."""
    levels = {name: logging.getLogger(name).level for name in LOGGERS}
    yield
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest_asyncio.fixture
async def discord():
    """Return a running loopback Discord."""
    async with loopback_discord().DiscordServer(limited=False) as server:
        yield without_introductions(server)


@pytest_asyncio.fixture
async def model_server():
    """Return a language model's server; `model` is the one that simulated talk has."""
    async with talking_model() as model:
        yield model


@pytest_asyncio.fixture
async def bot(discord, model_server, tmp_path, template):
    """Return a bot of the test's own, not yet started; one that runs already costs less."""
    address = model_server.url
    async with made(discord, tmp_path / "data", template, LLM_CHAT_API_URL=address) as bot:
        yield bot


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """Return the folder that keeps a migrated database once there is one."""
    return tmp_path_factory.getbasetemp() / "record"


@dataclass
class Running:
    """A bot that runs, and what it runs with.

    Args:
        discord: the loopback Discord; people and places of other tests are in it.
        web: where it serves its console.
    """

    discord: Any
    model: Model
    bot: Bot
    redis: RedisServer
    web: str

    @property
    def control(self) -> Any:
        """Return what drives the loopback Discord."""
        return self.discord.control


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _running(template, tmp_path_factory):
    folder, web = tmp_path_factory.mktemp("running"), f"127.0.0.1:{free_port()}"
    with RedisServer(folder) as redis:
        async with (
            loopback_discord().DiscordServer(limited=False) as discord,
            talking_model() as model,
            made(
                without_introductions(discord),
                folder / "data",
                template,
                "--web",
                web,
                LLM_CHAT_API_URL=model.url,
                REDIS_URL=redis.url,
            ) as bot,
        ):
            # Nobody reads a pipe, and a full one would hold it up.
            bot.log_to(folder / "errors")
            yield Running(discord, model, bot, redis, web)


@pytest_asyncio.fixture(loop_scope="session")
async def running(_running):
    """Return a running bot with Redis that tests share, each with its own people and places.

    Such a test has the mark `asyncio(loop_scope="session")`. It may kill and start the bot.
    """
    _running.model.begin()
    _running.control.clear_faults()
    if not _running.bot.runs:
        await _running.bot.start()
    await _running.control.wait_connected(timeout=PATIENCE)
    return _running
