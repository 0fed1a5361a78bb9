"""Times in words."""

from __future__ import annotations

from datetime import timedelta


def in_words(time: timedelta) -> str:
    """Return a time in its largest unit, such as "3 minutes"; a negative one is 0 s."""
    seconds = max(0, int(time.total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if number := seconds // size:
            return f"{number} {unit}{'s' if number > 1 else ''}"
    return f"{seconds} s"
