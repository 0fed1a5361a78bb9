"""What a person reads of reminders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from botrunner.models import Reminder
from botrunner.reminders.asking import in_words
from profiles.models import Profile
from profiles.preferences import has_zone

# Later than this, it says when it was for.
ON_TIME = timedelta(minutes=5)


def as_said(text: str) -> str:
    """Return a text as it is."""
    return text


def delivered(
    reminder: Reminder, zone: ZoneInfo, now: datetime, shown: Callable[[str], str] = as_said
) -> str:
    """Return the reminder itself, which says so where it is late.

    Args:
        zone: the person's.
        shown: returns what it is of as the surface shows it literally.
    """
    late = now - reminder.due_at > ON_TIME
    meant = f" (it was for {in_words(reminder.due_at.astimezone(zone))[3:]})" if late else ""
    if reminder.kind == Reminder.Kind.FOLLOW_UP:
        said = f" You said: “{shown(reminder.text)}”" if reminder.text else ""
        return f"💬 You wanted me to ask how it went{meant}.{said} So, how was it?"
    of = f": {shown(reminder.text)}" if reminder.text else "."
    return f"⏰ You asked me to remind you{of}{meant}"


def zone_offer(profile: Profile | None, due: datetime) -> str:
    """Return by whose clock a reminder comes, to somebody who set no time zone; else nothing.

    Args:
        due: when it comes, in the zone that counts for them.
    """
    return "" if has_zone(profile) else f"(By the clock of {due.tzinfo}; `/timezone` sets yours.)"


def listed(
    reminders: Sequence[Reminder], zone: ZoneInfo, shown: Callable[[str], str] = as_said
) -> list[str]:
    """Return one line per reminder."""
    return [
        f"- {in_words(one.due_at.astimezone(zone))[3:]}{f': {shown(one.text)}' if one.text else ''}"
        for one in reminders
    ]
