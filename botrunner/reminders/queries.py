"""Read reminders."""

from __future__ import annotations

from datetime import datetime, timedelta

from botrunner.models import Reminder

# Of one look; the rest is found by the next.
AT_ONCE = 100
# Of one person, waiting at once.
MOST = 100
# A correction follows at once.
JUST_BEFORE = timedelta(minutes=10)


def due_reminders(platform: str, *, at: datetime) -> list[Reminder]:
    """Return the reminders of a platform that are to be delivered, the longest due first."""
    rows = Reminder.objects.filter(platform=platform, state=Reminder.State.WAITING, due_at__lte=at)
    return list(rows.order_by("due_at", "pk")[:AT_ONCE])


def due_of(person_id: int, platform: str, channel_id: int, *, at: datetime) -> list[Reminder]:
    """Return a person's reminders that are to be delivered in a channel, the longest due first."""
    rows = Reminder.objects.filter(
        person_id=person_id,
        platform=platform,
        channel_id=channel_id,
        state=Reminder.State.WAITING,
        due_at__lte=at,
    )
    return list(rows.order_by("due_at", "pk")[:AT_ONCE])


def still_due(reminder: Reminder) -> bool:
    """Return whether a reminder that was read still waits, as it was read."""
    rows = Reminder.objects.filter(pk=reminder.pk, state=Reminder.State.WAITING)
    return rows.filter(due_at=reminder.due_at, text=reminder.text).exists()


def waiting_of(person_id: int, *, channel_id: int | None = None) -> list[Reminder]:
    """Return a person's reminders that wait, the next first.

    Args:
        channel_id: only those asked for there; None for all.
    """
    rows = Reminder.objects.filter(person_id=person_id, state=Reminder.State.WAITING)
    if channel_id is not None:
        rows = rows.filter(channel_id=channel_id)
    return list(rows.order_by("due_at", "pk"))


def just_asked(person_id: int, channel_id: int, *, at: datetime) -> Reminder | None:
    """Return the waiting reminder that a person asked for last in a channel, just before a time."""
    rows = Reminder.objects.filter(
        person_id=person_id,
        channel_id=channel_id,
        state=Reminder.State.WAITING,
        message__sent_at__range=(at - JUST_BEFORE, at),
    )
    return rows.order_by("-message__sent_at").first()


def has_too_many(person_id: int) -> bool:
    """Return whether a person has as many reminders waiting as they may."""
    rows = Reminder.objects.filter(person_id=person_id, state=Reminder.State.WAITING)
    return rows.count() >= MOST
