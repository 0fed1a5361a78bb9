"""Periodic work on profiles."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from django.utils import timezone

from profiles.actions.ageing import delete_old_moods
from profiles.relationship.actions import cool_silent
from whisper import retention
from whisper.database.access import in_database
from whisper.periodic import periodic
from whisper.retention import Limit

retention.register(Limit("moods", "mood_retention_days", delete_old_moods))


@periodic(
    "cooling",
    "Cools relationships with people who have been silent for long.",
    every=timedelta(hours=1),
    by_age=True,
)
async def cool(stop: asyncio.Event) -> str:
    """Cool a few at a time until none is left, or the process stops."""
    changed = 0
    while not stop.is_set():
        cooled = await in_database(cool_silent, timezone.now())
        changed += cooled
        if not cooled:
            break
    return f"{changed} relationships cooled"
