"""Times of the older bot: local times of its host, mostly without a zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

DOUBLED = "a time in the hour that clocks repeat, read as the earlier one"
SKIPPED = "a time in the hour that clocks skip, moved forward by an hour"
NO_TIME = "not a date and time"


def to_utc(value: Any, zone: ZoneInfo) -> tuple[datetime | None, str]:
    """Return a time in UTC, and why it is not what was written; empty if it is.

    Args:
        value: ISO text or a datetime; None and empty text mean no time and are not errors.
        zone: of times that carry none.
    """
    if value is None or value == "":
        return None, ""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        if found.tzinfo is not None:
            return found.astimezone(UTC), ""
        early = found.replace(tzinfo=zone, fold=0)
        late = early.replace(fold=1)
        return early.astimezone(UTC), _why(early, late)
    except (TypeError, ValueError, OverflowError):
        return None, NO_TIME


def to_local(moment: datetime, zone: ZoneInfo) -> str:
    """Return a time as the older bot writes it: ISO text of its zone, without one."""
    return moment.astimezone(zone).replace(tzinfo=None).isoformat()


def _why(early: datetime, late: datetime) -> str:
    before, after = early.utcoffset(), late.utcoffset()
    if before == after or before is None or after is None:
        return ""
    return DOUBLED if before > after else SKIPPED
