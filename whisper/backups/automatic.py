"""Make a backup when the last one is old, while the bot runs."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from django.conf import settings

from whisper.backups.folder import backup_folder, latest
from whisper.environment import environment
from whisper.periodic import JobError, periodic

# Short-lived processes make no backup, and a starting one has other things to do.
AFTER_START = timedelta(minutes=2)
LONGEST = timedelta(hours=3)
GIVE_UP_SECONDS = 10.0
NICENESS = 10


def due(now: datetime | None = None) -> bool:
    """Return whether the last backup is older than AUTO_BACKUP_INTERVAL_HOURS, or there is none.

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


def _every() -> timedelta | None:
    return interval() if environment.auto_backup_enabled else None


@periodic("backup", "Makes a backup.", every=_every, after_start=AFTER_START)
async def back_up(stop: asyncio.Event) -> str:
    """Make a backup in a separate process, so that replies aren't delayed."""
    try:
        return await _made(stop)
    except OSError as error:
        raise JobError(f"no process can be started ({error.strerror})") from error


async def _made(stop: asyncio.Event) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(settings.BASE_DIR / "manage.py"), "backup", "--if-due"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        # Puts pg_dump in the same group, so that both end together.
        start_new_session=True,
        # A bot that a shell started in the background ignores Ctrl-C, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
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
    if process.returncode:
        raise JobError(said[-1] or "it was stopped")
    return said[-1]
