"""Days that an admin enters, as moments."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone
from django.utils.dateparse import parse_date

# The earliest and latest day that makes sense; anything else is a typo.
FIRST_DAY, LAST_DAY = date(2015, 1, 1), date(2999, 12, 31)


def midnight(day: date) -> datetime:
    """Return when a day begins in the installation's time zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def day_in(text: str) -> date | None:
    """Return the day that an address names; None if there is none, or it makes no sense."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and FIRST_DAY <= day <= LAST_DAY else None
