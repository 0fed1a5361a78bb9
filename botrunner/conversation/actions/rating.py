"""What a person thought of a reply, and what follows for the memories that it was made from."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from memories import actions
from memories.models import Memory, ReplyTrace
from whisper.action_log import Actor, log

# How much a rating changes the importance of each memory that the reply was made from.
STEP = 0.1


def rate_reply(
    platform: str,
    platform_id: int,
    person_id: int,
    *,
    good: bool,
    actor: Actor,
    reason: str = "",
) -> int | None:
    """Keep what a person thought of the reply to their message; the same again changes nothing.

    The memories of theirs that its prompt quoted become more or less important.

    Returns:
        How many memories that were; None if nothing is kept of why the reply was given.
    """
    with transaction.atomic():
        traces = ReplyTrace.objects.select_for_update().filter(
            message__platform=platform, message__platform_id=platform_id, person_id=person_id
        )
        trace = traces.first()
        if trace is None:
            return None
        rating = 1 if good else -1
        change = rating - (trace.rating or 0)
        ReplyTrace.objects.filter(pk=trace.pk).update(rating=rating)
        used = _used(trace)
        if change:
            log(
                "conversation.rate",
                actor=actor,
                reason=reason,
                person_id=person_id,
                on=trace,
                changes={"rating": (trace.rating, rating)},
            )
        if change and used:
            actions.weigh(used, change * STEP, actor=actor, reason=reason)
        return len(used)


def _used(trace: ReplyTrace) -> list[UUID]:
    """Return the person's own memories that a reply's prompt quoted."""
    ids = [one["id"] for one in trace.recalled if one.get("in_prompt", True)]
    rows = Memory.objects.filter(pk__in=ids, person_id=trace.person_id)
    return list(rows.values_list("pk", flat=True))
