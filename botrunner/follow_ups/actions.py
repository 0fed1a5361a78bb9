"""The only place that writes who wants to be asked, and what they are asked."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from botrunner.follow_ups.queries import asked_lately, due_wishes, may_ask
from botrunner.models import FollowUps, Reminder
from botrunner.reminders.actions import Destination
from botrunner.reminders.asking import LONGEST_TASK
from memories.actions import clean_to_keep
from memories.models import Message
from profiles.models import Profile
from profiles.queries import erased_extent, still_agrees
from profiles.relationship.actions import followed_up
from whisper.action_log import COMPANION, Actor, log

# Later than this after the time that was wished, it says so.
LATE = timedelta(days=1)


@transaction.atomic
def want_follow_ups(
    person_id: int,
    *,
    where: str,
    per_week: int,
    quiet_from: int,
    quiet_until: int,
    actor: Actor,
    reason: str = "",
) -> FollowUps | None:
    """Let a person be asked how something went; None if they have not agreed to be remembered.

    Args:
        where: a value of `FollowUps.Where`.
        per_week: how often at most.
        quiet_from: hour of their day from which on they aren't asked.
        quiet_until: hour from which on they are again; the same for no quiet hours.
    """
    if not still_agrees(person_id):
        return None
    values = {
        "where": where,
        "per_week": per_week,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
    }
    wanted, _ = FollowUps.objects.update_or_create(person_id=person_id, defaults=values)
    log("follow_ups.on", actor=actor, reason=reason, person_id=person_id, on=wanted)
    return wanted


@transaction.atomic
def stop_follow_ups(person_id: int, *, actor: Actor, reason: str = "") -> bool:
    """Ask a person nothing unasked any more; False if nothing was."""
    Reminder.objects.filter(
        person_id=person_id, kind=Reminder.Kind.FOLLOW_UP, state=Reminder.State.WAITING
    ).delete()
    stopped = bool(FollowUps.objects.filter(person_id=person_id).delete()[0])
    if stopped:
        log("follow_ups.off", actor=actor, reason=reason, person_id=person_id)
    return stopped


def ask_due(at: datetime) -> int:
    """Have people asked what they wanted to be asked about by a time; return how many.

    Who may not be asked now keeps the wish for later.
    """
    return sum(_ask(profile, at) for profile in due_wishes(at))


@transaction.atomic
def _ask(profile: Profile, at: datetime) -> bool:
    rows = FollowUps.objects.select_for_update().filter(person_id=profile.person_id)
    wanted = rows.first()
    if wanted is None or not may_ask(wanted, profile, at):
        return False
    pk = profile.follow_up_message_id
    said = Message.objects.filter(person_id=profile.person_id, deleted_at=None)
    wish = said.filter(pk=pk).first() if pk is not None else None
    # What is gone, or was brought along, waits until they talk.
    if wish is None or Reminder.objects.filter(message=wish).exists():
        return False
    meant = profile.follow_up_at or at
    where = _where_to_ask(wanted, wish)
    asked = Reminder.objects.create(
        kind=Reminder.Kind.FOLLOW_UP,
        person_id=profile.person_id,
        message=wish,
        text=clean_to_keep(wish.text)[:LONGEST_TASK],
        due_at=meant if at - meant > LATE else at,
        platform=where.platform,
        channel_id=where.channel_id,
        guild_id=where.guild_id,
    )
    followed_up(profile.person_id, pk)
    times = [*asked_lately(wanted, at), at]
    rows.update(asked=[one.isoformat() for one in times])
    log("follow_ups.ask", actor=COMPANION, person_id=profile.person_id, on=asked)
    return True


def _where_to_ask(wanted: FollowUps, wish: Message) -> Destination:
    """Return where to ask; at the terminal and in the web chat, with the next reply there."""
    direct = wanted.where == FollowUps.Where.DIRECT
    if direct and wish.platform == Message.Platform.DISCORD:
        return Destination(wish.platform, 0)
    return Destination(wish.platform, wish.channel_id, wish.guild_id)


def forget_follow_ups(person_id: int, before: datetime | None) -> int:
    """Delete how a person wanted to be asked; return how many rows that were.

    Args:
        before: erase again what is older than this erasure of theirs; who agreed again since keeps
            what is newer.
    """
    extent = erased_extent(person_id, erasure=before)
    rows = FollowUps.objects.filter(extent.of(FollowUps, "since"), person_id=person_id)
    return rows.delete()[0]
