"""Add a fact by hand, and correct a memory: its words, and a fact's theme and when it holds."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from memories.actions.base import ENDING_FIELDS, enqueue_embedding
from memories.actions.facts import put_sentence, say_again
from memories.actions.memories import MemoryDraft, change_text, remember
from memories.facts.predicates import PREDICATES
from memories.facts.stored import fact_of, present_text
from memories.index import changes, revisions
from memories.models import Memory, Place
from profiles.queries import still_agrees
from whisper.action_log import Actor, log


class NotChangedError(ValueError):
    """A fact can't be added or changed; the text says why, to an admin."""


class ChangedMeanwhileError(Exception):
    """Somebody else changed a memory since it was read.

    Args:
        memory: as it is now.
    """

    def __init__(self, memory: Memory) -> None:
        super().__init__("Somebody else changed it meanwhile.")
        self.memory = memory


@dataclass(frozen=True, slots=True)
class Holding:
    """What an admin may change of a fact besides its words.

    Args:
        until: when it stopped being true; None while it is.
    """

    category: str
    since: datetime
    until: datetime | None


def add_fact(person_id: int, text: str, *, category: str, actor: Actor, reason: str) -> Memory:
    """Keep a fact about a person; it may be told where they are alone with the companion.

    Raises:
        NotChangedError: they haven't agreed to be remembered, or the fact is known.
    """
    with transaction.atomic():
        if not still_agrees(person_id):
            raise NotChangedError("They haven't agreed to be remembered.")
        known = Memory.objects.filter(
            person_id=person_id, kind=Memory.Kind.USER_FACT, valid_to=None, text__iexact=text
        )
        if known.exists():
            raise NotChangedError("This fact is known already.")
        draft = MemoryDraft(
            person_id=person_id,
            kind=Memory.Kind.USER_FACT,
            text=text,
            place=Place.DIRECT,
            said_at=timezone.now(),
            category=category,
        )
        return remember(draft, actor=actor, reason=reason)


def correct(
    memory: Memory, text: str, holds: Holding | None, *, revision: int, actor: Actor, reason: str
) -> bool:
    """Change what a memory says and, of a fact, when it holds; return whether anything changed.

    Args:
        revision: of the memory that the admin saw.

    Raises:
        ChangedMeanwhileError: it has another revision by now.
        NotChangedError: as `change_fact` does.
        Memory.DoesNotExist: it was forgotten meanwhile.
    """
    with transaction.atomic():
        revisions.lock_or_make([memory.partition_key])
        # Read again under the lock: of two admins who save at once, one is refused.
        now = Memory.objects.select_for_update().defer("embedding").get(pk=memory.pk)
        if now.revision != revision:
            raise ChangedMeanwhileError(now)
        said_anew = text != now.text
        if said_anew:
            change_text(now, text, actor=actor, reason=reason)
        # After the words, so that these don't replace what it changes.
        changed = change_fact(now.pk, holds, actor=actor, reason=reason) if holds else []
    return said_anew or bool(changed)


def change_fact(memory_id: uuid.UUID, holds: Holding, *, actor: Actor, reason: str) -> list[str]:
    """Change under which theme a fact stands and when it holds; return what changed.

    Raises:
        NotChangedError: it would end before it begins, or hold beside the fact that replaced it or
            another of its slot.
    """
    if holds.until is not None and holds.until < holds.since:
        raise NotChangedError("It can't end before it begins.")
    with transaction.atomic():
        memory = Memory.objects.select_for_update().get(pk=memory_id)
        given = {
            "category": holds.category,
            "valid_from": holds.since,
            "valid_to": holds.until,
        }
        changed = {
            name: (getattr(memory, name), value)
            for name, value in given.items()
            if getattr(memory, name) != value
        }
        if not changed:
            return []
        if "valid_to" in changed and holds.until is None and memory.superseded_by_id is not None:
            raise NotChangedError("Another fact took its place. End or forget that one first.")
        memory.category, memory.valid_from = holds.category, holds.since
        if "valid_to" in changed:
            _end(memory, holds.until)
        memory.revision = revisions.next_revision(memory.partition_key)
        if "valid_to" in changed and holds.until is None:
            _take_slot(memory)
        memory.save(update_fields=[*ENDING_FIELDS, "slot", "category", "valid_from"])
        log(
            "memory.change",
            actor=actor,
            reason=reason,
            person_id=memory.person_id,
            on=memory,
            changes=changed,
        )
        if memory.embedding is None:
            enqueue_embedding([memory])
        changes.changed([memory])
    return list(changed)


def _take_slot(memory: Memory) -> None:
    """Let a fact, which is not saved, have its slot again; its partition is locked.

    Raises:
        NotChangedError: another fact has it.
    """
    if not memory.slot and memory.predicate in PREDICATES:
        # What was stored as past has none.
        memory.slot = fact_of(memory, ZoneInfo("UTC")).slot
    others = Memory.objects.filter(person_id=memory.person_id, slot=memory.slot, valid_to=None)
    if memory.person_id is None:
        others = others.filter(guild_id=memory.guild_id)
    if others.exclude(slot="").exclude(pk=memory.pk).exists():
        raise NotChangedError("Another fact holds now. End it first.")


def _end(memory: Memory, until: datetime | None) -> None:
    """Let a fact, which is not saved, hold until a time, and say so if that is over."""
    memory.valid_to = until
    if until is None:
        memory.ending, memory.ended_by = "", None
    else:
        memory.ending = memory.ending or Memory.Ending.OVER
    is_over = until is not None and until <= timezone.now()
    put_sentence(memory, say_again(memory) if is_over else present_text(memory))
