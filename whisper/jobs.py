"""Periodic work on what all apps share."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from whisper import retention
from whisper.action_log.actions import Tally
from whisper.actions import delete_expired_sessions, delete_failed_work, delete_old_actions
from whisper.daily_counts.actions import delete_old_counts
from whisper.database.access import in_database
from whisper.periodic import periodic
from whisper.retention import Limit
from whisper.tasks.actions import drop_old
from whisper.tokens.actions import delete_old_tokens


@periodic(
    "retention",
    "Deletes what is older than the settings allow, such as traces of replies.",
    every=timedelta(days=1),
    after_start=timedelta(minutes=10),
    by_age=True,
)
async def delete_old(stop: asyncio.Event) -> str:
    """Delete some at a time until nothing old is left, or the process stops."""
    return await retention.delete_old(stop)


@periodic(
    "jobs of admins",
    "Deletes files of jobs after a day, and jobs after a month.",
    every=timedelta(hours=1),
    after_start=timedelta(minutes=1),
    by_age=True,
)
async def drop_old_tasks(stop: asyncio.Event) -> str:
    """Delete what is old of tasks."""
    tally = Tally("retention.delete", "jobs of admins")
    return f"{await in_database(tally.after, drop_old)} deleted"


retention.register(
    Limit("entries of the action log", "action_log_retention_days", delete_old_actions)
)
retention.register(
    Limit("work that failed for good", "failed_work_retention_days", delete_failed_work)
)
retention.register(Limit("counts by day", "", delete_old_counts))
retention.register(Limit("sessions of the console that are over", "", delete_expired_sessions))
retention.register(Limit("tokens that are over", "", delete_old_tokens))
