"""Read user_profiles, the table of the older bot's later version in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.core.management.base import CommandError
from psycopg import sql
from psycopg.rows import dict_row

from profiles.legacy.records import RawProfile

STORE = "user_profiles"
SCHEMES = ("postgres://", "postgresql://")
REQUIRED = {"user_id", "name", "relationship_level"}
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 60
BATCH = 500

Connection = psycopg.Connection[dict[str, Any]]


def is_address(path: str) -> bool:
    """Return whether a path is the address of a PostgreSQL database."""
    return path.startswith(SCHEMES)


def name_of(address: str) -> str:
    """Return host and database of an address, without user and password."""
    try:
        parts = urlsplit(address)
        return f"{parts.hostname or 'localhost'}{parts.path}"
    except ValueError:
        return "PostgreSQL"


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    """Yield a connection that can only read, within one moment of the database.

    Raises:
        CommandError: it can't be reached, or has no such table.
    """
    try:
        # What libpq says of an address that it can't parse quotes the password in it.
        psycopg.conninfo.conninfo_to_dict(address)
    except psycopg.ProgrammingError:
        raise CommandError(
            "The address is invalid; use one such as postgresql://user:password@host/name."
        ) from None
    try:
        with psycopg.connect(
            address, row_factory=dict_row, connect_timeout=CONNECT_SECONDS
        ) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
            _require_columns(connection)
            yield connection
    except psycopg.ProgrammingError as error:
        raise CommandError(f"{name_of(address)}: {_first_line(error)}") from None
    except psycopg.Error as error:
        raise CommandError(f"{name_of(address)} can't be read: {_first_line(error)}") from None


def count(connection: Connection) -> int:
    """Return how many people there are."""
    row = connection.execute("SELECT count(*) AS people FROM user_profiles").fetchone()
    return row["people"] if row else 0


def read(connection: Connection) -> Iterator[RawProfile]:
    """Yield each person with their moods, in the order of their ids."""
    query = sql.SQL('SELECT * FROM user_profiles ORDER BY user_id COLLATE "C"')
    with connection.cursor(name="people") as cursor:
        cursor.itersize = BATCH
        for row in cursor.execute(query):
            yield RawProfile(STORE, row["user_id"], row, row.get("emotion_history"))


def _require_columns(connection: Connection) -> None:
    found = connection.execute("SELECT * FROM user_profiles LIMIT 0").description or ()
    missing = REQUIRED - {column.name for column in found}
    if missing:
        raise CommandError(f"The table user_profiles lacks {', '.join(sorted(missing))}.")


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
