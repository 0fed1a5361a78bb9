"""How each store's files are rewritten, so that nothing deleted is left in them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection
from redis.asyncio import Redis
from redis.exceptions import NoPermissionError, RedisError, ResponseError

from whisper.database.access import in_database
from whisper.environment import environment
from whisper.personal_data import registry
from whisper.personal_data.purging import PurgeError, empty_sqlite_log, purges
from whisper.redis.connections import connect, redis_url

REDIS_SECONDS = 120.0
POLL_SECONDS = 0.05
# How long rewriting may wait for others: who comes after it waits as well.
LOCK_TIMEOUT = "5s"
GRANT = "to rewrite the log (WAL) too, GRANT pg_checkpoint, pg_monitor TO its role"


@purges("database")
async def rewrite_database() -> str:
    """Rewrite the database's files and return what was done."""
    if connection.vendor == "sqlite":
        if await in_database(empty_sqlite_log):
            return "SQLite's log is empty"
        raise PurgeError("SQLite's log is being read")
    return await asyncio.to_thread(_rewrite_postgresql)


@purges("redis")
async def rewrite_redis() -> str:
    """Have Redis write what it holds again, to whatever files it keeps."""
    url = redis_url()
    if url is None:
        return "not used"
    client = connect(url)
    try:
        return await _rewrite_redis(client)
    except (RedisError, OSError) as error:
        raise PurgeError(f"Redis: {type(error).__name__}") from error
    finally:
        await client.aclose()


def _rewrite_postgresql() -> str:
    """Rewrite the tables that hold anything of people, then the log.

    A table is locked while it is rewritten. Deleted rows stay in its old file until then, and in
    the log's segments until they are overwritten.

    Raises:
        PurgeError: some tables are as they were, since they are in use or take too long.
    """
    with _postgresql(environment.purge_lock_seconds) as server:
        left = [table for table in _tables() if not _rewrite_table(server, table)]
    with _postgresql() as server:
        # Samples of names and texts, kept for planning queries; only the database's owner may.
        try:
            server.execute("VACUUM FULL pg_statistic")
            _overwrite_log(server)
            done = "tables and log were rewritten"
        except psycopg.errors.InsufficientPrivilege:
            done = f"tables were rewritten; {GRANT}"
    if left:
        raise PurgeError(
            f"{', '.join(left)} can't be rewritten within {environment.purge_lock_seconds:g} "
            "seconds; run purge_erased at a quiet hour"
        )
    return done


def _rewrite_table(server: psycopg.Connection[Any], table: str) -> bool:
    """Rewrite a table; False if it is in use, or would be locked for too long."""
    name = connection.ops.quote_name(table)
    try:
        server.execute(f"VACUUM (FULL, ANALYZE) {name}".encode())
    except (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable):
        return False
    return True


def _overwrite_log(server: psycopg.Connection[Any]) -> None:
    """Write over every segment of the log, also those that wait for being used again."""
    server.execute("CHECKPOINT")
    # Leave the segment that is written to; then all that hold anything are given back.
    _fill_log(server, 1)
    server.execute("CHECKPOINT")
    segments = server.execute("SELECT count(*) FROM pg_ls_waldir()").fetchone()
    _fill_log(server, 1 + (segments[0] if segments else 0))
    server.execute("CHECKPOINT")


def _fill_log(server: psycopg.Connection[Any], segments: int) -> None:
    for _ in range(segments):
        server.execute(
            "SELECT pg_logical_emit_message(false, 'purge', repeat('0', setting::int))"
            " FROM pg_settings WHERE name = 'wal_segment_size'"
        )


@contextmanager
def _postgresql(seconds: float = 0) -> Iterator[psycopg.Connection[Any]]:
    """Connect beside the pool: rewriting takes long, and stands in no transaction.

    Args:
        seconds: how long each statement may take; 0 for no limit. A limit stays until the
            connection ends, since a short one would also end the statement that lifts it.
    """
    parameters = connection.get_connection_params()
    try:
        with psycopg.connect(**parameters, autocommit=True) as server:
            server.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'".encode())
            server.execute(f"SET statement_timeout = {ceil(seconds * 1000)}".encode())
            yield server
    except psycopg.Error as error:
        raise PurgeError(f"PostgreSQL: {type(error).__name__}") from error


def _tables() -> list[str]:
    """Return the tables that hold anything of people."""
    stores = {store for holder in registry.holders() for store in holder.holds}
    models = apps.get_models(include_auto_created=True)
    return sorted(model._meta.db_table for model in models if model._meta.label in stores)


async def _rewrite_redis(client: Redis) -> str:
    done = []
    if (await client.info("persistence"))["aof_enabled"]:
        await _ask(client, "BGREWRITEAOF")
        await _until_idle(client, "aof_rewrite_in_progress", "aof_rewrite_scheduled")
        done.append("append-only file")
    if await _snapshots(client):
        await _ask(client, "BGSAVE", "SCHEDULE")
        await _until_idle(client, "rdb_bgsave_in_progress")
        done.append("snapshot")
    status = await client.info("persistence")
    if "err" in {status["aof_last_bgrewrite_status"], status["rdb_last_bgsave_status"]}:
        raise PurgeError("Redis could not write its files")
    return f"{' and '.join(done)} rewritten" if done else "it keeps no files"


async def _snapshots(client: Redis) -> bool:
    """Return whether Redis saves snapshots; assumed if it does not say."""
    try:
        found = await client.config_get("save")
    except (ResponseError, NoPermissionError):
        return True
    return any(found.values())


async def _ask(client: Redis, *command: str) -> None:
    """Ask for a rewriting, unless one is under way; that one may be older, so it is awaited."""
    await _until_idle(client, "aof_rewrite_in_progress", "rdb_bgsave_in_progress")
    await client.execute_command(*command)  # type: ignore[no-untyped-call]


async def _until_idle(client: Redis, *fields: str) -> None:
    until = time.monotonic() + REDIS_SECONDS
    while True:
        status = await client.info("persistence")
        if not any(status[name] for name in fields):
            return
        if time.monotonic() > until:
            raise PurgeError("Redis is still writing")
        await asyncio.sleep(POLL_SECONDS)
