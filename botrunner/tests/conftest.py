"""What tests of the bot share."""

from __future__ import annotations

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.db import connections

from botrunner import history
from botrunner.discord_bot.bot import WhisperBot
from botrunner.tests.llm.echo import EchoModel
from whisper.database.access import close_database_threads
from whisper.environment import environment

# Longer than a busy machine takes for what the bot does after one event.
SETTLE_SECONDS = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let simcord wait until the bot is done, however slow the machine is."""
    for item in items:
        if "simcord_env" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.simcord(settle_timeout=SETTLE_SECONDS))


@pytest.fixture
def model(monkeypatch):
    """Return the language model that answers in place of a real one."""
    model = EchoModel()
    monkeypatch.setattr("botrunner.conversation.respond.chat_model", lambda: model)
    return model


@pytest.fixture
def simcord_bot(transactional_db, model, monkeypatch):
    """Return the real bot for simcord to drive; each message is a turn of its own."""
    monkeypatch.setattr(environment, "turn_window_seconds", 0.0)
    history.reset()
    return WhisperBot()


@pytest_asyncio.fixture
async def discord_world(simcord_env):
    """Return simcord's world; the connections of the database threads are closed after it."""
    yield simcord_env
    await simcord_env.bot.intake.close()
    close_database_threads()
    await sync_to_async(connections.close_all)()
