"""The worker's part of summaries: remember what a session was about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from memories.actions import SUMMARY
from memories.embeddings.work import told_to_the_outbox
from memories.models import Message
from memories.summaries import SUMMARISER
from memories.summaries.rolling import MOST_MESSAGES, is_old, sum_up_for_good
from memories.summaries.storing import keep_summary
from profiles.queries import may_remember
from profiles.relationship.rules import SESSION_GAP
from whisper import outbox
from whisper.database.access import in_database

FEWEST_MESSAGES = 4


@outbox.handles(SUMMARY, "summaries of conversations", can_wait=True)
async def summarise(payloads: Sequence[dict[str, Any]]) -> None:
    """Remember what sessions were about, of people who still agree to it."""
    for payload in payloads:
        person_id, until = int(payload["person"]), datetime.fromisoformat(payload["until"])
        messages = await in_database(_session, person_id, int(payload["channel"]), until)
        if messages and is_old(messages[-1].sent_at):
            await sum_up_for_good(person_id, messages)
        elif len(messages) >= FEWEST_MESSAGES:
            with told_to_the_outbox():
                text = await SUMMARISER.current(messages)
            if text:
                await in_database(keep_summary, person_id, messages, text)


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
