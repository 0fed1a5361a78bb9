"""The bot's only door from asyncio to the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from channels.db import database_sync_to_async

P = ParamSpec("P")
T = TypeVar("T")


async def in_database(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one unit of database work in the database thread and return its result.

    Old connections are closed around it, so that a lost PostgreSQL session is replaced at the next
    call; the plain
    `a…` methods of the ORM never recover from one. Calls queue on one thread: pass one function
    with all its queries.
    """
    result: T = await database_sync_to_async(work)(*args, **kwargs)
    return result
