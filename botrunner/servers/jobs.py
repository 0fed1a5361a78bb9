"""Periodic work for servers: erasing what is older than their admins want it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

from django.utils import timezone

from botrunner.servers.actions import delete_lifted_blocks, delete_old_days
from botrunner.servers.queries import reason_of, retentions
from memories.actions.ageing import delete_old_messages
from whisper import retention
from whisper.action_log.actions import Tally
from whisper.database.access import in_database
from whisper.periodic import periodic
from whisper.retention import Limit

# The longest that admins look back.
DAYS_KEPT = timedelta(days=400)

retention.register(Limit("blocks that were lifted", "", delete_lifted_blocks))
retention.register(Limit("use of servers", "", lambda now: delete_old_days(now - DAYS_KEPT)))


@periodic(
    "retention of servers",
    "Erases what was said on servers longer ago than their admins want it kept.",
    every=timedelta(hours=1),
    after_start=timedelta(minutes=5),
    by_age=True,
)
async def erase_old_said(stop: asyncio.Event) -> str:
    """Erase some at a time until nothing is due, or the process stops."""
    # Looked at once: the clock may jump while this runs.
    now, erased = timezone.now(), 0
    for guild_id, days in (await in_database(retentions)).items():
        before = now - timedelta(days=days)
        tally = Tally("retention.delete", f"messages of {reason_of(guild_id)}")
        some = partial(delete_old_messages, before, guild_id=guild_id)
        await retention.delete_all(some, tally, stop)
        erased += tally.count
    return f"{erased} messages erased"
