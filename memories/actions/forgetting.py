"""Forget memories so that it can be undone for a day.

A forgotten memory leaves its table at once, and with it recall, search, exports and every index.
What its person takes back or erases meanwhile goes from here too (`drop_quoting`, `drop_of`), so an
undo brings back nothing that they want to be gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Field, Q
from django.utils import timezone

from memories.actions.base import BATCH, enqueue_embedding, log_memories, number
from memories.actions.facts import supersede_each
from memories.actions.memories import forget
from memories.index import changes, revisions
from memories.models import ForgottenMemory, ImportedRow, Memory, Message, RemovedPlace
from profiles.queries import refusals
from whisper.action_log import Actor
from whisper.action_log.actions import REASON_LENGTH
from whisper.personal_data.withdrawing import Withdrawal
from whisper.retention import AT_ONCE

UNDONE_WITHIN = timedelta(hours=24)
# What a forgotten memory has columns of its own for, and what is made again.
_OWN = {"id", "person_id", "kind", "text", "context", "place", "guild_id", "channel_id"}
_MADE = {"embedding", "embedding_model", "embedding_dimension", "revision"}
_OTHERS: tuple[Field[Any, Any], ...] = tuple(
    field for field in Memory._meta.concrete_fields if field.attname not in _OWN | _MADE
)


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What an undo did.

    Args:
        count: how many memories are there again.
        left: how many are not: their person declined since, they were said in a place that is gone,
            or something was made of the same since.
    """

    count: int
    left: int


def put_aside(
    memory_ids: Iterable[UUID], *, actor: Actor, reason: str = "", batch: UUID | None = None
) -> int:
    """Forget memories, and keep them aside for a day; return how many there were.

    Args:
        batch: what `bring_back` undoes; a new one without.
    """
    ids, batch = list(memory_ids), batch or uuid4()
    with transaction.atomic():
        rows = Memory.objects.filter(pk__in=ids).defer("embedding")
        revisions.lock({memory.partition_key for memory in rows})
        memories = list(rows.prefetch_related("sources", "supersedes", "imported_rows"))
        kept = [_aside(memory, batch, actor, reason) for memory in memories]
        ForgottenMemory.objects.bulk_create(kept, batch_size=BATCH)
        _link(ForgottenMemory.sources.through, "forgottenmemory_id", memories)
        return forget([memory.pk for memory in memories], actor=actor, reason=reason)


def bring_back(batch: UUID, *, actor: Actor, reason: str = "") -> BroughtBack:
    """Undo a forgetting: what may be there is there again, and nothing of it is kept aside."""
    since = timezone.now() - UNDONE_WITHIN
    with transaction.atomic():
        kept = ForgottenMemory.objects.filter(batch=batch, forgotten_at__gt=since)
        # Locked, so that two admins who undo the same do it once.
        rows = list(kept.select_for_update().prefetch_related("sources"))
        back = _that_may_return(rows)
        memories = _without_what_is_gone([_memory(row) for row in back])
        revisions.lock_or_make({memory.partition_key for memory in memories})
        number(memories)
        Memory.objects.bulk_create(memories, batch_size=BATCH)
        _link(Memory.sources.through, "memory_id", back)
        for row in back:
            _link_again(row)
        supersede_each(memories)
        ForgottenMemory.objects.filter(pk__in=[row.pk for row in rows]).delete()
        log_memories("memory.bring_back", memories, actor, reason)
        enqueue_embedding(memories)
        changes.changed(memories)
    return BroughtBack(len(back), len(rows) - len(back))


def destroy_forgotten(before: datetime) -> int:
    """Delete some of what was forgotten before a time, for good."""
    rows = ForgottenMemory.objects.filter(forgotten_at__lt=before).values_list("pk", flat=True)
    chosen = list(rows[:AT_ONCE])
    ForgottenMemory.objects.filter(pk__in=chosen).delete()
    return len(chosen)


def drop_of(which: Q) -> int:
    """Delete what is kept aside and fits a condition; return how many that were."""
    pks = list(ForgottenMemory.objects.filter(which).values_list("pk", flat=True))
    ForgottenMemory.objects.filter(pk__in=pks).delete()
    return len(pks)


def drop_quoting(withdrawal: Withdrawal) -> None:
    """Delete what was made of a message whose words were taken back, and what quotes them."""
    rows = ForgottenMemory.objects.filter(person_id=withdrawal.person_id)
    made = set(rows.filter(sources=withdrawal.message_pk).values_list("pk", flat=True))
    quoting = {row.pk for row in rows if row.pk not in made and _quotes(row, withdrawal)}
    ForgottenMemory.objects.filter(pk__in=made | quoting).delete()


def drop_feelings(person_id: int) -> None:
    """Forget how what is kept aside of a person felt."""
    rows = list(ForgottenMemory.objects.filter(person_id=person_id))
    for row in rows:
        row.columns["emotion"] = ""
    ForgottenMemory.objects.bulk_update(rows, ["columns"], batch_size=BATCH)


def _quotes(row: ForgottenMemory, withdrawal: Withdrawal) -> bool:
    before = bool(row.context) and withdrawal.text.startswith(row.context)
    quotations = withdrawal.quotations
    return before or quotations.is_in(row.text) or quotations.is_in(row.context)


def _aside(memory: Memory, batch: UUID, actor: Actor, reason: str) -> ForgottenMemory:
    own = {name: getattr(memory, name) for name in _OWN}
    imported = [[row.pk, row.outcome] for row in memory.imported_rows.all()]
    replaced = [str(one.pk) for one in memory.supersedes.all()]
    return ForgottenMemory(
        **own,
        columns={field.attname: _as_text(field, memory) for field in _OTHERS},
        links={"imported": imported, "replaced": replaced},
        created_at=memory.created_at,
        batch=batch,
        forgotten_by=actor.id,
        reason=reason[:REASON_LENGTH],
    )


def _as_text(field: Field[Any, Any], memory: Memory) -> str | None:
    held = field.value_from_object(memory)
    return None if held is None else field.value_to_string(memory)


def _memory(row: ForgottenMemory) -> Memory:
    own = {name: getattr(row, name) for name in _OWN}
    known = {field.attname: field for field in _OTHERS}
    others = {
        name: None if text is None else known[name].to_python(text)
        for name, text in row.columns.items()
        if name in known
    }
    return Memory(**own, **others)


def _without_what_is_gone(memories: Sequence[Memory]) -> Sequence[Memory]:
    """Return memories, which are not saved, without links to rows that are no longer there."""
    facts = {one.superseded_by_id for one in memories}
    known = {one.pk for one in memories}
    known.update(Memory.objects.filter(pk__in=facts - {None}).values_list("pk", flat=True))
    messages = {one.ended_by_id for one in memories} - {None}
    said = set(Message.objects.filter(pk__in=messages).values_list("pk", flat=True))
    for memory in memories:
        if memory.superseded_by_id not in known:
            memory.superseded_by_id = None
        if memory.ended_by_id not in said:
            memory.ended_by_id = None
    return memories


def _that_may_return(rows: Sequence[ForgottenMemory]) -> list[ForgottenMemory]:
    declined = refusals({row.person_id for row in rows if row.person_id is not None})
    gone = list(RemovedPlace.objects.all()) if rows else []
    origins = {row.columns.get("origin") or "" for row in rows} - {""}
    made = Memory.objects.filter(origin__in=origins).exclude(origin="")
    known = set(made.values_list("person_id", "origin"))
    return [
        row
        for row in rows
        if row.person_id not in declined
        and (row.person_id, row.columns.get("origin")) not in known
        and not _was_said_in(row, gone)
    ]


def _was_said_in(row: ForgottenMemory, places: Collection[RemovedPlace]) -> bool:
    return any(
        row.channel_id == place.channel_id
        if place.channel_id is not None
        else row.guild_id == place.guild_id
        for place in places
    )


def _link(through: Any, column: str, rows: Iterable[Memory | ForgottenMemory]) -> None:
    """Link rows, whose sources were read, to those sources by a table of links."""
    through.objects.bulk_create(
        through(**{column: row.pk}, message_id=source.pk)
        for row in rows
        for source in row.sources.all()
    )


def _link_again(row: ForgottenMemory) -> None:
    """Link to a memory that is there again what had been linked to it before."""
    replaced = Memory.objects.filter(pk__in=row.links.get("replaced", []), superseded_by=None)
    replaced.exclude(valid_to=None).update(superseded_by=row.pk)
    for pk, outcome in row.links.get("imported", []):
        ImportedRow.objects.filter(pk=pk).update(memory=row.pk, outcome=outcome)
