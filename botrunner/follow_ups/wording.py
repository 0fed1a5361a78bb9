"""What a person reads of how they are asked."""

from __future__ import annotations

from botrunner.follow_ups.queries import follow_ups_of
from botrunner.models import FollowUps

NOT_WANTED = (
    "I ask how something went only when you talk to me anyway. With follow-ups on, I ask you by "
    "myself after you said something like “ask me tomorrow how it went”."
)


def as_wanted(person_id: int) -> str:
    """Return in words how a person is asked."""
    wanted = follow_ups_of(person_id)
    return NOT_WANTED if wanted is None else in_words(wanted)


def in_words(wanted: FollowUps) -> str:
    """Return in words how a person is asked."""
    times = "once" if wanted.per_week == 1 else f"{wanted.per_week} times"
    quiet = (
        f", not between {wanted.quiet_from}:00 and {wanted.quiet_until}:00"
        if wanted.quiet_from != wanted.quiet_until
        else ""
    )
    return (
        f"When you want me to ask how something went, I ask you {wanted.get_where_display()}, "
        f"at most {times} a week{quiet}. While you don't answer, I don't ask again."
    )
