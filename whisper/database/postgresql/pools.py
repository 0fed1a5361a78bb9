"""What the pool of connections is like: is a connection alive, how many are there, what failed."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql.base import DatabaseWrapper
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import REGISTRY, Collector
from psycopg_pool import ConnectionPool

Pool = ConnectionPool[psycopg.Connection[Any]]


@dataclass(frozen=True, slots=True)
class PoolState:
    """Connections of this process.

    Args:
        size: how many there are.
        most: how many there may be.
        available: how many of them are free.
        waiting: how many callers wait for one.
        errors: waits that were in vain, and connections that were lost or could not be made, since
            the start.
    """

    size: int
    most: int
    available: int
    waiting: int
    errors: int

    def __str__(self) -> str:
        used = self.size - self.available
        return (
            f"{used} of {self.most} connections in use, {self.waiting} waiting, "
            f"{self.errors} errors"
        )


def open_pool() -> Pool | None:
    """Return the pool, None if there is none or nothing has been asked of it yet."""
    # Django keeps them by the alias of the database; asking a wrapper for its pool makes one.
    return _pools().get(DEFAULT_DB_ALIAS)


def close_pool() -> None:
    """Close the pool; the next work makes another."""
    pool = _pools().pop(DEFAULT_DB_ALIAS, None)
    if pool is not None:
        pool.close()


def _pools() -> dict[str, Pool]:
    return DatabaseWrapper._connection_pools  # type: ignore[attr-defined,no-any-return]


def pool_state() -> PoolState | None:
    """Return how the pool is; None if there is none."""
    pool = open_pool()
    if pool is None:
        return None
    stats = pool.get_stats()
    return PoolState(
        size=stats["pool_size"],
        most=stats["pool_max"],
        available=stats["pool_available"],
        waiting=stats["requests_waiting"],
        errors=stats.get("requests_errors", 0) + failures(pool),
    )


def failures(pool: Pool) -> int:
    """Return how many connections were lost or could not be made."""
    stats = pool.get_stats()
    return sum(stats.get(name, 0) for name in ("connections_errors", "returns_bad"))


def is_alive(connection: psycopg.Connection[Any]) -> bool:
    """Return whether a free connection is still open, without a round trip.

    A server that ends says so, and the system closes the connection of one that was killed: then
    there is something to read on a connection on which nothing is awaited. A query would tell as
    well, but takes a tenth of the time of a whole unit of work.
    """
    if connection.closed:
        return False
    with selectors.DefaultSelector() as selector:
        selector.register(connection.fileno(), selectors.EVENT_READ)
        if not selector.select(0):
            return True
    try:
        # It may have been a notice only.
        connection.execute("")
    except psycopg.Error:
        return False
    return True


def cut(connection: psycopg.Connection[Any]) -> None:
    """End a connection that another thread waits on, which then gets an error."""
    if connection.closed:
        return
    with socket.socket(fileno=socket.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


class _Collector(Collector):
    """Shows the pool to Prometheus."""

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Yield its numbers."""
        state = pool_state()
        if state is None:
            return
        gauge = GaugeMetricFamily(
            "whisper_database_pool", "Connections to PostgreSQL.", labels=["state"]
        )
        for name in ("size", "most", "available", "waiting"):
            gauge.add_metric([name], getattr(state, name))
        yield gauge
        yield CounterMetricFamily(
            "whisper_database_pool_errors",
            "Waits for a connection that timed out, and connections that were lost or couldn't be "
            "opened.",
            value=state.errors,
        )


REGISTRY.register(_Collector())
