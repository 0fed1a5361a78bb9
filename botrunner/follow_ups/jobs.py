"""What is done by time: asking people how something went."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from django.utils import timezone

from botrunner.follow_ups.actions import ask_due
from whisper.database.access import in_database
from whisper.periodic import periodic


@periodic(
    "follow-ups",
    "Asks people how something went, who wanted that.",
    every=timedelta(minutes=1),
)
async def ask_how_it_went(stop: asyncio.Event) -> str:
    """Ask whom it is time to ask; what follows is delivered like a reminder."""
    return f"{await in_database(ask_due, timezone.now())} asked"
