"""Periodic work on what all apps share."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from whisper import retention
from whisper.models import ActionEntry, OutboxEntry
from whisper.periodic import periodic
from whisper.retention import AT_ONCE, Limit


@periodic(
    "retention",
    "Deletes what is older than the settings allow, such as traces of replies.",
    every=timedelta(days=1),
    after_start=timedelta(minutes=10),
)
async def delete_old(stop: asyncio.Event) -> str:
    """Delete some at a time until nothing old is left, or the process stops."""
    return await retention.delete_old(stop)


def old_actions(before: datetime) -> int:
    """Delete old entries of the action log."""
    rows = ActionEntry.objects.filter(at__lt=before).order_by("pk").values_list("pk", flat=True)
    return ActionEntry.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]


def old_failed_work(before: datetime) -> int:
    """Delete work that was set aside, and that no admin decided about."""
    rows = OutboxEntry.objects.filter(failed_at__lt=before).values_list("pk", flat=True)
    return OutboxEntry.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]


def expired_sessions(before: datetime) -> int:
    """Delete sessions of the console that are over."""
    rows = Session.objects.filter(expire_date__lt=timezone.now()).values_list("pk", flat=True)
    return Session.objects.filter(pk__in=list(rows[:AT_ONCE])).delete()[0]


retention.register(Limit("entries of the action log", "action_log_retention_days", old_actions))
retention.register(
    Limit("work that failed for good", "failed_work_retention_days", old_failed_work)
)
retention.register(Limit("sessions of the console that are over", "", expired_sessions))
