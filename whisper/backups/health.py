"""How old the last backup is, for monitoring."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from prometheus_client import Gauge

from whisper.backups.automatic import interval
from whisper.backups.errors import BackupError
from whisper.backups.folder import backup_folder, latest
from whisper.backups.manifest import Manifest
from whisper.environment import environment
from whisper.health import Health, register

AGE = Gauge("whisper_backup_age_seconds", "Age of the last backup; NaN if there is none.")

# The first one starts two minutes after the process.
FIRST_WITHIN = timedelta(hours=1)


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


_started = now()


@register("backups")
async def backups_health() -> Health:
    """Return how old the last backup is, and whether that is too old."""
    automatic = environment.auto_backup_enabled
    try:
        last = await asyncio.to_thread(_last)
    except BackupError:
        return Health(True, degraded=automatic, detail="the backup folder can't be used")
    age = _age_of(last)
    late = now() - _started > FIRST_WITHIN if age is None else age > 2 * interval()
    detail = "none was made yet" if age is None else f"the last is {_in_words(age)} old"
    failed = [store for store, name in (last.snapshots if last else {}).items() if not name]
    if failed:
        detail += f", without a snapshot of {', '.join(failed)}"
    return Health(True, degraded=automatic and (late or bool(failed)), detail=detail)


def _in_words(age: timedelta) -> str:
    hours = int(age / timedelta(hours=1))
    if not hours:
        return "less than an hour"
    return "an hour" if hours == 1 else f"{hours} hours"


def _last() -> Manifest | None:
    return latest(backup_folder())


def _age_of(last: Manifest | None) -> timedelta | None:
    return None if last is None else now() - datetime.fromisoformat(last.made_at)


def _age_seconds() -> float:
    try:
        age = _age_of(_last())
    except BackupError:
        age = None
    return float("nan") if age is None else age.total_seconds()


AGE.set_function(_age_seconds)
