"""What tests of the bot share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import connections
from pytest_django import DjangoDbBlocker

from botrunner import history
from botrunner.discord_bot.bot import WhisperBot
from botrunner.tests.llm.echo import EchoModel
from whisper.database.access import close_database_threads
from whisper.environment import environment
from whisper.tests.filling import rows_of_the_module

# Longer than a busy machine takes for what the bot does after one event.
SETTLE_SECONDS = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let simcord wait until the bot is done, however slow the machine is."""
    for item in items:
        if "simcord_env" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.simcord(settle_timeout=SETTLE_SECONDS))


def _fill_with_the_demo() -> None:
    call_command("demo", people=30, messages=400, verbosity=0, stdout=StringIO())


@pytest.fixture(scope="module")
def demo_world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[], None]]:
    """Fill the database with the invented world for a module; return what fills it."""
    with rows_of_the_module(django_db_blocker, _fill_with_the_demo):
        yield _fill_with_the_demo


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
