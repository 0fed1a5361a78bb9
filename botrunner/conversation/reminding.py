"""What a reply says of reminders: that one is set, and those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from botrunner.conversation.base import Incoming
from botrunner.conversation.received import Received
from botrunner.reminders.asking import Request, corrected, may_correct, names_reminder, request_in
from botrunner.reminders.queries import due_of, has_too_many, just_asked
from botrunner.reminders.wording import delivered, zone_offer
from memories.models import Message
from profiles.preferences import zone_of

TOO_MANY = "You have as many reminders waiting as I can keep, so I didn't set this one."


@dataclass(frozen=True, slots=True)
class Remarks:
    """What a reply says of reminders.

    Args:
        told: keys of those that it delivers.
    """

    remarks: Sequence[str] = ()
    told: Sequence[int] = ()


def remarks_on_reminders(said: Incoming, received: Received, text: str) -> Remarks:
    """Return what a reply says of reminders besides its text.

    A reminder of Discord comes by itself when it is due; elsewhere it comes with the next reply.
    """
    if received.profile is None:
        return Remarks()
    zone = zone_of(received.profile)
    request = _request(said, zone)
    confirmed = _confirmation(said, request)
    remarks = [confirmed] if confirmed and confirmed not in text else []
    if said.platform == Message.Platform.DISCORD:
        kept = request if confirmed != TOO_MANY else None
        offer = zone_offer(received.profile, kept.due) if kept else ""
        return Remarks([*remarks, *([offer] if offer else [])])
    now = timezone.now()
    due = due_of(said.person_id, said.platform, said.channel_id, at=now)
    told = [delivered(one, zone, now) for one in due]
    return Remarks([*remarks, *told], [one.pk for one in due])


def _request(said: Incoming, zone: ZoneInfo) -> Request | None:
    """Return the reminder that a message asks for, or as it corrects one; None for neither."""
    if may_correct(said.text):
        return _correction(said, zone)
    return request_in(said.text, said.sent_at, zone) if names_reminder(said.text) else None


def _confirmation(said: Incoming, request: Request | None) -> str:
    if request is None:
        return ""
    one_more = not may_correct(said.text)
    return TOO_MANY if one_more and has_too_many(said.person_id) else request.confirmation()


def _correction(said: Incoming, zone: ZoneInfo) -> Request | None:
    """Return the reminder that was just asked for as it is meant now; None if none is meant."""
    latest = just_asked(said.person_id, said.channel_id, at=said.sent_at)
    if latest is None:
        return None
    earlier = Request(latest.text, latest.due_at)
    return corrected(said.text, said.sent_at.astimezone(zone), earlier)
