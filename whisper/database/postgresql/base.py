"""The database backend: Django's own, except for how a connection is taken from the pool."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from whisper.database.errors import DatabaseAwayError, DatabaseBusyError
from whisper.database.postgresql import pools

# When the caller gives up, by `time.monotonic`; it may have waited for a thread already.
DEADLINE: ContextVar[float | None] = ContextVar("DEADLINE", default=None)


class DatabaseWrapper(base.DatabaseWrapper):
    """A database connection that works when it is taken from the pool."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that was not lost while it lay in the pool.

        Raises:
            DatabaseBusyError: all are in use, for as long as one may wait.
            DatabaseAwayError: none could be made in that time.
        """
        pool: pools.Pool | None = getattr(self, "pool")  # noqa: B009 - its type is not known
        if pool is None:
            return super().get_new_connection(conn_params)
        pool.open()
        deadline = min(time.monotonic() + pool.timeout, DEADLINE.get() or float("inf"))
        failures = pools.failures(pool)
        try:
            while True:
                found = pool.getconn(max(deadline - time.monotonic(), 0.0))
                if pools.is_alive(found):
                    return found
                # Connections are seldom lost alone, and each would cost a caller time.
                found.close()
                pool.putconn(found)
                pool.drain()
        except PoolTimeout as error:
            if pools.failures(pool) > failures or not pool.get_stats().get("pool_size"):
                raise DatabaseAwayError("PostgreSQL can't be reached.") from error
            raise DatabaseBusyError(
                f"All {pool.max_size} connections to PostgreSQL are in use."
            ) from error
