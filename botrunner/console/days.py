"""Days that an admin enters, as moments."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone


def midnight(day: date) -> datetime:
    """Return when a day begins in the installation's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))
