"""Nothing that a person said, nor their name, comes into the log, whatever fails."""

from __future__ import annotations

import logging
import logging.config
import sqlite3
from contextlib import closing, suppress
from io import StringIO
from typing import Any

import httpx2
import openai
import pytest
from django.conf import settings
from django.db import connection
from redis import Redis, ResponseError

from botrunner import history
from botrunner.conversation.respond import respond
from botrunner.tests.fakes import FakeModel, FakeSurface, said
from conftest import require_service
from memories import actions
from whisper import outbox
from whisper.database.access import in_database
from whisper.outbox import topics

CANARY, NAME = "zanzibarcanary", "Quetzalcanary"
TOPIC = "test.canary"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def written(capfd):
    """Return what reads all that the process has logged, at every level, and its stderr."""
    stream = StringIO()
    plain: Any = settings.LOGGING["formatters"]
    handler = logging.StreamHandler(stream)
    formatter = logging.config.DictConfigurator(plain).configure_formatter(plain["plain"])
    handler.setFormatter(formatter)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    history.reset()
    yield lambda: stream.getvalue() + "".join(capfd.readouterr())
    root.removeHandler(handler)
    root.setLevel(level)


async def talk():
    """Let a person say the canary, and do all that follows of it."""
    words = f"My {CANARY} is called {NAME} and lives at 12 Elm Street"
    with suppress(RuntimeError):
        await respond(said(words, person_name=NAME), FakeSurface(), model=FakeModel())
    while await outbox.drain():
        pass


def assert_silent(text):
    lines = [line for line in text.splitlines() if CANARY in line or NAME in line]
    assert lines == []


async def test_a_talk_in_which_nothing_fails(written):
    await talk()
    assert_silent(written())


@pytest.mark.heavy
@pytest.mark.parametrize(
    "error",
    [
        KeyError(f"{CANARY} {NAME}"),
        ValueError(f"invalid literal for int() with base 10: '{CANARY}'"),
        UnicodeEncodeError("ascii", CANARY, 0, 1, f"'{CANARY}' can't be written"),
        ResponseError(f"unknown command, with args beginning with: '{CANARY}'"),
        sqlite3.OperationalError(f"no such column: {CANARY}"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("where", ["recall", "facts", "worker"])
async def test_a_step_that_fails_quotes_nothing(monkeypatch, written, error, where):
    async def fail(*args, **values):
        raise error

    if where == "recall":
        monkeypatch.setattr("botrunner.conversation.context.explained", fail)
    elif where == "facts":
        monkeypatch.setattr("memories.facts.handlers.hear", fail)
    else:
        monkeypatch.setitem(topics.HANDLERS, TOPIC, fail)
        await in_database(outbox.enqueue, TOPIC, {"text": CANARY})
    await talk()
    text = written()
    assert_silent(text)
    if where != "facts":
        assert type(error).__name__ in text


async def test_a_failure_of_the_database_quotes_nothing(monkeypatch, written):
    def store(*args, **values):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO memories_memory (id, text) VALUES (%s, %s)", [CANARY, CANARY]
            )

    monkeypatch.setattr(actions, "store_message", store)
    with pytest.raises(Exception, match=r".") as error:
        await talk()
    logging.getLogger("whisper.test").error("failed: %s", error.value, exc_info=error.value)
    assert_silent(written())


def test_what_redis_answers_quotes_nothing(written):
    redis = Redis.from_url(require_service("redis"))
    with closing(redis), pytest.raises(ResponseError, match=CANARY) as error:
        redis.execute_command("CANARY", f"{CANARY} {NAME}")
    logging.getLogger("whisper.test").error("failed: %s", error.value, exc_info=error.value)
    text = written()
    assert_silent(text)
    assert "ResponseError" in text


def test_what_elasticsearch_answers_quotes_nothing(written):
    elasticsearch = pytest.importorskip("elasticsearch")
    client = elasticsearch.Elasticsearch(require_service("elasticsearch"))
    with closing(client), pytest.raises(elasticsearch.ApiError, match=CANARY) as error:
        client.search(index="_all", query={CANARY: {"text": NAME}})
    logging.getLogger("whisper.test").error("failed: %s", error.value, exc_info=error.value)
    text = written()
    assert_silent(text)
    assert "Error" in text


async def test_a_language_model_that_refuses_quotes_nothing(written):
    """Its server answers with what it was asked."""
    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    response = httpx2.Response(400, request=request, json={"error": {"message": CANARY}})
    error = openai.BadRequestError(f"Error: {CANARY}", response=response, body=None)
    logging.getLogger("whisper.test").error("failed: %s", error, exc_info=error)
    assert_silent(written())
