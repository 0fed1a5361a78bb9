"""The worker's part of facts: find them in a message and remember them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from memories.actions import MemoryDraft, remember
from memories.facts import FactDraft, facts_in
from memories.models import Memory, Message
from profiles.actions import rename
from profiles.queries import may_remember
from whisper import outbox
from whisper.db import in_database

FACTS = "memories.facts"
IMPORTANCE = 0.8
PREFERRED_NAME = "name.preferred"


@outbox.handles(FACTS)
async def find_facts(payloads: Sequence[dict[str, Any]]) -> None:
    """Remember the facts that messages state, of people who still agree to it."""
    for payload in payloads:
        message = await in_database(_message, int(payload["message"]))
        if message is not None:
            drafts = await facts_in(message.text, author_name=message.author_name)
            await in_database(_remember, message.pk, drafts)


def _message(pk: int) -> Message | None:
    message = Message.objects.filter(pk=pk).exclude(text="").first()
    if message is None or message.person_id is None or not may_remember(message.person_id):
        return None
    return message


def _remember(message_pk: int, drafts: Sequence[FactDraft]) -> None:
    with transaction.atomic():
        # They may have been forgotten while the facts were looked for.
        message = _message(message_pk)
        if message is None or message.person_id is None:
            return
        for draft in drafts:
            key = draft.slot or hashlib.sha256(draft.text.lower().encode()).hexdigest()[:16]
            memory = remember(
                MemoryDraft(
                    owner_id=message.person_id,
                    kind=Memory.Kind.USER_FACT,
                    text=draft.text,
                    place=message.place,
                    guild_id=message.guild_id,
                    channel_id=message.channel_id,
                    said_at=message.sent_at,
                    speaker=message.author_name,
                    origin=f"fact:{message.pk}:{key}"[:128],
                    category=draft.category,
                    slot=draft.slot,
                    confidence=draft.confidence,
                    importance=IMPORTANCE,
                    sources=(message.pk,),
                )
            )
            if draft.slot == PREFERRED_NAME and memory.valid_to is None:
                rename(message.person_id, preferred_name=_value(draft.text))


def _value(text: str) -> str:
    """Return what «They want to be called Annie.» names."""
    return text.rstrip(".").rsplit(" called ", 1)[-1]
