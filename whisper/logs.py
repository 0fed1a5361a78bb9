"""How lines of the log are written, and what is kept out of them."""

from __future__ import annotations

import logging
import re
import sqlite3
import textwrap
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import django.db
import psycopg
from django.db.transaction import TransactionManagementError
from prometheus_client import Counter
from structlog.contextvars import merge_contextvars
from structlog.processors import JSONRenderer
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict

from whisper.database.errors import DatabaseUnavailableError

CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"
# Beginnings of SQLSTATEs whose first line names tables, columns and constraints, never a value.
FIXED_WORDS = ("08", "23", "25", "28", "3D", "40", "42P01", "42703", "53", "55", "57", "58")
FIXED_WORDS_OF_SQLITE = re.compile(
    r"[A-Z ]+ constraint failed(: [\w., ]+)?|no such table: \w+|database( table)? is locked|"
    r"unable to open database file|disk I/O error|database or disk is full|"
    r"attempt to write a readonly database|database disk image is malformed|"
    r"file is not a database"
)
SHORTEST_QUOTE = 8
# The first status of HTTP that says that the server failed.
SERVERS_FAULT = 500
# What services answer quotes the request: a command's arguments, a field of a document.
OF_SERVICES = {
    "elastic_transport.ApiError",
    "openai.APIError",
    "redis.exceptions.ResponseError",
}
OURS = ("botrunner.", "memories.", "profiles.", "whisper.")
# From the first mark to the last one: what is quoted may hold marks of its own.
_QUOTED = re.compile(r"['\"].*['\"]|input_value=.*", re.DOTALL)


ERRORS = Counter("whisper_logged_errors", "Errors in the log, by the app that wrote them.", ["app"])


class CountErrors(logging.Filter):
    """Counts the errors of a handler's lines; lets all of them through."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Count an error by the first part of its logger's name."""
        if record.levelno >= logging.ERROR:
            ERRORS.labels(record.name.partition(".")[0]).inc()
        return True


class Seldom(logging.Filter):
    """Lets through one warning of a logger per period, and all errors."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the line is to be written."""
        if record.levelno >= logging.ERROR:
            return True
        if record.levelno < logging.WARNING or time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._seconds
        return True


class FromAnybody(Seldom):
    """Takes what any request can cause for a warning: no traceback, no alert, and not too often."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the line is to be written."""
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = None
        return super().filter(record)


class InOneLine(logging.Filter):
    """Leaves out the traceback of a request that was refused: it only shows who refused it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True: every line is written."""
        if getattr(record, "status_code", SERVERS_FAULT) < SERVERS_FAULT:
            record.exc_info = None
        return True


class WithoutRows(logging.Formatter):
    """Formats like its base, without what database errors quote of rows and parameters.

    PostgreSQL's errors show the failed row, and SQLite's a failed search's words: they
    are what people said.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the traceback after it."""
        # A handler before this one may have kept the unsafe text.
        record.exc_text = None
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """Return the line of a record without quotes."""
        record.message = _without(record.message, _errors_of(record))
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Return the traceback of an exception and of those that it came of."""
        return "" if ei[1] is None else safe_traceback(ei[1])


class JsonLines(ProcessorFormatter):
    """Formats each record as one line of JSON, with the ids of whom and what it is about."""

    def __init__(self) -> None:
        super().__init__(
            processors=[
                merge_contextvars,
                _with_fields,
                ProcessorFormatter.remove_processors_meta,
                JSONRenderer(ensure_ascii=False),
            ]
        )

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback is a field of it."""
        safe = logging.makeLogRecord(record.__dict__)
        safe.msg, safe.args = _without(record.getMessage(), _errors_of(record)), ()
        return super().format(safe)


def _with_fields(_: Any, __: str, event: EventDict) -> EventDict:
    """Return the fields of a line, those of every line first."""
    record: logging.LogRecord = event["_record"]
    _, raised, _ = event.pop("exc_info", (None, None, None))
    line = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": event.pop("event"),
        **event,
    }
    if raised is not None:
        line["error"] = safe_traceback(raised)
    return line


def _errors_of(record: logging.LogRecord) -> list[BaseException]:
    """Return the database errors that a record's message may quote."""
    values = record.args.values() if isinstance(record.args, Mapping) else record.args or ()
    raised = record.exc_info[1] if record.exc_info else None
    found = [one for one in (record.msg, raised, *values) if isinstance(one, BaseException)]
    return [error for one in found for error in _chain(one, set()) if _is_quoting(error)]


def _chain(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """Yield an error and all that it came of, each once."""
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for one in (error.__cause__, error.__context__, *parts):
        if one is not None:
            yield from _chain(one, seen)


def _is_quoting(error: BaseException) -> bool:
    if isinstance(error, DatabaseUnavailableError | TransactionManagementError):
        return False
    if isinstance(error, psycopg.Error | sqlite3.Error | django.db.Error):
        return True
    return _is_of_a_service(error) or _is_about_a_value(error)


def _is_of_a_service(error: BaseException) -> bool:
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__}
    return not kinds.isdisjoint(OF_SERVICES)


def _is_about_a_value(error: BaseException) -> bool:
    """Return whether an error of Python or a library quotes a value, such as a key it lacks."""
    if not isinstance(error, ValueError | LookupError) or type(error).__module__.startswith(OURS):
        return False
    return _QUOTED.search(str(error)) is not None


def _without(text: str, errors: Sequence[BaseException]) -> str:
    """Return a text in which what errors say is replaced by what is safe to say of them."""
    for error in errors:
        said = str(error)
        for quote in (repr(error), said, *said.splitlines()):
            # Shorter ones name nothing, and would be found in other words.
            if len(quote) >= SHORTEST_QUOTE or quote.startswith(("'", '"')):
                text = text.replace(quote, safe_text(error))
    return text


def safe_text(error: BaseException) -> str:
    """Return what may be logged of a database error: its code, and its text if that is constant."""
    if not _is_quoting(error):
        quoting = [one for one in _chain(error, set()) if _is_quoting(one)]
        return _without(str(error), quoting)
    if isinstance(error, psycopg.Error):
        return _of_postgresql(error)
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error)
    if _is_about_a_value(error):
        return _QUOTED.sub("'…'", str(error))
    if _is_of_a_service(error):
        return "(text left out)"
    return safe_text(error.__cause__) if error.__cause__ is not None else "(text left out)"


def _of_postgresql(error: psycopg.Error) -> str:
    if error.sqlstate is None:
        # The client could not connect, or lost the connection.
        return str(error) if isinstance(error, psycopg.OperationalError) else "(text left out)"
    safe = error.sqlstate.startswith(FIXED_WORDS)
    words = error.diag.message_primary if safe else "(text left out)"
    return f"{error.sqlstate} {words}"


def _of_sqlite(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    words = str(error) if FIXED_WORDS_OF_SQLITE.fullmatch(str(error)) else "(text left out)"
    return f"{name} {words}".strip()


def safe_traceback(error: BaseException) -> str:
    """Return the traceback of an exception and of those that it came of, with safe texts."""
    return "".join(_traceback(error, set())).rstrip("\n")


def _traceback(error: BaseException, seen: set[int]) -> Iterator[str]:
    """Yield the lines that Python prints of an exception, with safe texts."""
    seen.add(id(error))
    before, how = error.__cause__, CAUSE
    if before is None and not error.__suppress_context__:
        before, how = error.__context__, CONTEXT
    if before is not None and id(before) not in seen:
        yield from _traceback(before, seen)
        yield how
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
    yield f"{_name(type(error))}: {safe_text(error)}".rstrip(": ") + "\n"
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        if id(one) not in seen:
            yield textwrap.indent("".join(_traceback(one, seen)), "  | ")


def _name(kind: type[BaseException]) -> str:
    plain = kind.__module__ in ("builtins", "__main__")
    return kind.__qualname__ if plain else f"{kind.__module__}.{kind.__qualname__}"
