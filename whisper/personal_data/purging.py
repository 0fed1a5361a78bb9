"""Maintenance after erasing: what was deleted leaves the stores' files as well.

SQLite overwrites deleted data and empties its log immediately. PostgreSQL, Redis and copies in
segments keep deleted bytes until they are rewritten: `purge` does that, in a periodic job that runs
`PURGED_AFTER` an erasure. Other apps add their store with `purges`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from django.db import connection

from whisper import periodic
from whisper.database.access import in_database

logger = logging.getLogger(__name__)

PURGE = "purge"
# Erasures of that time share one purge: it rewrites tables.
PURGED_AFTER = timedelta(minutes=10)
BUSY_MILLISECONDS = 1_000


class PurgeError(Exception):
    """Deleted data may still be in a store's files; the text says why."""


Purge = Callable[[], Awaitable[str]]
_purges: dict[str, Purge] = {}


def purges(store: str) -> Callable[[Purge], Purge]:
    """Register the coroutine that purges a store's files; it returns what it did.

    It raises `PurgeError` where it could not, and is called again until it can. It must be
    harmless to repeat.
    """

    def register(work: Purge) -> Purge:
        _purges[store] = work
        return work

    return register


async def purge() -> tuple[dict[str, str], dict[str, str]]:
    """Purge every store and return what was done, and what failed and why, by store."""
    done: dict[str, str] = {}
    failed: dict[str, str] = {}
    for store, work in _purges.items():
        try:
            done[store] = await work()
        except PurgeError as error:
            failed[store] = str(error)
        except Exception as error:
            logger.exception("purge: %s failed", store)
            failed[store] = type(error).__name__
    return done, failed


async def after_erasing() -> None:
    """Empty SQLite's log now, and let the worker purge all stores some time later."""
    await in_database(schedule)
    if connection.vendor == "sqlite" and not await in_database(empty_sqlite_log):
        logger.info("purge: SQLite's log is being read; emptying it later")


def empty_sqlite_log() -> bool:
    """Write SQLite's log into the database and cut it to nothing; False while it is being read."""
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        before = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy: int = cursor.fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
    return not busy


def schedule() -> None:
    """Have all stores purged some time later."""
    periodic.request(PURGE)


@periodic.periodic(
    PURGE,
    "Rewrites the files of all stores after an erasure.",
    every=None,
    delay=PURGED_AFTER,
)
async def _purge(stop: asyncio.Event) -> str:
    done, failed = await purge()
    if failed:
        raise periodic.JobError("; ".join(f"{store}: {why}" for store, why in failed.items()))
    return "; ".join(f"{store}: {what}" for store, what in done.items())
