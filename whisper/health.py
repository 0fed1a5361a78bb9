"""The health of each part of Whisper: apps register checks, one page shows them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from django.db import connection
from django.http import HttpRequest, JsonResponse

from whisper.database.access import in_database, ping
from whisper.database.errors import DatabaseUnavailableError
from whisper.database.postgresql.pools import pool_state

logger = logging.getLogger(__name__)

CHECK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Health:
    """How a part is.

    Args:
        ok: whether people are served.
        degraded: whether they are served with less than configured.
        detail: a short phrase without secrets; anyone may read it.
    """

    ok: bool
    degraded: bool = False
    detail: str = ""

    @property
    def status(self) -> str:
        """Return one word for it."""
        if not self.ok:
            return "failing"
        return "degraded" if self.degraded else "ok"


Check = Callable[[], Awaitable[Health]]

_checks: dict[str, Check] = {}


def register(name: str) -> Callable[[Check], Check]:
    """Add a part's check under a name; a later one of the same name takes its place."""

    def add(check: Check) -> Check:
        _checks[name] = check
        return check

    return add


async def report() -> dict[str, Health]:
    """Return the health of every part, by name; a check that fails or hangs counts as failing."""
    names = sorted(_checks)
    found = await asyncio.gather(*(_run(name) for name in names))
    return dict(zip(names, found, strict=True))


async def health_page(request: HttpRequest) -> JsonResponse:
    """Show the health of every part; the status code is 503 if one is failing."""
    parts = await report()
    failing = any(not part.ok for part in parts.values())
    degraded = any(part.degraded for part in parts.values())
    whole = Health(not failing, degraded=degraded)
    return JsonResponse(
        {
            "status": whole.status,
            "checks": {
                name: {"status": part.status, "detail": part.detail} for name, part in parts.items()
            },
        },
        status=503 if failing else 200,
        headers={"Cache-Control": "no-store"},
    )


async def _run(name: str) -> Health:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await _checks[name]()
    except Exception as error:
        logger.warning("health: %s failed (%s)", name, type(error).__name__)
        return Health(False, detail=type(error).__name__)


@register("database")
async def _record() -> Health:
    try:
        await in_database(ping)
    except DatabaseUnavailableError as error:
        return Health(False, detail=str(error))
    state = pool_state()
    return Health(True, detail=f"{connection.vendor}: {state}" if state else connection.vendor)
