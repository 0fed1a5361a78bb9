"""Makes a backup whenever the last one is old, while the bot runs."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.conf import settings

from whisper.backups.errors import BackupError
from whisper.backups.folder import backup_folder, latest
from whisper.environment import environment

logger = logging.getLogger(__name__)

# A process that ends soon makes none, and a start has other things to do.
FIRST_LOOK = timedelta(minutes=2)
LOOK = timedelta(minutes=10)
LONGEST = timedelta(hours=3)
GIVE_UP_SECONDS = 10.0
NICENESS = 10


def due(now: datetime | None = None) -> bool:
    """Tell whether the last backup is older than AUTO_BACKUP_INTERVAL_HOURS, or there is none.

    Those made before a move don't count.

    Raises:
        BackupError: the folder can't be written.
    """
    last = latest(backup_folder())
    if last is None:
        return True
    return (now or datetime.now(UTC)) - datetime.fromisoformat(last.made_at) >= interval()


def interval() -> timedelta:
    """Return the age at which a backup is old."""
    return timedelta(hours=environment.auto_backup_interval_hours)


async def run(stop: asyncio.Event, *, first: timedelta = FIRST_LOOK) -> None:
    """Look now and then whether a backup is due, and have it made, until `stop` is set.

    It is made in a process of its own, which takes no time from answers. Of several bots the one
    that comes first makes it.

    Args:
        first: until the first look.
    """
    pause = first
    while not await _stopped(stop, pause):
        pause = LOOK
        if environment.auto_backup_enabled and await asyncio.to_thread(_due):
            try:
                await _make(stop)
            except OSError:
                # No process can be started now; people are still answered.
                logger.exception("backup: failed")


async def _stopped(stop: asyncio.Event, within: timedelta) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), within.total_seconds())
    return stop.is_set()


def _due() -> bool:
    try:
        return due()
    except BackupError as error:
        logger.error("backup: %s", error)
        return False


async def _make(stop: asyncio.Event) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(settings.BASE_DIR / "manage.py"), "backup", "--if-due"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # With pg_dump it is one group, which ends together.
        start_new_session=True,
    )
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    ended, stopped = (
        asyncio.ensure_future(process.communicate()),
        asyncio.ensure_future(stop.wait()),
    )
    await asyncio.wait(
        {ended, stopped}, timeout=LONGEST.total_seconds(), return_when=asyncio.FIRST_COMPLETED
    )
    stopped.cancel()
    for number in (signal.SIGINT, signal.SIGKILL):
        if not ended.done():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            await asyncio.wait({ended}, timeout=GIVE_UP_SECONDS)
    said = (await ended)[0].decode(errors="replace").strip().splitlines() or [""]
    # A failure is tried again at the next look. A success is no line amid a chat in the terminal.
    log = logger.error if process.returncode else logger.debug
    log("backup: %s", said[-1])
