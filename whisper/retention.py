"""How long what is held is kept: each app says what it deletes after how many days.

A periodic job deletes some rows at a time, each in its own transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from whisper.action_log.actions import Tally
from whisper.amounts import amount
from whisper.database.access import in_database
from whisper.environment import environment

# Few, so that other writers don't wait long.
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that is deleted when it is old.

    Args:
        what: what is deleted, as people are told: "traces of replies".
        setting: name of the setting with the days; empty where the rows say themselves when they
            are over. 0 days: it is never deleted.
        delete: deletes some of what is from before a time and returns how many; 0 if none is left.
    """

    what: str
    setting: str
    delete: Callable[[datetime], int]

    @property
    def days(self) -> int:
        """Return after how many days it is deleted; 0 for never."""
        return int(getattr(environment, self.setting)) if self.setting else 0

    @property
    def is_on(self) -> bool:
        """Return whether anything is deleted at all."""
        return not self.setting or self.days > 0


_limits: list[Limit] = []


def register(limit: Limit) -> None:
    """Add something that is deleted when it is old, once."""
    if limit not in _limits:
        _limits.append(limit)


def limits() -> tuple[Limit, ...]:
    """Return everything that is deleted when it is old."""
    return tuple(_limits)


def in_words() -> str:
    """Return what is deleted after how long, for the people whose data it is."""
    timed = [
        f"{one.what} after {amount(one.days, 'day')}"
        for one in _limits
        if one.setting and one.is_on
    ]
    return f"I delete {', '.join(timed)}." if timed else ""


async def delete_old(stop: asyncio.Event) -> str:
    """Delete everything that is too old, some at a time; return what was deleted."""
    # Looked at once: the clock may jump while this runs.
    now = timezone.now()
    done = [
        f"{limit.what}: {count:,}"
        for limit in limits()
        if limit.is_on and (count := await _delete(limit, now, stop))
    ]
    return "; ".join(done) or "nothing was old enough"


async def _delete(limit: Limit, now: datetime, stop: asyncio.Event) -> int:
    before = now - timedelta(days=limit.days)
    tally = Tally("retention.delete", limit.what)
    await delete_all(partial(limit.delete, before), tally, stop)
    return tally.count


async def delete_all(delete_some: Callable[[], int], tally: Tally, stop: asyncio.Event) -> None:
    """Delete some at a time, and log it, until nothing is left or the process stops."""
    gone = 1
    while gone and not stop.is_set():
        gone = await in_database(tally.after, delete_some)
