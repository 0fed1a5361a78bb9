"""Distress that piles up, message by message, and fades with good moods and with time."""

from __future__ import annotations

from datetime import datetime, timedelta

from profiles.models import Emotion

# The prompt warns from this count on.
WARNING = 3
# More is not counted: a very bad day must not be held against a person for weeks.
MOST = 10
# One less for each full day since the last message that was counted.
FADES_BY_ONE = timedelta(days=1)

LINE = "They have been upset several times of late: be patient, and don't joke at their expense."


def faded(count: int, since: datetime | None, now: datetime) -> int:
    """Return what is left of a count at a time.

    Args:
        since: until when its fading has been counted; None if nothing was.
    """
    days = (now - since) // FADES_BY_ONE if since is not None else 0
    return max(0, min(count, MOST) - max(0, days))


def escalated(
    count: int, since: datetime | None, emotion: str, felt_at: datetime
) -> tuple[int, datetime]:
    """Return the count after one more mood, and until when its fading has been counted.

    The part of a day that is left over counts for the next time: who is sad each morning does not
    fade twice. A mood that comes late, by a day or more, would have faded.
    """
    since = since or felt_at
    if since - felt_at >= FADES_BY_ONE:
        return min(count, MOST), since
    left = faded(count, since, felt_at)
    days = max(0, (felt_at - since) // FADES_BY_ONE)
    until = since + days * FADES_BY_ONE if left else max(since, felt_at)
    change = Emotion(emotion).traits.escalates
    return max(0, min(left + change, MOST)), until
