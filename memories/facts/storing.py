"""Writes what a message changed in what is known of a person."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from memories.actions import MemoryDraft, end_fact, note_successor, remember
from memories.facts.ledger import Added, Changes, Ended, Fact, Why
from memories.facts.predicates import PREDICATES, SELF
from memories.facts.queries import own_zone
from memories.facts.wording import until_words
from memories.models import Memory, Message
from profiles.actions import rename
from profiles.queries import profile_of

IMPORTANCE = 0.8
VALUE_LENGTH, QUALIFIER_LENGTH, ORIGIN_LENGTH = 200, 64, 128
# A name that is less sure than this is remembered, but the person is not called by it.
SURE_NAME = 0.8
NAMES = {"name": "name", "nickname": "name.preferred"}


def keep(message: Message, changes: Changes) -> list[Memory]:
    """Store what a message changed; call it in a transaction.

    Returns:
        The new facts.
    """
    kept: dict[object, Memory] = {}
    for added in changes.added:
        kept[added.fact.key] = remember(_draft(message, added))
        if added.by is not None and isinstance(added.by.key, UUID):
            note_successor(kept[added.fact.key].pk, added.by.key)
    for ended in changes.ended:
        _end(message, ended, kept)
    for added in changes.added:
        _address(message, added.fact)
    return list(kept.values())


def _draft(message: Message, added: Added) -> MemoryDraft:
    fact = added.fact
    row = PREDICATES[fact.predicate]
    begins = fact.when.begins(own_zone()) if fact.when else None
    ends = fact.when.ends(own_zone()) if fact.when else None
    text = fact.text(until=added.until)
    return MemoryDraft(
        person_id=message.person_id,
        kind=Memory.Kind.USER_FACT,
        text=text,
        place=message.place,
        guild_id=message.guild_id,
        channel_id=message.audience_channel_id,
        said_at=message.sent_at,
        speaker=message.author_name,
        origin=f"fact:{message.pk}:{_digest(fact)}"[:ORIGIN_LENGTH],
        category=row.category_of(fact.subject),
        slot=fact.slot if fact.until is None else "",
        entity=fact.entity,
        subject=fact.subject,
        predicate=fact.predicate,
        value=fact.value[:VALUE_LENGTH],
        qualifier=(fact.thing or fact.verb)[:QUALIFIER_LENGTH],
        happens_at=begins,
        happens_until=ends,
        valid_from=_earliest(message.sent_at, fact.until),
        valid_to=fact.until,
        ending=Memory.Ending.OVER if fact.until is not None else "",
        confidence=fact.confidence,
        importance=IMPORTANCE,
        sources=(message.pk,),
    )


def _earliest(said: datetime, until: datetime | None) -> datetime:
    return said if until is None else min(said, until)


def _digest(fact: Fact) -> str:
    parts = (
        f"{fact.entity}:{fact.predicate}:{fact.thing}:{fact.value}:{fact.when and fact.when.first}"
    )
    return hashlib.sha256(parts.lower().encode()).hexdigest()[:16]


def _end(message: Message, ended: Ended, kept: dict[object, Memory]) -> None:
    if not isinstance(ended.fact.key, UUID):
        return
    past = replace(ended.fact, until=ended.at)
    told = past.text(until=ended.until or until_words(ended.at, None))
    end_fact(
        ended.fact.key,
        at=ended.at,
        ending=Memory.Ending(ended.why.value),
        text=ended.fact.text() if ended.why is Why.CORRECTED else told,
        by=kept.get(ended.by.key) if ended.by else None,
        message=message,
    )


def _address(message: Message, fact: Fact) -> None:
    """Call the person as they said; a mere name does not replace what they asked to be called."""
    if fact.entity != SELF or fact.predicate not in NAMES or fact.until is not None:
        return
    profile = profile_of(message.person_id) if message.person_id is not None else None
    if profile is None or fact.confidence < SURE_NAME:
        return
    if fact.predicate == "nickname" or not profile.preferred_name:
        rename(profile.person_id, preferred_name=fact.value)
