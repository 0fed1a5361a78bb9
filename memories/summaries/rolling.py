"""Let old sessions be recalled by their summaries alone.

The lines of a session older than `ROLL_UP_DAYS` leave the memories; its summary has their messages
as sources, so that deleting or editing one of them still reaches the summary, and its words can
still be quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from memories.actions import forget, remember
from memories.embeddings.work import told_to_the_outbox
from memories.models import Memory, Message
from memories.summaries import ROLLED_SENTENCES, SUMMARISER, extract_summary
from memories.summaries.storing import draft_of, origin_of, still_say
from profiles.queries import may_remember, still_agrees
from profiles.relationship.rules import SESSION_GAP
from whisper.database.access import in_database
from whisper.environment import environment

MOST_MESSAGES = 200
# Of people who no longer agree, lines may be waiting to be erased.
MOST_LOOKED_AT = 50
ROLLED = "rolled into a summary"


async def sum_up_for_good(person_id: int, messages: Sequence[Message]) -> int:
    """Let a session be recalled by its summary alone, and return how many lines went into it.

    Its summary is written again, longer, unless a language model wrote it. The messages stay, as
    its sources.
    """
    written = await in_database(_summary_of, person_id, messages)
    by_hand = SUMMARISER.current is extract_summary
    text = ""
    if by_hand or written is None:
        with told_to_the_outbox():
            text = await (
                extract_summary(messages, ROLLED_SENTENCES)
                if by_hand
                else SUMMARISER.current(messages)
            )
    return await in_database(_roll_up, person_id, messages, text)


def _summary_of(person_id: int, messages: Sequence[Message]) -> Memory | None:
    return Memory.objects.filter(person_id=person_id, origin=origin_of(messages)).first()


def _roll_up(person_id: int, messages: Sequence[Message], text: str) -> int:
    """Put a summary in the place of a session's lines, all or nothing.

    Args:
        text: the new summary; empty if there is one that stays, or nothing to say.
    """
    with transaction.atomic():
        if not still_agrees(person_id) or not still_say(messages):
            return 0
        if text:
            before = Memory.objects.filter(person_id=person_id, origin=origin_of(messages))
            forget(before.values_list("pk", flat=True), reason=ROLLED)
            remember(draft_of(person_id, messages, text))
        lines = Memory.objects.filter(
            kind=Memory.Kind.CONVERSATION,
            person_id=person_id,
            sources__in=[message.pk for message in messages],
        )
        return forget(lines.values_list("pk", flat=True), reason=ROLLED)


def is_old(said_at: datetime) -> bool:
    """Return whether what was said then is recalled by a summary alone."""
    days = environment.roll_up_days
    return bool(days) and timezone.now() - said_at > timedelta(days=days)


def session_with_old_lines() -> tuple[int, list[Message]] | None:
    """Return whose lines are the oldest of all that are due, and the messages of their session."""
    if not environment.roll_up_days:
        return None
    before = timezone.now() - timedelta(days=environment.roll_up_days)
    lines = Memory.objects.filter(kind=Memory.Kind.CONVERSATION, said_at__lt=before)
    due = lines.filter(sources__deleted_at=None, sources__sent_at__lt=before)
    due = due.exclude(sources__text="").exclude(sources=None).order_by("said_at")
    for line in due.defer("embedding")[:MOST_LOOKED_AT]:
        first = line.sources.order_by("sent_at").first()
        if first is not None and line.person_id is not None and may_remember(line.person_id):
            return line.person_id, _session_from(first)
    return None


def _session_from(first: Message) -> list[Message]:
    """Return the messages of a session from one on, of a very long one its first part."""
    rows = Message.objects.filter(
        person_id=first.person_id, channel_id=first.channel_id, sent_at__gte=first.sent_at
    ).exclude(text="")
    session: list[Message] = []
    for message in rows.order_by("sent_at", "pk")[:MOST_MESSAGES]:
        if session and message.sent_at - session[-1].sent_at > SESSION_GAP:
            break
        session.append(message)
    return session
