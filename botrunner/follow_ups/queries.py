"""Read who wants to be asked how something went, and whether they may be asked now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from botrunner.models import FollowUps
from memories.models import Message
from profiles.models import Profile
from profiles.preferences import zone_of
from profiles.queries import still_agrees

# Of one look; the rest is found by the next.
AT_ONCE = 100
WEEK = timedelta(days=7)


def follow_ups_of(person_id: int) -> FollowUps | None:
    """Return how a person wants to be asked; None if they don't want it."""
    return FollowUps.objects.filter(person_id=person_id).first()


def due_wishes(at: datetime) -> list[Profile]:
    """Return people who wanted to be asked about something by a time, and let that be done."""
    due = Q(follow_up_at=None) | Q(follow_up_at__lte=at)
    rows = Profile.objects.filter(due, follow_up_wished=True)
    willing = rows.filter(person_id__in=FollowUps.objects.values("person_id"))
    return list(willing.order_by("follow_up_at", "pk")[:AT_ONCE])


def may_ask(wanted: FollowUps, profile: Profile, at: datetime) -> bool:
    """Return whether a person may be asked now.

    Not in their quiet hours, not more often than they said, and not again before they spoke since
    the last time.
    """
    hour = at.astimezone(zone_of(profile)).hour
    if is_quiet(wanted, hour) or len(asked_lately(wanted, at)) >= wanted.per_week:
        return False
    return still_agrees(profile.person_id) and _spoke_since(wanted)


def is_quiet(wanted: FollowUps, hour: int) -> bool:
    """Return whether an hour of the day is one of a person's quiet ones."""
    begin, end = wanted.quiet_from, wanted.quiet_until
    return begin <= hour < end if begin <= end else hour >= begin or hour < end


def asked_lately(wanted: FollowUps, at: datetime) -> list[datetime]:
    """Return when a person was asked in the week before a time, oldest first."""
    times = (datetime.fromisoformat(one) for one in wanted.asked)
    return [one for one in times if one > at - WEEK]


def _spoke_since(wanted: FollowUps) -> bool:
    if not wanted.asked:
        return True
    last = datetime.fromisoformat(wanted.asked[-1])
    said = Message.objects.filter(person_id=wanted.person_id, from_companion=False)
    return said.filter(sent_at__gt=last).exists()
