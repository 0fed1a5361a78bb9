"""What writes memories of the older bot into the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from memories.actions import FORGOTTEN, MemoryDraft, forget, remember_all
from memories.embeddings.base import Vector
from memories.legacy.rows import LegacyRow
from memories.models import ImportedRow, Memory
from profiles.models import Consent
from whisper.models import ImportRun
from whisper.personal_data import erasures

SOURCE = "import"
CONSENTS = "consents"
DENIED = "its person declined to be remembered"
ERASED = "its person was erased"
DUPLICATE, GONE = "duplicate", "gone"
KEY_LENGTH, REASON_LENGTH = 255, 200
# Keeps the id of a row if it is too long for a key; ChromaDB itself uses such names.
LONG_KEY = "chroma:id"
CHANGING = ("digest", "memory", "person_id", "outcome", "reason", "document", "metadata")
ROWS = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """A row that becomes a memory.

    Args:
        model: the name that the vector is kept under.
        known: the row as it was taken before; None if it is new.
    """

    row: LegacyRow
    key: str
    draft: MemoryDraft
    vector: Vector
    model: str
    known: ImportedRow | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that repeats another one."""

    row: LegacyRow
    key: str
    why: str
    known: ImportedRow | None = None


def welcome(people: Iterable[int], *, consent_given: bool) -> tuple[dict[int, str], list[int]]:
    """Keep that people are to be asked; return who is left out and why, and who was new.

    Args:
        consent_given: whether the operator says that they agreed.
    """
    ids = sorted(set(people))
    refused = refusals(ids)
    known = set(Consent.objects.filter(person_id__in=ids).values_list("person_id", flat=True))
    new = [person for person in ids if person not in known and person not in refused]
    now = timezone.now()
    status = Consent.Status.GRANTED if consent_given else Consent.Status.ASKED
    Consent.objects.bulk_create(
        Consent(
            person_id=person,
            status=status,
            source=SOURCE,
            decided_at=now if consent_given else None,
        )
        for person in new
    )
    return refused, new


def note_consents(run: ImportRun, people: Iterable[int]) -> None:
    """Keep whose consent a run began, so that it can be taken back."""
    known = run.options.get(CONSENTS, [])
    run.options[CONSENTS] = [*known, *map(str, people)]
    run.save(update_fields=["options"])


def leave_runs(person_id: int) -> None:
    """Drop from every run that it began a person's consent: taken back, it leaves them alone."""
    with transaction.atomic():
        for run in ImportRun.objects.select_for_update().filter(options__has_key=CONSENTS):
            people = run.options[CONSENTS]
            if str(person_id) in people:
                run.options[CONSENTS] = [one for one in people if one != str(person_id)]
                run.save(update_fields=["options"])


def consents_of(run: ImportRun) -> list[int]:
    """Return whose consent a run began."""
    return [int(person) for person in run.options.get(CONSENTS, [])]


def refusals(people: Sequence[int]) -> dict[int, str]:
    """Return who is not to be remembered, and why."""
    # Locked, so that a no that is said now waits and finds what it has to erase.
    rows = Consent.objects.select_for_update().filter(person_id__in=people).order_by("pk")
    consents = {row.person_id: row for row in rows}
    refused = {
        person: ERASED
        for person in erasures.listed().keys() & set(people)
        if person not in consents or not consents[person].allows_remembering
    }
    denied = (one for one, row in consents.items() if row.status == Consent.Status.DENIED)
    return dict.fromkeys(denied, DENIED) | refused


def take(run: ImportRun, store: str, taken: Sequence[Taken], left_out: Sequence[LeftOut]) -> None:
    """Store a batch of rows and the memories made of them, in one transaction."""
    with transaction.atomic():
        changed = [one for one in taken if one.known is not None and one.known.memory_id]
        before = _history(run, changed)
        forget([one.known.memory_id for one in changed if one.known and one.known.memory_id])
        memories = _remember(taken)
        rows = [_imported_row(run, store, one, memories[one.key]) for one in taken] + [
            _left_out_row(run, store, one) for one in left_out
        ]
        # Told apart before any of them gets its key.
        new, known = [row for row in rows if not row.pk], [row for row in rows if row.pk]
        ImportedRow.objects.bulk_create(new, batch_size=ROWS)
        ImportedRow.objects.bulk_update(known, CHANGING, batch_size=100)
        for row in before:
            row.memory = memories[row.key]
        ImportedRow.objects.bulk_create(before)


def note_gone(store: str, keys: Collection[str]) -> int:
    """Note which rows the source no longer has; their memories stay. Return how many are new."""
    rows = ImportedRow.objects.filter(store=store).exclude(outcome__in=(GONE, FORGOTTEN))
    gone = [pk for pk, key in rows.values_list("pk", "key").iterator() if key not in keys]
    for start in range(0, len(gone), ROWS):
        part = ImportedRow.objects.filter(pk__in=gone[start : start + ROWS])
        part.update(outcome=GONE, reason="no longer in the source")
    return len(gone)


def _remember(taken: Sequence[Taken]) -> dict[str, Memory]:
    """Store the drafts, those of one model together, and return the memories by key."""
    by_model: dict[str, list[Taken]] = {}
    for one in taken:
        by_model.setdefault(one.model, []).append(one)
    memories: dict[str, Memory] = {}
    for model, group in by_model.items():
        vectors = np.stack([one.vector for one in group])
        stored = remember_all([one.draft for one in group], vectors=vectors, model=model)
        memories |= zip((one.key for one in group), stored, strict=True)
    return memories


def _imported_row(run: ImportRun, store: str, one: Taken, memory: Memory) -> ImportedRow:
    row = one.known or ImportedRow(run=run, store=store, key=one.key)
    metadata: dict[str, Any] = dict(one.row.metadata)
    if one.key != one.row.key:
        metadata[LONG_KEY] = one.row.key
    row.digest, row.memory, row.person_id = one.row.digest, memory, one.row.user_id
    row.outcome = "repaired" if one.row.repaired else "imported"
    row.reason = "; ".join(one.row.repaired)[:REASON_LENGTH]
    row.document, row.metadata = one.row.document, metadata
    return row


def _left_out_row(run: ImportRun, store: str, one: LeftOut) -> ImportedRow:
    # Its words are those of the row that it repeats, with which they will be forgotten.
    row = one.known or ImportedRow(run=run, store=store, key=one.key)
    row.digest, row.person_id = one.row.digest, one.row.user_id
    row.outcome, row.reason = DUPLICATE, one.why
    return row


def history_store(run: ImportRun) -> str:
    """Return where a run keeps the previous state of the rows that it changed."""
    return f"before:{run.pk}"


def _history(run: ImportRun, changed: Sequence[Taken]) -> list[ImportedRow]:
    """Return how rows and their memories are before they change, to be brought back."""
    rows = [one.known for one in changed if one.known is not None]
    memories = Memory.objects.in_bulk([row.memory_id for row in rows if row.memory_id])
    known = ImportedRow.objects.filter(store=history_store(run), key__in=[row.key for row in rows])
    kept = set(known.values_list("key", flat=True))
    return [
        ImportedRow(
            run=run,
            store=history_store(run),
            key=row.key,
            digest=row.digest,
            person_id=row.person_id,
            outcome=row.outcome,
            reason=row.reason,
            document=row.document,
            metadata={
                "store": row.store,
                "row": row.metadata,
                "memory": _snapshot(memories[row.memory_id]),
            },
        )
        for row in rows
        if row.key not in kept and row.memory_id in memories
    ]


def _snapshot(memory: Memory) -> Mapping[str, Any]:
    values = {name: getattr(memory, name) for name in MemoryDraft.__slots__ if name != "sources"}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def brought_by(run: ImportRun) -> Q:
    """Return the condition that a row or its memory was brought by a run."""
    return Q(run=run) & ~Q(store=history_store(run))
