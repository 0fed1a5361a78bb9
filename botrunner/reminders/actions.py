"""The only writer of reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from botrunner.models import Reminder
from botrunner.reminders.asking import LONGEST_TASK, Request, corrected, request_in
from botrunner.reminders.queries import has_too_many, just_asked
from memories.actions import clean_to_keep
from memories.models import Message
from profiles.preferences import zone_of
from profiles.queries import erased_extent, profile_of, still_agrees
from whisper.action_log import Actor, log

# A reminder that was sent can be put off until then.
KEPT = timedelta(days=7)


class TooManyError(Exception):
    """A person has as many reminders waiting as they may."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a reminder is delivered."""

    platform: str
    channel_id: int
    guild_id: int | None = None


@transaction.atomic
def add(
    person_id: int, request: Request, destination: Destination, *, actor: Actor, reason: str = ""
) -> Reminder | None:
    """Keep a reminder that a command asks for; None if the person has not agreed to be remembered.

    Raises:
        TooManyError: too many wait already.
    """
    if not still_agrees(person_id):
        return None
    if has_too_many(person_id):
        raise TooManyError
    reminder = Reminder.objects.create(
        person_id=person_id,
        text=clean_to_keep(request.task)[:LONGEST_TASK],
        due_at=request.due,
        platform=destination.platform,
        channel_id=destination.channel_id,
        guild_id=destination.guild_id,
    )
    log("reminder.add", actor=actor, reason=reason, person_id=person_id, on=reminder)
    return reminder


@transaction.atomic
def follow_message(message_pk: int) -> None:
    """Let there be the reminder that a message asks for, as it reads now, and no other of it.

    One that was delivered stays as it is.
    """
    message = Message.objects.filter(pk=message_pk).first()
    Reminder.objects.filter(message_id=message_pk, state=Reminder.State.WAITING).delete()
    if message is None or message.person_id is None or not message.text:
        return
    if Reminder.objects.filter(message_id=message_pk).exists():
        return
    zone = zone_of(profile_of(message.person_id))
    request = request_in(message.text, message.sent_at, zone)
    if request is None:
        _correct(message, zone)
        return
    where = Destination(message.platform, message.channel_id, message.guild_id)
    try:
        reminder = add(message.person_id, request, where, actor=Actor.person(message.person_id))
    except TooManyError:
        return
    if reminder is not None:
        Reminder.objects.filter(pk=reminder.pk).update(message=message)


def _correct(message: Message, zone: ZoneInfo) -> None:
    """Let the reminder that was just asked for come when a message says instead."""
    if message.person_id is None:
        return
    latest = just_asked(message.person_id, message.channel_id, at=message.sent_at)
    if latest is None:
        return
    earlier = Request(latest.text, latest.due_at)
    mended = corrected(message.text, message.sent_at.astimezone(zone), earlier)
    if mended is not None:
        Reminder.objects.filter(pk=latest.pk).update(due_at=mended.due)


def note_sent(reminder_pk: int, *, at: datetime) -> None:
    """Note that a reminder was delivered."""
    Reminder.objects.filter(pk=reminder_pk).update(state=Reminder.State.SENT, sent_at=at)


def note_failed(reminder_pk: int) -> None:
    """Note that a reminder can't be delivered: the person can't be reached any more."""
    Reminder.objects.filter(pk=reminder_pk).update(state=Reminder.State.FAILED)


@transaction.atomic
def put_off(
    reminder_pk: int, person_id: int, *, until: datetime, actor: Actor, reason: str = ""
) -> bool:
    """Let a person's reminder come again at a time; False if it is gone."""
    rows = Reminder.objects.filter(pk=reminder_pk, person_id=person_id)
    changed = rows.update(state=Reminder.State.WAITING, due_at=until, sent_at=None)
    if changed:
        reminder = rows.get()
        log("reminder.put_off", actor=actor, reason=reason, person_id=person_id, on=reminder)
    return bool(changed)


@transaction.atomic
def cancel(reminder_pk: int, person_id: int, *, actor: Actor, reason: str = "") -> str | None:
    """Remove a person's reminder, and return what it was of; None if it is gone."""
    reminder = Reminder.objects.filter(pk=reminder_pk, person_id=person_id).first()
    if reminder is None:
        return None
    log("reminder.cancel", actor=actor, reason=reason, person_id=person_id, on=reminder)
    reminder.delete()
    return reminder.text


def delete_old(now: datetime | None = None) -> int:
    """Delete what was delivered, or could not be, long enough ago; return how many."""
    before = (now or timezone.now()) - KEPT
    rows = Reminder.objects.exclude(state=Reminder.State.WAITING).filter(due_at__lt=before)
    return rows.delete()[0]


def erase_person(person_id: int, before: datetime | None = None) -> int:
    """Delete a person's reminders and return how many there were.

    Args:
        before: erase again what is older than this erasure of theirs; who agreed again since keeps
            what is newer.
    """
    extent = erased_extent(person_id, erasure=before)
    rows = Reminder.objects.filter(extent.of(Reminder, "created_at"), person_id=person_id)
    return rows.delete()[0]


def drop_of_message(message_pk: int) -> None:
    """Delete the reminder that a message asked for."""
    Reminder.objects.filter(message_id=message_pk).delete()
