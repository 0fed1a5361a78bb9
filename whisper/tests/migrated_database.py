"""A migrated PostgreSQL database, which later ones are copied from: migrating takes seconds.

It stays on the server until a migration, a model or Django changes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import psycopg
from django.conf import settings

from whisper.tests.migrated_file import state_of_the_tables

PREFIX = "whisper_migrated_"
# Any number that nothing else locks.
LOCK = 7_204_311


@cache
def template(server: str) -> str:
    """Return the name of a migrated database on a server, made by the first process that asks.

    Args:
        server: address of any database of it, such as "postgres://whisper@127.0.0.1:5432/postgres".
    """
    name = PREFIX + state_of_the_tables()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        )
        there = {row[0] for row in rows}
        if name not in there:
            for old in there:
                connection.execute(f'DROP DATABASE "{old}"'.encode())
            _make(connection, server, name)
    return name


def _make(connection: psycopg.Connection, server: str, name: str) -> None:
    unfinished = f"{name}_unfinished"
    connection.execute(f'CREATE DATABASE "{unfinished}"'.encode())
    address = f"{server.rpartition('/')[0]}/{unfinished}"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "whisper.settings"}
        | {"DATABASE_URL": address, "WHISPER_ENV_FILE": ""},
        check=True,
    )
    connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"'.encode())
