"""Statements in SQL that run often on few rows, without the cost of Django's cursor.

SQLite finds a row in less time than Django's cursor takes to open, to rewrite the statement and to
close. So SQLite's own cursor is used, unless something listens to the statements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter, methodcaller
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

T = TypeVar("T")

_all_rows: Callable[[Any], list[Any]] = methodcaller("fetchall")
_row_count: Callable[[Any], int] = attrgetter("rowcount")


def fetch_all(sql: str, parameters: Sequence[Any]) -> list[Any]:
    """Return the rows of a query, with "%s" for each parameter.

    Raises:
        django.db.DatabaseError: the database refuses it, or is away.
    """
    return _run(sql, parameters, _all_rows)


def execute(sql: str, parameters: Sequence[Any]) -> int:
    """Run a statement that changes rows, with "%s" for each parameter; return how many it changed.

    Raises:
        django.db.DatabaseError: the database refuses it, or is away.
    """
    return _run(sql, parameters, _row_count)


def _run(sql: str, parameters: Sequence[Any], result: Callable[[Any], T]) -> T:
    database = connections[DEFAULT_DB_ALIAS]
    if not _may_be_asked_directly(database):
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return result(cursor)
    with database.wrap_database_errors:
        return result(database.connection.execute(_with_question_marks(sql), parameters))


def _may_be_asked_directly(database: BaseDatabaseWrapper) -> bool:
    return (
        database.vendor == "sqlite"
        and database.connection is not None
        and not (database.needs_rollback or database.execute_wrappers or database.queries_logged)
    )


@lru_cache(maxsize=512)
def _with_question_marks(sql: str) -> str:
    """Return a statement with the marks that SQLite's own cursor wants for parameters."""
    return sql.replace("%%", "\0").replace("%s", "?").replace("\0", "%")
