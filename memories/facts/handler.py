"""The worker's part of facts: find them in a message and remember them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from memories.actions import FACTS, NAME_SLOTS, PREFERRED_NAME, MemoryDraft, remember
from memories.facts import FactDraft, facts_in
from memories.models import Memory, Message, Place
from profiles.actions import rename
from profiles.queries import may_remember, profile_of, still_agrees
from whisper import outbox
from whisper.database.access import in_database

IMPORTANCE = 0.8

_NAMED = re.compile(r"\b(?:name is|called) (?P<name>[^.]{1,60})\.?$")
_OVER = re.compile(r"\bno longer (?:\w+ ){1,2}(?P<value>[^.]+)")


@outbox.handles(FACTS)
async def find_facts(payloads: Sequence[dict[str, Any]]) -> None:
    """Remember the facts that messages state, of people who still agree to it."""
    for payload in payloads:
        message = await in_database(_message, int(payload["message"]))
        if message is not None:
            drafts = await facts_in(message.text, author_name=message.author_name)
            await in_database(_remember, message.pk, message.text, drafts)


def _message(pk: int, agrees: Callable[[int], bool] = may_remember) -> Message | None:
    """Return a message that may be looked into; None where it is gone or its author said no."""
    message = Message.objects.filter(pk=pk).exclude(text="").first()
    if message is None or message.person_id is None or not agrees(message.person_id):
        return None
    return message


def _remember(message_pk: int, text: str, drafts: Sequence[FactDraft]) -> None:
    with transaction.atomic():
        # They may have been forgotten while the facts were looked for, or have edited it: then an
        # entry for the new text waits.
        message = _message(message_pk, still_agrees)
        if message is None or message.person_id is None or message.text != text:
            return
        for draft in drafts:
            if not _is_news(message, draft):
                continue
            key = draft.slot or hashlib.sha256(draft.text.lower().encode()).hexdigest()[:16]
            memory = remember(
                MemoryDraft(
                    person_id=message.person_id,
                    kind=Memory.Kind.USER_FACT,
                    text=draft.text,
                    place=message.place,
                    guild_id=message.guild_id,
                    channel_id=message.room_id,
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
            if draft.slot in NAME_SLOTS and memory.valid_to is None:
                _address(message.person_id, draft)


def _is_news(message: Message, draft: FactDraft) -> bool:
    """Tell whether a fact says something new where it is said.

    The same words again do not, unless they were said where fewer can read; nor does «They no
    longer live in Ghent» of somebody known to live in Lyon: it would only hide that.
    """
    current = Memory.objects.filter(
        person_id=message.person_id, kind=Memory.Kind.USER_FACT, slot=draft.slot, valid_to=None
    )
    same = current.filter(text=draft.text)
    if message.place != Place.DIRECT:
        public = Q(place=Place.PUBLIC_CHANNEL, guild_id=message.guild_id)
        same = same.filter(Q(channel_id=message.room_id) | public)
    if same.exists():
        return False
    over = _OVER.search(draft.text)
    return over is None or not current.exists() or _mentions(current, over["value"])


def _mentions(facts: QuerySet[Memory], value: str) -> bool:
    return facts.filter(text__icontains=value).exists()


def _address(person_id: int, draft: FactDraft) -> None:
    """Call the person as they said; a mere name does not replace what they asked to be called."""
    named = _NAMED.search(draft.text)
    profile = profile_of(person_id)
    if named is None or profile is None:
        return
    if draft.slot == PREFERRED_NAME or not profile.preferred_name:
        rename(person_id, preferred_name=named["name"])
