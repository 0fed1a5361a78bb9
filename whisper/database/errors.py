"""How the database can fail."""

from __future__ import annotations

import sqlite3

import psycopg
from django.db import DatabaseError, InterfaceError, OperationalError

# SQLSTATE, or how it begins: a server that ends or starts, a standby that takes no writes.
AWAY = ("08", "57P", "25006", "25P03")
# Statements and locks that took too long, and a server without a free connection.
BUSY = ("57014", "55P03", "40", "53")
# A table and a column that are not there.
MISSING = ("42P01", "42703")


LOST = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class DatabaseUnavailableError(OperationalError):
    """The database did not do what was asked; the same may succeed a moment later."""


class DatabaseBusyError(DatabaseUnavailableError):
    """Others have all of it, and the time that one may wait is over."""


class DatabaseAwayError(DatabaseUnavailableError):
    """It can't be reached, or was lost in the middle of the work.

    The change may or may not have been made: a caller that retries must use the same id.
    """


def explained(
    error: DatabaseError | psycopg.Error | sqlite3.Error,
) -> DatabaseUnavailableError | None:
    """Return what an error of the database, or of its driver, means.

    None if asking again would not help.
    """
    if isinstance(error, DatabaseUnavailableError):
        return error
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause)
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    if state and state.startswith(BUSY):
        return DatabaseBusyError(f"PostgreSQL had no time or room for it ({state}).")
    if state and state.startswith(AWAY):
        return DatabaseAwayError(f"PostgreSQL went away, or takes no changes ({state}).")
    if state is None and isinstance(error, LOST):
        return DatabaseAwayError("The connection to PostgreSQL was lost.")
    return None


def lacks_tables(error: DatabaseError) -> bool:
    """Return whether a table or a column is missing, as before a migration."""
    cause = error.__cause__
    if isinstance(cause, psycopg.Error):
        return cause.sqlstate in MISSING
    return str(cause).startswith(("no such table", "no such column"))


def _of_sqlite(error: sqlite3.Error) -> DatabaseUnavailableError | None:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseBusyError("Another process holds the SQLite file.")
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY")):
        return DatabaseAwayError(f"The SQLite file can't be used ({name}).")
    return None
