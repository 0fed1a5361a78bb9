"""End facts, and make them true again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from memories.actions.base import BATCH, ENDING_FIELDS, enqueue_embedding, log_memories, number
from memories.facts.predicates import PREDICATES, Cardinality
from memories.facts.stored import fact_of, past_text, present_text
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
        text: the sentence that states it as past.
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


def note_successor(memory_id: uuid.UUID, successor_id: uuid.UUID) -> None:
    """Note which fact has the place of one that was stored as past: when that goes, it is true."""
    Memory.objects.filter(pk=memory_id).update(
        superseded_by=Memory.objects.filter(pk=successor_id).first(),
        ending=Memory.Ending.REPLACED,
    )


def revive(memory_ids: Iterable[uuid.UUID]) -> None:
    """Let memories be true again whose successors went, unless another takes their place."""
    with transaction.atomic():
        for memory in Memory.objects.filter(pk__in=list(memory_ids)).order_by("said_at"):
            memory.revision = revisions.next_revision(memory.partition_key)
            memory.valid_to = memory.superseded_by = memory.ended_by = None
            memory.ending = ""
            put_sentence(memory, present_text(memory))
            memory.save(update_fields=ENDING_FIELDS)
            if memory.embedding is None:
                enqueue_embedding([memory])
            supersede(memory)
            changes.changed([memory])


def make_current(facts: Sequence[Memory], message: Message) -> None:
    """Make true again what a message, or facts of it that are about to go, had ended.

    What a later fact has replaced meanwhile stays past: that one takes its place instead.
    """
    going = {fact.pk: fact for fact in facts}
    of_them = Q(superseded_by__in=facts) | Q(ended_by=message)
    ended = list(Memory.objects.filter(of_them).exclude(pk__in=list(going)))
    revisions.lock(memory.partition_key for memory in ended)
    for memory in ended:
        _end_by(memory, _successor(memory, going))
        put_sentence(memory, say_again(memory))
    number(ended)
    Memory.objects.bulk_update(ended, [*ENDING_FIELDS, "slot"], batch_size=BATCH)
    enqueue_embedding([memory for memory in ended if memory.embedding is None])
    changes.changed(ended)


def _successor(memory: Memory, going: Mapping[uuid.UUID, Memory]) -> Memory | None:
    """Return the fact that takes a fact's place once others are gone; None if it is true again."""
    by = memory.superseded_by
    while by is not None and by.pk in going:
        by = going[by.pk].superseded_by
    if by is not None and by != memory.superseded_by:
        return by
    row = PREDICATES.get(memory.predicate)
    if row is None or row.cardinality is not Cardinality.ONE or not memory.slot:
        return None
    held = Memory.objects.filter(person_id=memory.person_id, slot=memory.slot, valid_to=None)
    newer = held.filter(said_at__gt=memory.said_at).exclude(pk__in=[memory.pk, *going])
    return newer.order_by("said_at").first()


def _end_by(memory: Memory, successor: Memory | None) -> None:
    """Let a fact, which is not saved, be ended by another; without one it is true again."""
    memory.superseded_by = successor
    if successor is None:
        memory.valid_to, memory.ending, memory.ended_by = None, "", None
        if memory.predicate in PREDICATES:
            # What was stored as past has none.
            memory.slot = fact_of(memory, ZoneInfo("UTC")).slot
    else:
        memory.valid_to = max(successor.said_at, memory.valid_from)
        memory.ending = Memory.Ending.REPLACED
        memory.ended_by = successor.sources.order_by("sent_at").first()


def say_again(memory: Memory) -> str:
    """Return a fact's sentence made again from its parts; empty if they aren't stored."""
    text = present_text(memory)
    if not text or memory.valid_to is None or memory.ending == Memory.Ending.CORRECTED:
        return text
    return past_text(memory)


def put_sentence(memory: Memory, text: str) -> None:
    """Put the sentence of a fact, which isn't saved; one that changes is embedded again."""
    if text and text != memory.text:
        memory.text = text
        memory.embedding, memory.embedding_model, memory.embedding_dimension = None, "", None


def supersede_each(memories: Iterable[Memory]) -> None:
    """Let each memory that holds take its slot, so that each is ended by the one that follows.

    Facts with a predicate end each other by the ledger, which knows more than their slots.
    """
    for memory in sorted(memories, key=lambda memory: (memory.said_at, memory.revision)):
        if memory.slot and memory.valid_to is None:
            supersede(memory, only_unparsed=bool(memory.predicate))


def supersede(memory: Memory, *, only_unparsed: bool = False) -> None:
    """End the validity of what the slot held, or of `memory` itself by the next newer one.

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
    before: list[Memory] = []
    after: list[Memory] = []
    for other in others.exclude(pk=memory.pk).order_by("said_at", "revision"):
        is_older = (other.said_at, other.revision) < (memory.said_at, memory.revision)
        (before if is_older else after).append(other)
    for older, newer in [(other, memory) for other in before] + [
        (memory, other) for other in after[:1]
    ]:
        Memory.objects.filter(pk=older.pk).update(
            valid_to=max(newer.said_at, older.valid_from),
            superseded_by=newer,
            revision=revisions.next_revision(older.partition_key),
        )
        if older.pinned:
            # What was pinned is what is known of it, not one value.
            Memory.objects.filter(pk=newer.pk).update(
                pinned=True, revision=revisions.next_revision(newer.partition_key)
            )
            newer.pinned = True
            changes.changed([newer])
        changes.changed([older])
