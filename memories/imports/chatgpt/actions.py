"""What writes turns of ChatGPT conversations into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from memories.actions import MemoryDraft, remember_all
from memories.embeddings.base import Vectors
from memories.facts.ledger import Ended
from memories.facts.storing import end
from memories.imports.chatgpt.branches import Turn
from memories.legacy.actions import note_consents, refusals, welcome
from memories.models import ImportedRow, Memory
from whisper.models import ImportRun

STORE = "chatgpt"
ROWS = 500


class RefusedError(Exception):
    """The person is not to be remembered; the text says why."""


@dataclass(frozen=True, slots=True)
class New:
    """Something that becomes a memory.

    Args:
        key: what names it among all that was imported.
        turn: what it was made of.
    """

    key: str
    turn: Turn
    draft: MemoryDraft


def store_of(person_id: int) -> str:
    """Return where rows of a person's exports are noted."""
    return f"{STORE}:{person_id}"


def require_welcome(person_id: int) -> None:
    """Check whether a person may be remembered at all.

    Raises:
        RefusedError: they declined, or were erased.
    """
    with transaction.atomic():
        refused = refusals([person_id])
    if person_id in refused:
        raise RefusedError(refused[person_id])


def welcome_person(run: ImportRun, person_id: int, *, consent_given: bool) -> None:
    """Record that a person has to be asked, if they were not asked yet.

    Raises:
        RefusedError: they declined, or were erased.
    """
    with transaction.atomic():
        refused, new = welcome([person_id], consent_given=consent_given)
        if person_id in refused:
            raise RefusedError(refused[person_id])
        if new:
            note_consents(run, new)


def take(
    run: ImportRun,
    new: Sequence[New],
    *,
    vectors: Vectors,
    model: str,
    ended: Callable[[Mapping[str, Memory]], Iterable[Ended]],
) -> None:
    """Store what is new and the memories made of it, in one transaction.

    Args:
        vectors: unit vectors of the drafts, shape (new, dimension).
        model: who made the vectors.
        ended: returns the facts that are over, given the new memories by their keys.

    Raises:
        RefusedError: the person declined meanwhile.
    """
    owners = {one.draft.person_id for one in new if one.draft.person_id is not None}
    with transaction.atomic():
        # Also holds their consent, so that a no that is said now waits and finds these.
        refused, _ = welcome(owners, consent_given=False)
        if refused:
            raise RefusedError(next(iter(refused.values())))
        memories = remember_all([one.draft for one in new], vectors=vectors, model=model)
        ImportedRow.objects.bulk_create(
            [
                ImportedRow(
                    run=run,
                    store=store_of(one.draft.person_id or 0),
                    key=one.key,
                    digest=one.turn.digest,
                    memory=memory,
                    person_id=one.draft.person_id,
                    outcome="imported",
                    document=document_of(one.turn),
                    metadata={"title": one.turn.title, "node": one.turn.said.node},
                )
                for one, memory in zip(new, memories, strict=True)
            ],
            batch_size=ROWS,
        )
        stored = {one.key: memory for one, memory in zip(new, memories, strict=True)}
        for one in ended(stored):
            end(one, stored)


def keep_answers(person_id: int, turns: Sequence[Turn]) -> None:
    """Keep what was answered since to turns that are known and not forgotten."""
    with transaction.atomic():
        for turn in turns:
            rows = ImportedRow.objects.filter(store=store_of(person_id), key=turn.key)
            rows.exclude(memory=None).update(digest=turn.digest, document=document_of(turn))


def document_of(turn: Turn) -> str:
    """Return a turn as it was."""
    return f"User: {turn.said.words}\nAssistant: {turn.answer}"
