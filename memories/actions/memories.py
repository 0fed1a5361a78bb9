"""Write memories: remember, correct, approve and forget them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import F, Q, QuerySet

from memories.actions.base import (
    BATCH,
    FORGOTTEN,
    clean_to_keep,
    enqueue_embedding,
    log_memories,
    number,
)
from memories.actions.facts import supersede_each
from memories.actions.vectors import set_vector
from memories.embeddings.base import Vector, Vectors
from memories.index import changes, revisions
from memories.models import (
    ImportedRow,
    Memory,
)
from whisper.action_log import COMPANION, Actor, log
from whisper.database.inserting import insert_all
from whisper.database.prepared import prepared, prepared_update
from whisper.database.updating import update_all
from whisper.names import safe_name


@dataclass(frozen=True, slots=True)
class MemoryDraft:
    """A memory before it is stored; the fields are those of `Memory`.

    Args:
        origin: what it is made from; a second draft of the same owner and origin changes nothing.
        slot: a current memory of the same owner and slot is superseded.
        valid_from: since when a fact is true; None: since it was said.
        valid_to: when it ended, if it is stored as past.
        hidden: not recalled until an admin approves it.
    """

    person_id: int | None
    kind: str
    text: str
    place: str
    said_at: datetime
    channel_id: int | None = None
    guild_id: int | None = None
    context: str = ""
    speaker: str = ""
    origin: str = ""
    category: str = ""
    slot: str = ""
    entity: str = ""
    subject: str = ""
    predicate: str = ""
    value: str = ""
    qualifier: str = ""
    happens_at: datetime | None = None
    happens_until: datetime | None = None
    ending: str = ""
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    emotion: str = ""
    confidence: float = 1.0
    importance: float = 0.5
    hidden: bool = False
    sources: Sequence[int] = field(default=())


def remember(
    draft: MemoryDraft,
    *,
    vector: Vector | None = None,
    model: str = "",
    actor: Actor = COMPANION,
    reason: str = "",
) -> Memory:
    """Store a memory and supersede what its slot held.

    Args:
        vector: unit vector of the text, shape (dimension,); without one it is embedded later.
        model: who made the vector.
    """
    vectors = None if vector is None else np.asarray(vector)[None]
    return remember_all([draft], vectors=vectors, model=model, actor=actor, reason=reason)[0]


def remember_all(
    drafts: Iterable[MemoryDraft],
    *,
    vectors: Vectors | None = None,
    model: str = "",
    embed_later: bool = True,
    actor: Actor = COMPANION,
    reason: str = "",
) -> list[Memory]:
    """Store memories in one transaction, as `remember` does one after the other.

    Returns:
        One memory a draft; for an origin that is known the memory that was there.

    Args:
        vectors: unit vectors of the texts, shape (drafts, dimension).
        model: who made the vectors.
        embed_later: whether the worker makes the vectors that are not given; else `reembed` does.
    """
    drafts = list(drafts)
    memories: list[Memory] = []
    with transaction.atomic():
        for start in range(0, len(drafts), BATCH):
            part = slice(start, start + BATCH)
            fresh = [_memory(draft) for draft in drafts[part]]
            if vectors is not None:
                for memory, vector in zip(fresh, vectors[part], strict=True):
                    set_vector(memory, vector, model)
            memories += _remember_batch(drafts[part], fresh, embed_later=embed_later)
        log_memories("memory.remember", memories, actor, reason)
    return memories


def _memory(draft: MemoryDraft) -> Memory:
    values = {name: getattr(draft, name) for name in draft.__slots__ if name != "sources"}
    values["text"], values["context"] = clean_to_keep(draft.text), clean_to_keep(draft.context)
    values["speaker"] = safe_name(draft.speaker)
    values["valid_from"] = draft.valid_from or draft.said_at
    return Memory(**values)


def _remember_batch(
    drafts: Sequence[MemoryDraft], fresh: Sequence[Memory], *, embed_later: bool
) -> list[Memory]:
    revisions.lock_or_make(memory.partition_key for memory in fresh)
    known = _known(fresh)
    memories, new = [], []
    for draft, memory in zip(drafts, fresh, strict=True):
        origin = (memory.person_id, memory.origin or memory.pk)
        if origin not in known:
            known[origin] = memory
            new.append((draft, memory))
        memories.append(known[origin])
    number([memory for _, memory in new])
    insert_all([memory for _, memory in new])
    insert_all(
        Memory.sources.through(memory_id=memory.pk, message_id=message)
        for draft, memory in new
        for message in dict.fromkeys(draft.sources)
    )
    supersede_each(memory for _, memory in new)
    if embed_later:
        enqueue_embedding([memory for _, memory in new if memory.embedding is None])
    # After what embeds them: the worker then indexes most of them once, with their vectors.
    changes.changed([memory for _, memory in new])
    return memories


_of_origin = prepared(
    lambda person_id, origin: Memory.objects.filter(person_id=person_id, origin=origin).exclude(
        origin=""
    )
)


def _known(memories: Sequence[Memory]) -> dict[tuple[int | None, str | uuid.UUID], Memory]:
    """Return the stored memories that have the owner and origin of one of these."""
    if len(memories) == 1 and memories[0].origin and memories[0].person_id is not None:
        held = _of_origin(memories[0].person_id, memories[0].origin)
        return {(row.person_id, row.origin): row for row in held}
    named = [memory for memory in memories if memory.origin]
    owners = Q(person_id__in={one.person_id for one in named if one.person_id is not None})
    if any(one.person_id is None for one in named):
        owners |= Q(person_id=None)
    # The exclusion lets the database use the partial index of origins.
    rows = Memory.objects.filter(owners, origin__in={one.origin for one in named})
    return {(row.person_id, row.origin): row for row in rows.exclude(origin="")} if named else {}


def change_text(memory: Memory, text: str, *, actor: Actor = COMPANION, reason: str = "") -> None:
    """Change what a memory says; its vector is made again.

    Replies then state a fact in these words: its parts, which said something else, are dropped.
    """
    with transaction.atomic():
        Memory.objects.filter(pk=memory.pk).update(
            text=clean_to_keep(text),
            predicate="",
            value="",
            qualifier="",
            embedding=None,
            embedding_model="",
            embedding_dimension=None,
            revision=revisions.next_revision(memory.partition_key),
        )
        log_memories("memory.correct", [memory], actor, reason)
        enqueue_embedding([memory])
        changes.changed([memory])


def approve(memory_ids: Iterable[uuid.UUID], *, actor: Actor = COMPANION, reason: str = "") -> int:
    """Let hidden memories be recalled where they belong and return how many were hidden."""
    rows = Memory.objects.filter(pk__in=list(memory_ids), hidden=True)
    return _mark(rows, "hidden", False, ("memory.approve", actor, reason))


def pin(memory_ids: Iterable[uuid.UUID], *, actor: Actor = COMPANION, reason: str = "") -> int:
    """Let memories come first where a text is about them; return how many were not pinned."""
    rows = Memory.objects.filter(pk__in=list(memory_ids), pinned=False)
    return _mark(rows, "pinned", True, ("memory.pin", actor, reason))


def unpin(memory_ids: Iterable[uuid.UUID], *, actor: Actor = COMPANION, reason: str = "") -> int:
    """Let pinned memories be like any other again and return how many were pinned."""
    rows = Memory.objects.filter(pk__in=list(memory_ids), pinned=True)
    return _mark(rows, "pinned", False, ("memory.unpin", actor, reason))


def weigh(
    memory_ids: Iterable[uuid.UUID], by: float, *, actor: Actor = COMPANION, reason: str = ""
) -> int:
    """Make memories more or less important, between 0 and 1; return how many there were."""

    def weighed(memory: Memory) -> float:
        return round(min(1.0, max(0.0, memory.importance + by)), 3)

    rows = Memory.objects.filter(pk__in=list(memory_ids))
    return _change(rows, "importance", weighed, ("memory.weigh", actor, reason))


def _mark(rows: QuerySet[Memory], name: str, value: bool, entry: tuple[str, Actor, str]) -> int:
    """Set a field of some memories and return how many there were, as `_change` does."""
    return _change(rows, name, lambda _: value, entry)


def _change(
    rows: QuerySet[Memory],
    name: str,
    value: Callable[[Memory], bool | float],
    entry: tuple[str, Actor, str],
) -> int:
    """Change a field of some memories and return how many there were.

    Args:
        value: returns what a memory is to hold.
        entry: event, actor and reason for the action log.
    """
    event, actor, reason = entry
    with transaction.atomic():
        rows = rows.defer("embedding")
        revisions.lock_or_make(memory.partition_key for memory in rows)
        # Read again under the lock: what two people do to one memory at once is done once.
        memories = list(rows.order_by("revision"))
        for memory in memories:
            setattr(memory, name, value(memory))
        number(memories)
        update_all(memories, (name, "revision"))
        log_memories(event, memories, actor, reason)
        changes.changed(memories)
    return len(memories)


def forget(memory_ids: Iterable[uuid.UUID], *, actor: Actor = COMPANION, reason: str = "") -> int:
    """Remove memories for good and return how many there were."""
    with transaction.atomic():
        memories = list(Memory.objects.filter(pk__in=list(memory_ids)).defer("embedding"))
        keys = revisions.lock(memory.partition_key for memory in memories)
        # That an older store held it is kept, so that it is not brought again; what it said is not.
        ImportedRow.objects.filter(memory__in=memories).update(
            outcome=FORGOTTEN, document="", metadata={}
        )
        Memory.objects.filter(pk__in=[memory.pk for memory in memories]).delete()
        revisions.note_removal(keys)
        log_memories("memory.forget", memories, actor, reason)
        changes.removed(memories)
    return len(memories)


def note_recalls(memory_ids: Iterable[uuid.UUID], *, at: datetime) -> None:
    """Count that a reply used memories; no index knows of it, so their revisions stay."""
    _count_recall(at, *memory_ids)


_count_recall = prepared_update(
    lambda at, *pks: (
        Memory.objects.filter(pk__in=pks),
        {"recall_count": F("recall_count") + 1, "recalled_at": at},
    )
)


def note_search(account_id: int, person_id: int | None, *, by: Iterable[str]) -> None:
    """Log that an account looked at memories; not the words it looked for.

    Args:
        person_id: whose memories; None for everybody's.
        by: names of what it was narrowed by.
    """
    log(
        "memory.search",
        actor=Actor.admin(account_id),
        person_id=person_id,
        reason=f"by {', '.join(by)}",
    )
