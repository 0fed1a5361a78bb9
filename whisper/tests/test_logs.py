"""What a database quotes of what people said stays out of the log, and ids get into it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sqlite3
from contextlib import closing
from datetime import datetime
from io import StringIO
from logging.config import DictConfigurator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.admin import exceptions as _of_admin  # noqa: F401 - all kinds are known
from django.contrib.auth.models import User
from django.contrib.sessions import exceptions as _of_sessions  # noqa: F401
from django.core.exceptions import SuspiciousOperation
from django.db import Error, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from whisper.database.access import in_database
from whisper.database.errors import DatabaseBusyError
from whisper.http.request_ids import HEADER, request_ids
from whisper.log_context import about, ids_in_hand
from whisper.logs import FromAnybody, JsonLines

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite quotes no row in these errors"
)
CANARY = "my grandmother's name is canary"
TWO_LINES = f"first\n{CANARY}"


@pytest.fixture
def log():
    """Yield a logger that writes as settings say, and what it wrote."""
    written = StringIO()
    plain: Any = settings.LOGGING["formatters"]
    handler = logging.StreamHandler(written)
    handler.setFormatter(DictConfigurator(plain).configure_formatter(plain["plain"]))
    logger = logging.getLogger("whisper.test")
    logger.addHandler(handler)
    yield logger, written
    logger.removeHandler(handler)


def fail(sql, *values):
    """Return the error that the database gives."""
    with pytest.raises(Error) as found, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    assert "canary" in str(found.value)
    return found.value


FAILING = {
    "not null": ("INSERT INTO memories_memory (id, text) VALUES (%s, %s)", uuid4(), CANARY),
    "two lines": ("INSERT INTO memories_memory (id, text) VALUES (%s, %s)", uuid4(), TWO_LINES),
    "number": ("SELECT %s::text::integer", CANARY),
    "words": ("SELECT to_tsquery(%s)", "canary canary"),
    "raised": ("DO $$ BEGIN RAISE 'canary' USING DETAIL = 'canary'; END $$",),
}


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("statement", FAILING.values(), ids=FAILING)
def test_an_error_of_postgresql_is_logged_without_what_it_quotes(log, statement):
    logger, written = log
    error = fail(*statement)
    logger.error("a call failed: %s", error, exc_info=error)
    logger.error("a call failed: %r", error)
    logger.error(error)
    logger.error(f"a call failed: {error}", exc_info=error)
    assert "canary" not in written.getvalue()
    assert type(error).__name__ in written.getvalue()


@on_postgresql
@pytest.mark.django_db
def test_what_helps_to_find_the_cause_is_still_there(log):
    logger, written = log
    logger.error("failed", exc_info=fail(*FAILING["not null"]))
    assert "NotNullViolation: 23502 null value in column" in written.getvalue()
    assert "The above exception was the direct cause" in written.getvalue()
    assert "line " in written.getvalue()


def wrapped(error, *, by):
    """Return another error that came of it in one of Python's ways."""
    try:
        try:
            raise error
        except Exception as inner:
            if by == "cause":
                raise RuntimeError(f"it failed: {inner}") from inner
            if by == "group":
                raise ExceptionGroup("several", [ValueError("other"), inner]) from None
            raise RuntimeError("it failed")  # noqa: B904
    except Exception as outer:
        return outer


@on_postgresql
@pytest.mark.django_db
@pytest.mark.parametrize("by", ["cause", "context", "group"])
def test_nor_does_an_error_that_came_of_it_quote_it(log, by):
    logger, written = log
    logger.error("failed", exc_info=wrapped(fail(*FAILING["two lines"]), by=by))
    assert "canary" not in written.getvalue()
    assert "NotNullViolation" in written.getvalue()


@pytest.mark.parametrize(
    "match", ["canary:x", "canary AND", "(canary", '"canary'], ids=["column", "and", "(", "quote"]
)
def test_an_error_of_sqlite_is_logged_without_what_it_quotes(log, match):
    logger, written = log
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE words USING fts5 (text)")
        with pytest.raises(sqlite3.Error) as found:
            database.execute("SELECT * FROM words WHERE words MATCH ?", (match,))
    logger.error("search failed (%s)", found.value, exc_info=found.value)
    assert "canary" not in written.getvalue()
    assert "SQLITE_ERROR" in written.getvalue()


def test_of_sqlite_the_constraint_is_named(log):
    logger, written = log
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE people (name TEXT NOT NULL)")
        with pytest.raises(sqlite3.Error) as found:
            database.execute("INSERT INTO people VALUES (NULL)")
    logger.error("failed", exc_info=found.value)
    assert "NOT NULL constraint failed: people.name" in written.getvalue()


def test_errors_of_our_own_keep_their_words(log):
    logger, written = log
    logger.error("failed: %s", DatabaseBusyError("All database threads are busy."))
    logger.error("failed", exc_info=ValueError("no such model"))
    assert "failed: All database threads are busy." in written.getvalue()
    assert "ValueError: no such model" in written.getvalue()


def test_an_error_that_came_of_itself_is_logged_once(log):
    logger, written = log
    error = ValueError("round and round")
    other = ValueError("other")
    error.__cause__, other.__cause__ = other, error
    logger.error("failed", exc_info=error)
    assert written.getvalue().count("round and round") == 1


@on_postgresql
@pytest.mark.django_db(transaction=True)
async def test_a_failure_in_the_bots_database_threads_is_logged_without_it(log):
    logger, written = log
    with pytest.raises(Error) as found:
        await in_database(_insert)
    logger.error("failed", exc_info=found.value)
    assert "canary" not in written.getvalue()


def _insert():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO memories_memory (id, text) VALUES (%s, %s)", (uuid4(), CANARY))


@pytest.fixture
def json_log(log):
    """Return a logger that writes JSON, and what reads its lines."""
    logger, written = log
    logger.handlers[-1].setFormatter(JsonLines())
    return logger, lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_of_json_has_the_ids_in_hand_and_no_others(json_log):
    logger, lines = json_log
    with about({"person": 2**62, "guild": None}):
        with about({"message_id": 7}):
            logger.warning("conversation: no answer from %s", "tiny")
        logger.warning("two\nlines")
    logger.warning("done")
    first, second, third = lines()
    assert datetime.fromisoformat(first.pop("time")).tzinfo is not None
    assert first == {
        "level": "WARNING",
        "logger": "whisper.test",
        "message": "conversation: no answer from tiny",
        "person": str(2**62),
        "message_id": "7",
    }
    assert (second["message"], second["person"]) == ("two\nlines", str(2**62))
    assert {"person", "guild", "message_id"}.isdisjoint(third)


def test_an_error_in_a_line_of_json_quotes_nothing(json_log):
    logger, lines = json_log
    try:
        int(CANARY)
    except ValueError as error:
        logger.exception("it failed: %s", error)
    (line,) = lines()
    assert "ValueError" in line["error"]
    assert "canary" not in json.dumps(line)


def test_lines_of_a_task_are_about_what_it_was_started_for(json_log):
    logger, lines = json_log

    async def both() -> None:
        async def one(person: int) -> None:
            with about({"person": person}):
                await asyncio.sleep(0)
                await asyncio.to_thread(logger.warning, "%d", person)

        await asyncio.gather(one(1), one(2))

    asyncio.run(both())
    assert [(line["message"], line["person"]) for line in lines()] in (
        [("1", "1"), ("2", "2")],
        [("2", "2"), ("1", "1")],
    )


def handled(header, value):
    """Return the id that a request gets, and the ids that were in hand meanwhile."""
    seen: dict[str, str] = {}

    def view(request):
        seen.update(ids_in_hand())
        return HttpResponse()

    headers = {header: value} if value else {}
    response = request_ids(view)(RequestFactory().get("/", headers=headers))
    return response[HEADER], seen


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "id\u00e9", "1\n2"])
def test_a_request_without_a_usable_id_gets_one(given):
    answered, seen = handled(HEADER, given)
    assert re.fullmatch("[0-9a-f]{32}", answered)
    assert seen == {"request": answered}


def test_a_request_keeps_the_id_of_its_proxy():
    assert handled(HEADER, "edge-1.a_b") == ("edge-1.a_b", {"request": "edge-1.a_b"})


def test_an_address_that_somebody_made_up_neither_alerts_nor_fills_the_log(caplog, monkeypatch):
    logger = logging.getLogger("django.security.DisallowedHost")
    for seldom in logger.filters:
        monkeypatch.setattr(seldom, "_next", 0.0)
    for _ in range(3):
        logger.error("Invalid HTTP_HOST header: 'evil.example'", exc_info=ValueError("evil"))
    (line,) = [one for one in caplog.records if "evil.example" in one.getMessage()]
    assert (line.levelname, line.exc_info) == ("WARNING", None)


def _kinds_of(error):
    return [error, *(one for kind in error.__subclasses__() for one in _kinds_of(kind))]


@pytest.mark.parametrize("error", _kinds_of(SuspiciousOperation), ids=lambda error: error.__name__)
def test_nothing_that_django_refuses_alerts_anybody(error):
    logger = logging.getLogger(f"django.security.{error.__name__}")
    assert any(isinstance(one, FromAnybody) for one in logger.filters)


def test_a_page_that_one_may_not_open_is_one_line_of_the_log(client, caplog, db):
    account = User.objects.create_user("ben", password="a long password", is_staff=True)
    client.force_login(account)
    assert client.get(reverse("admin:whisper_importrun_changelist")).status_code == 403
    (line,) = [one for one in caplog.records if "Forbidden" in one.getMessage()]
    assert line.exc_info is None
