"""Signs of life of all processes on one database, so that each can tell whether the others run.

A process without a worker looks healthy by itself while work piles up; so does a console beside a
bot that was never started again. Each process therefore notes what it does, and health compares.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from django.utils import timezone
from prometheus_client import Gauge

from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.environment import environment
from whisper.health import Health, register
from whisper.models import Heartbeat

BEAT_SECONDS = 15.0
# Of several beats one may come late on a busy machine.
SILENT_AFTER = timedelta(minutes=1)
FORGOTTEN_AFTER = timedelta(days=1)

WORKER, DISCORD = "worker", "discord"
# What somebody has to do, and what happens if nobody does.
NEEDED = {
    WORKER: "no worker is running, so nothing new is indexed or analysed: start runworker",
    DISCORD: "no bot is running: start runbot",
}

SEEN = Gauge(
    "whisper_process_seen_timestamp_seconds",
    "When any process that does this was last seen; 0 for never.",
    ["duty"],
)

now = timezone.now


async def run(stop: asyncio.Event, duties: Collection[str]) -> None:
    """Note every few seconds that this process lives, until `stop` is set.

    Args:
        duties: what it does, such as `worker`; others may have to do it if nobody does.
    """
    name = f"{socket.gethostname()[:100]}:{os.getpid()}"
    while not stop.is_set():
        # Health reports an unavailable database.
        with suppress(DatabaseUnavailableError):
            await in_database(_beat, name, sorted(duties))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), BEAT_SECONDS)
    with suppress(DatabaseUnavailableError):
        await in_database(_end, name)


def last_seen() -> dict[str, datetime]:
    """Return when each duty was last seen to be done, by any process."""
    seen: dict[str, datetime] = {}
    for beat in Heartbeat.objects.order_by("seen_at"):
        seen |= dict.fromkeys(beat.duties, beat.seen_at)
    return seen


def missing(seen: dict[str, datetime]) -> list[str]:
    """Return the duties that should be done and that no process does."""
    needed = [WORKER] if environment.discord_bot_token is None else [WORKER, DISCORD]
    since = now() - SILENT_AFTER
    return [duty for duty in needed if duty not in seen or seen[duty] < since]


def _beat(name: str, duties: list[str]) -> None:
    at = now()
    Heartbeat.objects.update_or_create(name=name, defaults={"duties": duties, "seen_at": at})
    Heartbeat.objects.filter(seen_at__lt=at - FORGOTTEN_AFTER).delete()


def _end(name: str) -> None:
    Heartbeat.objects.filter(name=name).delete()


@register("processes")
async def _health() -> Health:
    seen = await in_database(last_seen)
    for duty in NEEDED:
        SEEN.labels(duty).set(seen[duty].timestamp() if duty in seen else 0)
    lacking = missing(seen)
    since = now() - SILENT_AFTER
    alive = sorted(duty for duty, at in seen.items() if at >= since)
    detail = "; ".join(NEEDED[duty] for duty in lacking) or ", ".join(alive)
    return Health(True, degraded=bool(lacking), detail=detail)
