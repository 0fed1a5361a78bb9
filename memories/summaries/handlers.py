"""The worker's part of summaries: remember what a session was about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from memories.actions import SUMMARY, MemoryDraft, remember
from memories.embeddings.work import told_to_the_outbox
from memories.models import Memory, Message
from memories.summaries import SUMMARISER
from profiles.queries import may_remember, still_agrees
from profiles.relationship.rules import SESSION_GAP
from whisper import outbox
from whisper.database.access import in_database

FEWEST_MESSAGES = 4
MOST_MESSAGES = 200
IMPORTANCE = 0.6


@outbox.handles(SUMMARY)
async def summarise(payloads: Sequence[dict[str, Any]]) -> None:
    """Remember what sessions were about, of people who still agree to it."""
    for payload in payloads:
        person_id, until = int(payload["person"]), datetime.fromisoformat(payload["until"])
        messages = await in_database(_session, person_id, int(payload["channel"]), until)
        if len(messages) < FEWEST_MESSAGES:
            continue
        with told_to_the_outbox():
            text = await SUMMARISER.current(messages)
        if text:
            await in_database(_keep, person_id, messages, text)


def _session(person_id: int, channel_id: int, until: datetime) -> list[Message]:
    """Return a person's and the companion's messages of the session that ended at a time.

    None if the person no longer agrees: nothing is derived of them.
    """
    if not may_remember(person_id):
        return []
    rows = Message.objects.filter(
        person_id=person_id, channel_id=channel_id, sent_at__lte=until + timedelta(minutes=5)
    ).exclude(text="")
    session: list[Message] = []
    for message in rows.order_by("-sent_at")[:MOST_MESSAGES]:
        if session and session[-1].sent_at - message.sent_at > SESSION_GAP:
            break
        session.append(message)
    return session[::-1]


def _keep(person_id: int, messages: Sequence[Message], text: str) -> None:
    last = messages[-1]
    draft = MemoryDraft(
        person_id=person_id,
        kind=Memory.Kind.SUMMARY,
        text=text,
        place=last.place,
        guild_id=last.guild_id,
        channel_id=last.audience_channel_id,
        said_at=last.sent_at,
        origin=f"summary:{last.pk}",
        importance=IMPORTANCE,
        sources=[message.pk for message in messages],
    )
    with transaction.atomic():
        # They may have been forgotten, deleted or edited while the summary was written.
        if still_agrees(person_id) and _still_say(messages):
            remember(draft)


def _still_say(messages: Sequence[Message]) -> bool:
    """Return whether all messages are there and say what they said."""
    rows = Message.objects.filter(pk__in=[message.pk for message in messages])
    texts = dict(rows.values_list("pk", "text"))
    return all(texts.get(message.pk) == message.text for message in messages)
