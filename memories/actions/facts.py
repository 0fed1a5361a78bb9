"""End facts, and make them true again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from memories.actions.base import BATCH, ENDING_FIELDS, enqueue_embedding, log_memories, number
from memories.facts.stored import present_text
from memories.index import changes, revisions
from memories.models import (
    Memory,
    Message,
)
from whisper.action_log import COMPANION, Actor


def end_fact(
    memory_id: uuid.UUID,
    *,
    at: datetime,
    ending: Memory.Ending,
    text: str,
    by: Memory | None = None,
    message: Message | None = None,
    actor: Actor = COMPANION,
    reason: str = "",
) -> None:
    """Let a fact hold no more; it stays as what was true once.

    Args:
        text: the sentence that tells it as past.
        by: the fact that takes its place.
        message: the message that said so; when it goes, the fact is true again.
    """
    with transaction.atomic():
        memory = Memory.objects.select_for_update().filter(pk=memory_id).first()
        if memory is None:
            return
        memory.valid_to = max(at, memory.valid_from)
        memory.superseded_by, memory.ending, memory.ended_by = by, ending, message
        if text != memory.text:
            memory.text = text
            memory.embedding, memory.embedding_model, memory.embedding_dimension = None, "", None
            enqueue_embedding([memory])
        memory.revision = revisions.next_revision(memory.partition_key)
        memory.save(update_fields=ENDING_FIELDS)
        log_memories("memory.end", [memory], actor, reason)
        changes.changed([memory])


def revive(memory_ids: Iterable[uuid.UUID]) -> None:
    """Let memories be true again whose successors went, unless another takes their place."""
    with transaction.atomic():
        for memory in Memory.objects.filter(pk__in=list(memory_ids)).order_by("said_at"):
            memory.revision = revisions.next_revision(memory.partition_key)
            memory.valid_to = memory.superseded_by = memory.ended_by = None
            memory.ending = ""
            _say_again(memory)
            memory.save(update_fields=ENDING_FIELDS)
            if memory.embedding is None:
                enqueue_embedding([memory])
            supersede(memory)
            changes.changed([memory])


def make_current(facts: Sequence[Memory], message: Message) -> None:
    """Make true again what a message, or facts of it that are about to go, had ended."""
    of_them = Q(superseded_by__in=facts) | Q(ended_by=message)
    ended = list(Memory.objects.filter(of_them).exclude(pk__in=[fact.pk for fact in facts]))
    revisions.lock(memory.partition_key for memory in ended)
    for memory in ended:
        memory.valid_to, memory.superseded_by = None, None
        memory.ending, memory.ended_by = "", None
        _say_again(memory)
    number(ended)
    Memory.objects.bulk_update(ended, ENDING_FIELDS, batch_size=BATCH)
    enqueue_embedding([memory for memory in ended if memory.embedding is None])
    changes.changed(ended)


def _say_again(memory: Memory) -> None:
    """Put a fact's sentence as it is true now; what changes it is embedded again."""
    text = present_text(memory)
    if text and text != memory.text:
        memory.text = text
        memory.embedding, memory.embedding_model, memory.embedding_dimension = None, "", None


def supersede(memory: Memory, *, only_unparsed: bool = False) -> None:
    """End the validity of what the slot held, or of `memory` itself where it is the older one.

    Args:
        only_unparsed: leave facts alone whose parts are known.
    """
    # The exclusion lets the database use the partial index of slots.
    others = Memory.objects.filter(person_id=memory.person_id, slot=memory.slot, valid_to=None)
    others = others.exclude(slot="")
    if only_unparsed:
        others = others.filter(predicate="")
    if memory.person_id is None:
        others = others.filter(guild_id=memory.guild_id)
    for other in others.exclude(pk=memory.pk):
        older, newer = sorted((other, memory), key=lambda one: (one.said_at, one.revision))
        Memory.objects.filter(pk=older.pk).update(
            valid_to=max(newer.said_at, older.valid_from),
            superseded_by=newer,
            revision=revisions.next_revision(older.partition_key),
        )
        changes.changed([older])
