"""The health of each part of Whisper: apps register checks, one page shows them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import DatabaseError, connection
from django.http import JsonResponse

from whisper.database.access import in_database, ping
from whisper.database.errors import DatabaseUnavailableError, lacks_tables
from whisper.database.postgresql.pools import pool_state

logger = logging.getLogger(__name__)

CHECK_SECONDS = 3.0
RECENT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that failed in a part.

    Args:
        text: what it is, in a few words.
        detail: one line more, which only admins may read.
        at: when it happened; None if that isn't known.
    """

    text: str
    detail: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """How a part is.

    Args:
        ok: whether people are served.
        degraded: whether they are served with less than configured.
        detail: a short phrase without secrets; anyone may read it.
        figures: what a program reads of it, such as `waiting` or `away_seconds`.
        milliseconds: how long it took to find out.
        faults: what failed in it and waits to be mended; for the console alone.
    """

    ok: bool
    degraded: bool = False
    detail: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    milliseconds: float = 0.0
    faults: Sequence[Fault] = ()

    @property
    def status(self) -> str:
        """Return one word for it."""
        if not self.ok:
            return "failing"
        return "degraded" if self.degraded else "ok"


# Without these nobody can be served; the rest can be away without a restart being of any help.
VITAL = ("database",)

Check = Callable[[], Awaitable[Health]]

_checks: dict[str, Check] = {}
# When all parts were last checked for metrics, and how they were.
_recent: tuple[float, dict[str, Health]] = (0.0, {})


def register(name: str) -> Callable[[Check], Check]:
    """Add a part's check under a name; a later one of the same name takes its place."""

    def add(check: Check) -> Check:
        _checks[name] = check
        return check

    return add


async def report(parts: Collection[str] | None = None) -> dict[str, Health]:
    """Return the health of parts, by name; a check that fails or hangs counts as failing.

    Args:
        parts: those to check; by default all.
    """
    names = sorted(_checks if parts is None else _checks.keys() & set(parts))
    found = await asyncio.gather(*(_run(name) for name in names))
    return dict(zip(names, found, strict=True))


async def recent_report() -> dict[str, Health]:
    """Return the health of all parts as it was some seconds ago at most.

    Several Prometheus servers may scrape, each often: the stores are not asked each time.
    """
    global _recent
    at, found = _recent
    if found.keys() != _checks.keys() or monotonic() - at >= RECENT_SECONDS:
        found = await report()
        _recent = (monotonic(), found)
    return found


async def health_page(*, inside: bool) -> JsonResponse:
    """Show the health of every part; the status code is 503 if one is failing.

    Args:
        inside: whether whoever asks may learn of the parts. Others learn how all are together, as
            it was some seconds ago, so that they can't have the stores asked as often as they like.
    """
    return _shown(await (report() if inside else recent_report()), inside)


async def ready_page(*, inside: bool) -> JsonResponse:
    """Tell by the status code, 200 or 503, whether this process can serve people."""
    return _shown(await report(VITAL), inside)


async def live_page(*, inside: bool) -> JsonResponse:
    """Tell that the event loop turns; where nothing answers, a restart helps."""
    return _shown({}, inside)


def whole(parts: Mapping[str, Health]) -> Health:
    """Return how parts are together."""
    return Health(
        all(part.ok for part in parts.values()),
        degraded=any(part.degraded for part in parts.values()),
    )


def _shown(parts: Mapping[str, Health], inside: bool) -> JsonResponse:
    together = whole(parts)
    shown: dict[str, Any] = {"status": together.status}
    if inside:
        shown["checks"] = {name: _in_detail(part) for name, part in parts.items()}
    return JsonResponse(
        shown,
        status=200 if together.ok else 503,
        headers={"Cache-Control": "no-store"},
    )


def _in_detail(part: Health) -> dict[str, Any]:
    return {
        "status": part.status,
        "detail": part.detail,
        "milliseconds": round(part.milliseconds, 1),
        "figures": dict(part.figures),
    }


async def _run(name: str) -> Health:
    began = monotonic()
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            found = await _checks[name]()
    except Exception as error:
        # Only what it is: an error's words may hold an address with a password.
        detail = _cause(error)
        logger.warning("health: %s failed (%s)", name, detail)
        found = Health(False, detail=detail)
    return replace(found, milliseconds=(monotonic() - began) * 1000)


def _cause(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {CHECK_SECONDS:g} s"
    if isinstance(error, DatabaseUnavailableError):
        return str(error)
    if isinstance(error, DatabaseError) and lacks_tables(error):
        return "the database is not up to date: run manage.py migrate"
    return type(error).__name__


@register("database")
async def _record() -> Health:
    try:
        await in_database(ping)
    except DatabaseUnavailableError as error:
        return Health(False, detail=str(error))
    state = pool_state()
    name = connection.display_name
    return Health(True, detail=f"{name}: {state}" if state else name)
