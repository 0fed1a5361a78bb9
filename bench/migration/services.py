"""Room of the drill's own on the configured services, removed at the end."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

import psycopg
import redis

from bench.migration.installation import DrillError

# Databases of a Redis as it is shipped.
REDIS_DATABASES = 16
SECONDS = 30.0


@contextmanager
def own_postgresql(address: str) -> Iterator[str]:
    """Yield the address of a database of its own on a server.

    Args:
        address: of any database there, with an account that may make others.
    """
    server, _, _ = address.rpartition("/")
    name = f"whisper_drill_{uuid.uuid4().hex[:8]}"
    _execute(address, f"CREATE DATABASE {name}")
    try:
        yield f"{server}/{name}"
    finally:
        _execute(address, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def own_redis(address: str) -> Iterator[str]:
    """Yield the address of an empty database of a Redis.

    Raises:
        DrillError: all of its databases hold something.
    """
    server, _, _ = address.rpartition("/")
    for number in reversed(range(REDIS_DATABASES)):
        with redis.Redis.from_url(f"{server}/{number}") as client:
            if not client.dbsize():
                try:
                    yield f"{server}/{number}"
                finally:
                    client.flushdb()
                return
    raise DrillError("No database of this Redis is empty.")


@contextmanager
def own_indices(address: str) -> Iterator[str]:
    """Yield a prefix of indices that nothing else has in an Elasticsearch."""
    prefix = f"whisper-drill-{uuid.uuid4().hex[:8]}"
    try:
        yield prefix
    finally:
        listed = json.loads(_ask(f"{address}/_cat/indices/{prefix}*?format=json"))
        for index in listed:
            _ask(f"{address}/{index['index']}", "DELETE")


def _ask(address: str, method: str = "GET") -> bytes:
    with urlopen(Request(address, method=method), timeout=SECONDS) as answer:  # noqa: S310
        found: bytes = answer.read()
    return found
