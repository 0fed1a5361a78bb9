"""Signs of life of all processes on one database, so that each can tell whether the others run.

A process without a worker looks healthy by itself while work piles up; so does a console beside a
bot that was never started again. Each process therefore notes what it does, and health compares.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from prometheus_client import Gauge

from whisper import daily_counts
from whisper.database.access import in_database
from whisper.database.errors import DatabaseUnavailableError
from whisper.durations import in_words
from whisper.environment import environment
from whisper.health import Health, register
from whisper.models import Heartbeat
from whisper.version import VERSION

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
# When this process began.
_STARTED = timezone.now()

# With more shards than this, the slowest speaks for all.
SHARDS_LISTED = 16

_shards: Callable[[], dict[str, Any]] = dict


def report_shards(report: Callable[[], dict[str, Any]]) -> None:
    """Let this process's signs of life say how its shards of Discord are.

    Args:
        report: returns `count`, the number of shards in all processes, and `shards`: by id, as
            text, whether one is `connected` and how many `milliseconds` it is away.
    """
    global _shards
    _shards = report


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
            await in_database(daily_counts.write)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), BEAT_SECONDS)
    with suppress(DatabaseUnavailableError):
        await in_database(daily_counts.write)
        await in_database(_end, name)


def last_seen() -> dict[str, datetime]:
    """Return when each duty was last seen to be done, by any process."""
    return _duties(_beats())


def _beats() -> list[Heartbeat]:
    return list(Heartbeat.objects.order_by("seen_at"))


def _duties(beats: Sequence[Heartbeat]) -> dict[str, datetime]:
    seen: dict[str, datetime] = {}
    for beat in beats:
        seen |= dict.fromkeys(beat.duties, beat.seen_at)
    return seen


def missing(seen: dict[str, datetime]) -> list[str]:
    """Return the duties that should be done and that no process does."""
    needed = [WORKER] if environment.discord_bot_token is None else [WORKER, DISCORD]
    since = now() - SILENT_AFTER
    return [duty for duty in needed if duty not in seen or seen[duty] < since]


def _beat(name: str, duties: list[str]) -> None:
    at = now()
    values = {"duties": duties, "seen_at": at, "shards": _shards()}
    values |= {"started_at": _STARTED, "version": VERSION}
    Heartbeat.objects.update_or_create(name=name, defaults=values)
    Heartbeat.objects.filter(seen_at__lt=at - FORGOTTEN_AFTER).delete()


def _end(name: str) -> None:
    Heartbeat.objects.filter(name=name).delete()


@register("processes")
async def _health() -> Health:
    beats = await in_database(_beats)
    seen = _duties(beats)
    for duty in NEEDED:
        SEEN.labels(duty).set(seen[duty].timestamp() if duty in seen else 0)
    lacking = missing(seen)
    since = now() - SILENT_AFTER
    alive = sorted(duty for duty, at in seen.items() if at >= since)
    living = [beat for beat in beats if beat.seen_at >= since]
    shards = _shards_seen(living)
    unheard = [one for one, milliseconds in shards.items() if milliseconds is None]
    told = [NEEDED[duty] for duty in lacking] or [", ".join(alive)]
    detail = "; ".join([*told, *_shards_in_words(shards, unheard), *_running_in_words(living)])
    figures = {f"shard_{one}_milliseconds": ms for one, ms in shards.items() if ms is not None}
    return Health(True, degraded=bool(lacking or unheard), detail=detail, figures=figures)


def _shards_seen(beats: Sequence[Heartbeat]) -> dict[int, float | None]:
    """Return the shards of all processes, with milliseconds to Discord; None if one isn't there.

    A shard that has measured nothing yet is 0 ms away. A bot's only shard is left out where it
    isn't connected: the process that connects it tells why.
    """
    found, count = dict[int, float | None](), 0
    for beat in (one for one in beats if one.shards):
        count = beat.shards["count"]
        for one, state in beat.shards["shards"].items():
            if state["connected"]:
                found[int(one)] = state["milliseconds"] or 0.0
    if count == 1:
        return dict(found)
    return {one: found.get(one) for one in range(count)}


def _shards_in_words(shards: dict[int, float | None], unheard: Sequence[int]) -> Iterator[str]:
    if unheard:
        yield f"not connected to Discord: {_listed(unheard)}"
    there = {one: ms for one, ms in shards.items() if ms is not None}
    if len(there) > SHARDS_LISTED:
        yield f"{len(there)} shards, at most {max(there.values()):.0f} ms away"
    elif list(shards) == [0]:
        yield f"Discord {there[0]:.0f} ms away"
    elif there:
        yield "shards: " + ", ".join(f"{one} ({ms:.0f} ms)" for one, ms in there.items())


def _running_in_words(living: Sequence[Heartbeat]) -> Iterator[str]:
    """Yield how long the one that began last is up, which versions run, and the last beat."""
    if begun := [beat.started_at for beat in living if beat.started_at is not None]:
        yield f"up for {in_words(now() - max(begun))}"
    if versions := sorted({beat.version for beat in living if beat.version}):
        yield f"version{'s' if len(versions) > 1 else ''} {' and '.join(versions)}"
    if living:
        yield f"seen {in_words(now() - living[-1].seen_at)} ago"


def _listed(ids: Sequence[int]) -> str:
    listed = ", ".join(str(one) for one in ids[:SHARDS_LISTED])
    more = f" and {len(ids) - SHARDS_LISTED} more" if len(ids) > SHARDS_LISTED else ""
    return f"{'shards' if len(ids) > 1 else 'shard'} {listed}{more}"
