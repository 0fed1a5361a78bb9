"""Begin a conversation afresh."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from botrunner.models import FreshStart
from whisper.action_log import Actor, log


def start_afresh(
    person_id: int, channel_id: int, *, at: datetime, actor: Actor, reason: str = ""
) -> None:
    """Have replies to a person in a channel leave out what was said there before.

    Args:
        at: when, by the clock that dates the messages.
    """
    with transaction.atomic():
        start, _ = FreshStart.objects.update_or_create(
            person_id=person_id, channel_id=channel_id, defaults={"since": at}
        )
        log("conversation.afresh", actor=actor, reason=reason, person_id=person_id, on=start)


def forget_fresh_starts(person_id: int, before: datetime | None) -> int:
    """Delete where a person began afresh; only before a time if there is one."""
    rows = FreshStart.objects.filter(person_id=person_id)
    if before is not None:
        rows = rows.filter(since__lt=before)
    return rows.delete()[0]
