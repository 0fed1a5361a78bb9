"""The worker's part of reminders: making them from messages, and deleting old ones."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from botrunner.reminders.actions import delete_old, follow_message
from whisper import outbox
from whisper.action_log.actions import Tally
from whisper.database.access import in_database
from whisper.periodic import periodic

REMIND = "botrunner.reminder"


@outbox.handles(REMIND, "reminders")
async def make_reminders(payloads: Sequence[dict[str, Any]]) -> None:
    """Make the reminders that messages ask for, as they read now."""
    for payload in payloads:
        await in_database(follow_message, int(payload["message"]))


@periodic(
    "old reminders",
    "Deletes reminders a week after they were delivered.",
    every=timedelta(days=1),
    by_age=True,
)
async def delete_old_reminders(stop: asyncio.Event) -> str:
    """Delete what was delivered long enough ago."""
    tally = Tally("retention.delete", "reminders that were delivered")
    return f"{await in_database(tally.after, delete_old)} deleted"
