"""Make one memory of several that say the same, and let a fact take the place of others."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction

from memories.actions.base import log_memories, number
from memories.actions.facts import end_fact, say_again
from memories.actions.memories import forget, pin
from memories.index import changes, revisions
from memories.models import Memory, Place
from whisper.action_log import COMPANION, Actor

FACTS = (Memory.Kind.USER_FACT, Memory.Kind.SHARED_FACT)
KEPT_FIELDS = ["recall_count", "recalled_at", "importance", "pinned", "revision"]


class MergeError(ValueError):
    """Memories can't be merged; the text says why, to an admin."""


def merge(
    memory_ids: Iterable[uuid.UUID],
    *,
    keep: uuid.UUID | None = None,
    actor: Actor = COMPANION,
    reason: str = "",
) -> int:
    """Keep one of several memories, forget the others, and return how many.

    The one that is kept counts as used as often as all of them were, as important as the most
    important, and as pinned if one was. Its text and its source stay its own.

    Args:
        keep: which one; the first by `kept_first` if it is None or none of them.

    Raises:
        MergeError: there are fewer than two, or they don't belong to the same person and place.
    """
    rows = Memory.objects.filter(pk__in=list(memory_ids)).defer("embedding")
    with transaction.atomic():
        revisions.lock(memory.partition_key for memory in rows)
        # Read again under the lock: what two people do to one memory at once is done once.
        kept, *others = _checked(kept_first(rows, keep))
        _take_over(kept, others)
        number([kept])
        kept.save(update_fields=KEPT_FIELDS)
        Memory.objects.filter(superseded_by__in=others).exclude(pk=kept.pk).update(
            superseded_by=kept
        )
        log_memories("memory.merge", [kept], actor, reason)
        changes.changed([kept])
        return forget([memory.pk for memory in others], actor=actor, reason=reason)


def replace_older(
    memory_ids: Iterable[uuid.UUID], *, actor: Actor = COMPANION, reason: str = ""
) -> int:
    """Let the first of several facts by `kept_first` take the place of the others.

    These stay as what was true until the first was said. Return how many held until now.

    Raises:
        MergeError: there are fewer than two, they don't belong to the same person and place, one is
            no fact, or none of them holds.
    """
    rows = Memory.objects.filter(pk__in=list(memory_ids)).defer("embedding")
    with transaction.atomic():
        revisions.lock(memory.partition_key for memory in rows)
        newest, *older = _checked(kept_first(rows))
        if newest.kind not in FACTS:
            raise MergeError("Only facts can take the place of others.")
        if newest.valid_to is not None:
            raise MergeError("None of these facts holds any more.")
        ended = [one for one in older if one.valid_to is None]
        for memory in ended:
            memory.valid_to = max(newest.said_at, memory.valid_from)
            memory.ending = Memory.Ending.REPLACED
            end_fact(
                memory.pk,
                at=newest.said_at,
                ending=Memory.Ending.REPLACED,
                text=say_again(memory) or memory.text,
                by=newest,
                actor=actor,
                reason=reason,
            )
        if any(memory.pinned for memory in ended):
            # What was pinned is what is known of it, not one value.
            pin([newest.pk], actor=actor, reason=reason)
    return len(ended)


def kept_first(memories: Iterable[Memory], chosen: uuid.UUID | None = None) -> list[Memory]:
    """Return memories, the one that is kept of them first.

    The one that was chosen comes before all others. Those that are approved come before those that
    wait for it, then those that hold now, then the latest.
    """
    return sorted(
        memories,
        key=lambda one: (
            one.pk != chosen,
            one.hidden,
            one.valid_to is not None,
            -one.said_at.timestamp(),
            one.pk,
        ),
    )


def _checked(memories: Sequence[Memory]) -> Sequence[Memory]:
    if len(memories) < 2:
        raise MergeError("Choose at least two memories.")
    if len({_belonging(one) for one in memories}) > 1:
        raise MergeError(
            "Only memories of the same person and kind can be merged that may be recalled in the "
            "same places: all of direct messages, or of one server, or of one private channel."
        )
    return memories


def _belonging(memory: Memory) -> tuple[object, ...]:
    """Return what decides where a memory may be recalled: what is left must be known there too."""
    channel = memory.channel_id if memory.place == Place.PRIVATE_CHANNEL else None
    return memory.person_id, memory.kind, memory.place, memory.guild_id, channel


def _take_over(kept: Memory, others: Sequence[Memory]) -> None:
    every = [kept, *others]
    kept.recall_count = sum(one.recall_count for one in every)
    kept.recalled_at = max((one.recalled_at for one in every if one.recalled_at), default=None)
    kept.importance = max(one.importance for one in every)
    kept.pinned = any(one.pinned for one in every)
