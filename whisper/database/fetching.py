"""Statements that are written already, and run often on few rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper


def fetch_all(sql: str, parameters: Sequence[Any]) -> list[Any]:
    """Return the rows of a query, with "%s" for each parameter.

    SQLite finds a row in less time than Django's cursor takes to open, to rewrite the query and to
    close. So its own is used, unless somebody listens to what is asked.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if not _may_be_asked_directly(database):
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())
    with database.wrap_database_errors:
        return list(database.connection.execute(_with_marks(sql), parameters).fetchall())


def change_all(sql: str, parameters: Sequence[Any]) -> int:
    """Run a statement that changes rows, as `fetch_all` runs a query; return how many it found."""
    database = connections[DEFAULT_DB_ALIAS]
    if not _may_be_asked_directly(database):
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            return int(cursor.rowcount)
    with database.wrap_database_errors:
        return int(database.connection.execute(_with_marks(sql), parameters).rowcount)


def _may_be_asked_directly(database: BaseDatabaseWrapper) -> bool:
    return (
        database.vendor == "sqlite"
        and database.connection is not None
        and not (database.needs_rollback or database.execute_wrappers or database.queries_logged)
    )


@lru_cache(maxsize=512)
def _with_marks(sql: str) -> str:
    """Return a query as SQLite's own cursor takes it."""
    return sql.replace("%%", "\0").replace("%s", "?").replace("\0", "%")
