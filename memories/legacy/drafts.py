"""Rows of the older bot as memories."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from memories.actions import MemoryDraft
from memories.facts.storing import IMPORTANCE
from memories.legacy.rows import LegacyRow
from memories.legacy.slots import slot_of
from memories.models import Memory, Place
from profiles.models import Emotion

ORIGIN_LENGTH = Memory._meta.get_field("origin").max_length or 128
CATEGORY_LENGTH = Memory._meta.get_field("category").max_length or 32
CONTEXT_LENGTH = 300
# What the older bot has no field for.
RESTORED = ("kind", "place", "slot", "category", "context", "speaker", "emotion")
PERSONAL = {Memory.Kind.CONVERSATION, Memory.Kind.USER_FACT, Memory.Kind.SUMMARY}
SAME_SESSION = timedelta(hours=6)
MOST_TALKS = 10_000


@dataclass(slots=True)
class Talks:
    """Remembers the latest reply of each talk: it is the turn before the next line."""

    _latest: OrderedDict[tuple[object, ...], tuple[datetime, str]] = field(
        default_factory=OrderedDict
    )

    def before(self, row: LegacyRow) -> str:
        """Return the turn before a row and remember the row's own; give rows in their order."""
        if not row.kind.is_talk:
            return ""
        talk = (row.user_id, row.kind, row.metadata.get("channel_id"))
        at, reply = self._latest.pop(talk, (row.at, ""))
        self._latest[talk] = (row.at, row.reply)
        if len(self._latest) > MOST_TALKS:
            self._latest.popitem(last=False)
        return reply[:CONTEXT_LENGTH] if abs(row.at - at) <= SAME_SESSION else ""


def origin_of(row: LegacyRow) -> str:
    """Return what names a row among the memories of its owner, in whichever store it lies."""
    origin = f"chroma:{row.digest[:16]}:{row.key}"
    return origin if len(origin) <= ORIGIN_LENGTH else f"chroma:{row.digest}"


def draft_of(
    row: LegacyRow,
    *,
    context: str,
    speaker: str,
    public_channels: Container[int | None],
) -> MemoryDraft:
    """Return the memory of a row.

    Args:
        context: the turn before it.
        speaker: the name of who said it.
        public_channels: the channels that everybody in their server can read. The older bot did
            not keep that, so what was said in any other comes to mind in its own channel only.
    """
    talk = row.kind.is_talk
    draft = MemoryDraft(
        person_id=row.user_id,
        kind=_kind(row),
        text=row.text,
        place=_place(row, public_channels),
        said_at=row.at,
        channel_id=row.channel_id,
        guild_id=row.guild_id,
        context=context,
        speaker=speaker if talk else "",
        origin=origin_of(row),
        category=row.category[:CATEGORY_LENGTH],
        slot="" if talk or row.user_id is None else slot_of(row.text),
        emotion=row.emotion if row.emotion in Emotion.values else "",
        confidence=row.confidence,
        importance=0.3 + 0.4 * row.intensity if talk else IMPORTANCE,
        # What was said in private may be among the facts that belong to all, and none tells where.
        hidden=row.user_id is None,
    )
    return _restored(draft, row.ours) if row.ours else draft


def _restored(draft: MemoryDraft, ours: Mapping[str, Any]) -> MemoryDraft:
    """Return a memory that was written back from here as it was; what was hidden stays so."""
    fields: dict[str, Any] = {
        name: ours[name] for name in RESTORED if isinstance(ours.get(name), str)
    }
    if draft.person_id is None or fields.get("kind") not in PERSONAL:
        fields.pop("kind", None)
    if fields.get("place") not in Place.values:
        fields.pop("place", None)
    if fields.get("emotion") not in ("", *Emotion.values):
        fields.pop("emotion", None)
    importance = ours.get("importance")
    if isinstance(importance, float) and 0 <= importance <= 1:
        fields["importance"] = importance
    return replace(draft, **fields)


def _kind(row: LegacyRow) -> str:
    if row.user_id is None:
        return Memory.Kind.SHARED_FACT
    return Memory.Kind.CONVERSATION if row.kind.is_talk else Memory.Kind.USER_FACT


def _place(row: LegacyRow, public_channels: Container[int | None]) -> str:
    if row.guild_id is not None:
        public = row.channel_id in public_channels
        return Place.PUBLIC_CHANNEL if public else Place.PRIVATE_CHANNEL
    return Place.IMPORT if row.channel_id is None else Place.DIRECT
