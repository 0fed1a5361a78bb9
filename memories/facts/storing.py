"""Writes what a message changed in what is known of a person."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from memories.actions import MemoryDraft, end_fact, note_successor, remember
from memories.facts.ledger import Added, Changes, Ended, Fact, Why
from memories.facts.predicates import PREDICATES, SELF
from memories.facts.queries import zone_of_person
from memories.facts.wording import until_words
from memories.models import Memory, Message
from profiles.actions import rename
from profiles.queries import profile_of
from whisper.action_log import COMPANION, Actor

IMPORTANCE = 0.8
VALUE_LENGTH, QUALIFIER_LENGTH, ORIGIN_LENGTH = 200, 64, 128
# A name that is less sure than this is remembered, but the person is not called by it.
SURE_NAME = 0.8
NAMES = {"name": "name", "nickname": "name.preferred"}


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts were stated: in a message, by a command, in an import.

    Args:
        person_id: whose facts they are.
        place, guild_id, channel_id: where they may be told, as in `MemoryDraft`.
        said_at: when.
        speaker: the person's name there.
        origin: what names the source; each fact adds its own part to it.
        message: the stored message; None if there is none.
    """

    person_id: int | None
    place: str
    said_at: datetime
    speaker: str
    origin: str
    guild_id: int | None = None
    channel_id: int | None = None
    message: Message | None = None

    @classmethod
    def of(cls, message: Message) -> Source:
        """Return a stored message as a source of facts."""
        return cls(
            person_id=message.person_id,
            place=message.place,
            said_at=message.sent_at,
            speaker=message.author_name,
            origin=f"fact:{message.pk}",
            guild_id=message.guild_id,
            channel_id=message.audience_channel_id,
            message=message,
        )


def keep(
    source: Source,
    changes: Changes,
    *,
    zone: ZoneInfo | None = None,
    words: str = "",
    actor: Actor = COMPANION,
) -> list[Memory]:
    """Store what was changed by what a person stated; call it in a transaction.

    Args:
        zone: in which the person's days are counted, if their profile has been read already.
        words: what they wrote, where they asked to have just that remembered: it is the text of the
            first fact if the facts don't say all of it.

    Returns:
        The new facts.
    """
    days_in = zone or zone_of_person(source.person_id)
    drafts = {added.fact.key: draft_of(source, added, days_in) for added in changes.added}
    if drafts and words and not _say_all(drafts.values(), words):
        first = next(iter(drafts))
        drafts[first] = replace(drafts[first], text=words)
    kept: dict[object, Memory] = {
        key: remember(draft, actor=actor) for key, draft in drafts.items()
    }
    for added in changes.added:
        if added.by is not None and isinstance(added.by.key, UUID):
            note_successor(kept[added.fact.key].pk, added.by.key)
    for ended in changes.ended:
        end(ended, kept, message=source.message, actor=actor)
    for added in changes.added:
        _address(source.person_id, added.fact)
    return list(kept.values())


_WORD = re.compile(r"\w{3,}")
_LEADING_WORDS = frozenset(
    {"our", "and", "the", "has", "have", "got", "are", "was", "named", "called", "name", "i've"}
)


def _say_all(drafts: Iterable[MemoryDraft], words: str) -> bool:
    """Return whether the sentences of facts hold all telling words of a text."""
    said = " ".join(draft.text.lower() for draft in drafts)
    return all(word in said or word in _LEADING_WORDS for word in _WORD.findall(words.lower()))


def draft_of(source: Source, added: Added, zone: ZoneInfo) -> MemoryDraft:
    """Return a new fact as a memory to be stored.

    Args:
        zone: in which the person's days are counted.
    """
    fact = added.fact
    row = PREDICATES[fact.predicate]
    begins = fact.when.begins(zone) if fact.when else None
    ends = fact.when.ends(zone) if fact.when else None
    text = fact.text(until=added.until)
    return MemoryDraft(
        person_id=source.person_id,
        kind=Memory.Kind.USER_FACT,
        text=text,
        place=source.place,
        guild_id=source.guild_id,
        channel_id=source.channel_id,
        said_at=source.said_at,
        speaker=source.speaker,
        origin=f"{source.origin}:{digest_of(fact)}"[:ORIGIN_LENGTH],
        category=row.category_of(fact.subject),
        slot=fact.slot if fact.until is None else "",
        entity=fact.entity,
        subject=fact.subject,
        predicate=fact.predicate,
        value=fact.value[:VALUE_LENGTH],
        qualifier=(fact.thing or fact.verb)[:QUALIFIER_LENGTH],
        happens_at=begins,
        happens_until=ends,
        valid_from=_earliest(source.said_at, fact.until),
        valid_to=fact.until,
        ending=Memory.Ending.OVER if fact.until is not None else "",
        confidence=fact.confidence,
        importance=IMPORTANCE,
        sources=(source.message.pk,) if source.message else (),
    )


def _earliest(said: datetime, until: datetime | None) -> datetime:
    return said if until is None else min(said, until)


def digest_of(fact: Fact) -> str:
    """Return what tells a fact from others of its source."""
    parts = (
        f"{fact.entity}:{fact.predicate}:{fact.thing}:{fact.value}:{fact.when and fact.when.first}"
    )
    return hashlib.sha256(parts.lower().encode()).hexdigest()[:16]


def end(
    ended: Ended,
    kept: Mapping[Any, Memory],
    *,
    message: Message | None = None,
    actor: Actor = COMPANION,
) -> None:
    """Let a stored fact hold no more.

    Args:
        kept: the memories of new facts, by their key.
        message: the message that said so.
    """
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
        actor=actor,
    )


def _address(person_id: int | None, fact: Fact) -> None:
    """Call the person as they said; a mere name does not replace what they asked to be called."""
    if fact.entity != SELF or fact.predicate not in NAMES or fact.until is not None:
        return
    profile = profile_of(person_id) if person_id is not None else None
    if profile is None or fact.confidence < SURE_NAME:
        return
    if fact.predicate == "nickname" or not profile.preferred_name:
        rename(profile.person_id, preferred_name=fact.value)
