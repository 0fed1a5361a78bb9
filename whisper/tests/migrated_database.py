"""Migrated PostgreSQL databases, which those of the tests are copied from: migrating takes seconds.

A server has one for each state of the migrations, as several checkouts may use it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from functools import cache

import psycopg
from django.conf import settings

from whisper.tests.migrated_file import state_of_the_tables

PREFIX = "whisper_migrated_"
# How long a database stays that no tests ask for.
KEPT = timedelta(days=7)
# Any number that nothing else locks.
LOCK = 7_204_311


@cache
def template(server: str) -> str:
    """Return the name of the database that has this checkout's migrations.

    Args:
        server: address of any database of it, such as "postgres://whisper@127.0.0.1:5432/postgres".
    """
    return migrated(server, state_of_the_tables(), datetime.now(UTC).date())


def migrated(server: str, state: str, today: date) -> str:
    """Return the name of the database for a state, made by the first process that asks for it.

    Args:
        server: as for `template`.
        state: a digest of what migrating makes.
        today: noted as the day on which it was last asked for; others are dropped by theirs.
    """
    name = PREFIX + state
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        last_days = _last_days(connection)
        for other, day in last_days.items():
            if other != name and day < today - KEPT:
                connection.execute(f'DROP DATABASE "{other}"'.encode())
        if name not in last_days:
            _make(connection, server, name)
        connection.execute(f"COMMENT ON DATABASE \"{name}\" IS '{today}'".encode())
    return name


def _last_days(connection: psycopg.Connection) -> dict[str, date]:
    """Return the days on which databases were last asked for; an unfinished one never was."""
    rows = connection.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE starts_with(datname, %s)",
        [PREFIX],
    )
    return {name: date.fromisoformat(day) if day else date.min for name, day in rows}


def _make(connection: psycopg.Connection, server: str, name: str) -> None:
    unfinished = f"{name}_unfinished"
    connection.execute(f'CREATE DATABASE "{unfinished}"'.encode())
    _migrate(f"{server.rpartition('/')[0]}/{unfinished}")
    connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"'.encode())


def _migrate(address: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "whisper.settings"}
        | {"DATABASE_URL": address, "WHISPER_ENV_FILE": ""},
        check=True,
    )
