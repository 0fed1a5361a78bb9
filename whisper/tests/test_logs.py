"""What a database quotes of what people said stays out of the log."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from io import StringIO
from logging.config import DictConfigurator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import Error, connection, transaction

from whisper.database.access import in_database
from whisper.database.errors import DatabaseBusyError

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
