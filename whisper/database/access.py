"""The bot's only access from asyncio to the database."""

from __future__ import annotations

import asyncio
import contextvars
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial
from threading import Lock
from typing import Generic, ParamSpec, TypeVar

import psycopg
from asgiref.sync import AsyncToSync, sync_to_async
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    close_old_connections,
    connection,
    connections,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from prometheus_client import Counter, Histogram

from whisper import tracing
from whisper.database.errors import DatabaseBusyError, DatabaseUnavailableError, explained
from whisper.database.postgresql import pools
from whisper.database.postgresql.base import DEADLINE
from whisper.environment import environment

P = ParamSpec("P")
T = TypeVar("T")

# More threads wait for each other more than for PostgreSQL.
MOST_THREADS = 4
# Connections that are left to the console.
CONSOLE = 2
# Of SQLite, whose writers wait for each other so long as well.
SQLITE_SECONDS = 20.0

SECONDS = Histogram(
    "whisper_database_seconds",
    "Time of one unit of database work, including its wait.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15),
)
ERRORS = Counter("whisper_database_errors", "Units of work that the database failed.", ["error"])


async def in_database(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one unit of database work in a database thread and return its result.

    Pass one function with all its queries: each call takes a connection, and may see what another
    one committed meanwhile. On PostgreSQL several run at once, on SQLite one after the other. A
    caller that is cancelled lets work that has begun run to its end.

    Raises:
        DatabaseBusyError: no turn or connection became free in the allowed time.
        DatabaseAwayError: the database can't be reached, was lost on the way, or does not answer.
    """
    call = partial(work, *args, **kwargs)
    with tracing.span("database", unit=_name_of(work)), SECONDS.time():
        try:
            if _in_synchronous_code():
                # Its connection is meant, and a transaction that it may be in.
                return await sync_to_async(_in_the_callers_thread)(call)
            return await _threads().run(call)
        except DatabaseUnavailableError as error:
            ERRORS.labels(type(error).__name__).inc()
            raise


def ping() -> None:
    """Ask the database whether it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def close_database_threads() -> None:
    """End the threads and their connections; the next call makes new ones."""
    if _threads.cache_info().currsize:
        _threads().close()
        _threads.cache_clear()


def _name_of(work: Callable[..., object]) -> str:
    return getattr(work, "__qualname__", type(work).__qualname__)


def _in_the_callers_thread(work: Callable[[], T]) -> T:
    if connection.in_atomic_block:
        # It would count as left in disorder, and be closed.
        return work()
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


def _in_synchronous_code() -> bool:
    """Return whether a synchronous caller waits, by `async_to_sync`, for this event loop."""
    waiting = getattr(AsyncToSync.executors, "current", None)
    return bool(waiting) or asyncio.get_running_loop() in AsyncToSync.loop_thread_executors


@cache
def _threads() -> _DatabaseThreads:
    if connection.vendor != "postgresql":
        return _DatabaseThreads(1, wait_seconds=SQLITE_SECONDS)
    threads = min(MOST_THREADS, environment.postgres_max_connections - CONSOLE)
    return _DatabaseThreads(
        max(threads, 1),
        wait_seconds=environment.postgres_pool_timeout,
        # A server that is stopped ends no statement; then the limit is kept here.
        silence_seconds=2 * environment.postgres_statement_timeout,
    )


class _DatabaseThreads:
    """Threads that do database work, and the time that it may wait and take.

    Args:
        wait_seconds: how long work may wait for a thread and a connection together.
        silence_seconds: how long it may take after which its connection is cut; 0: any time.
    """

    def __init__(self, threads: int, *, wait_seconds: float, silence_seconds: float = 0) -> None:
        self._threads = ThreadPoolExecutor(threads, "database")
        self._wait_seconds = wait_seconds
        self._silence_seconds = silence_seconds

    async def run(self, work: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        unit = _Unit(work, time.monotonic() + self._wait_seconds)
        done: Future[T] = self._threads.submit(contextvars.copy_context().run, unit.run)
        # Work that has begun can't be cancelled: what waits for its turn can.
        timers = [loop.call_later(self._wait_seconds, unit.give_up, done)]
        if self._silence_seconds:
            timers.append(loop.call_later(self._silence_seconds, unit.cut))
        try:
            return await asyncio.wrap_future(done)
        except asyncio.CancelledError:
            if unit.given_up:
                raise DatabaseBusyError("All database threads are busy.") from None
            raise
        finally:
            for timer in timers:
                timer.cancel()

    def close(self) -> None:
        # SQLite's connection stays open between units; it has one thread, which closes it.
        self._threads.submit(connections.close_all).result(timeout=30)
        self._threads.shutdown()


class _Unit(Generic[T]):
    """One unit of work, in the hands of two threads: one does it, the other watches the time."""

    def __init__(self, work: Callable[[], T], deadline: float) -> None:
        self.given_up = False
        self._work = work
        self._deadline = deadline
        self._record: BaseDatabaseWrapper | None = None
        self._lock = Lock()

    def run(self) -> T:
        """Do the work; old connections are closed around it, so that a lost one is replaced."""
        DEADLINE.set(self._deadline)
        close_old_connections()
        self._record = connections[DEFAULT_DB_ALIAS]
        try:
            return self._work()
        # What fails when a cursor is closed comes from the driver as it is.
        except (DatabaseError, psycopg.Error, sqlite3.Error) as error:
            if (fault := explained(error)) is not None:
                raise fault from error
            raise
        finally:
            with self._lock:
                self._record = None
                close_old_connections()

    def give_up(self, done: Future[T]) -> None:
        """Withdraw the work if it has not begun."""
        self.given_up = done.cancel()

    def cut(self) -> None:
        """End the connection that the work waits on."""
        with self._lock:
            if self._record is not None and self._record.connection is not None:
                pools.cut(self._record.connection)
