"""Take back exactly what a run brought."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from memories.actions import MemoryDraft, forget, remember, revive
from memories.legacy.actions import ROWS, SOURCE, consents_of, history_store
from memories.models import ImportedRow, Memory
from profiles.legacy import undoing
from profiles.models import Consent, Profile
from whisper.models import ImportRun


def take_back(run: ImportRun) -> dict[str, int]:
    """Remove the memories, rows and consents that a run brought; return how many of each.

    It serves every import that notes its rows as `ImportedRow` with their run.
    Memories that the run changed say again what they said before. A consent that its person
    answered since stays, and so does one of a person who has other memories or a profile.
    """
    with transaction.atomic():
        changed = _bring_back(run)
        memories, rows = _remove(run)
        return {
            "memories": memories,
            "rows": rows,
            "changes": changed,
            "consents": _remove_consents(consents_of(run)),
        }


def take_back_profiles(run: ImportRun) -> dict[str, int]:
    """Remove what a run brought to profiles, and consents as `take_back` does."""
    with transaction.atomic():
        counts, people = undoing.take_back(run)
        return counts | {"consents": _remove_consents(people)}


def _bring_back(run: ImportRun) -> int:
    history = list(ImportedRow.objects.filter(run=run, store=history_store(run)))
    for before in history:
        row = ImportedRow.objects.filter(store=before.metadata["store"], key=before.key).first()
        # What was forgotten since stays so.
        if row is not None and row.memory_id is not None and before.memory_id == row.memory_id:
            row.digest, row.outcome, row.reason = before.digest, before.outcome, before.reason
            row.document, row.metadata = before.document, before.metadata["row"]
            snapshot = _draft(before.metadata["memory"])
            forget([row.memory_id])
            row.memory = remember(snapshot)
            row.save()
        before.delete()
    return len(history)


# Fields of a draft that JSON keeps as text.
TIMES = ("said_at", "happens_at", "happens_until", "valid_from", "valid_to")


def _draft(snapshot: dict[str, Any]) -> MemoryDraft:
    times = {name: datetime.fromisoformat(snapshot[name]) for name in TIMES if snapshot.get(name)}
    return MemoryDraft(**snapshot | times)


def _remove(run: ImportRun) -> tuple[int, int]:
    memories = removed = 0
    rows = ImportedRow.objects.filter(run=run).order_by("pk")
    while batch := list(rows[:ROWS].values_list("pk", "memory_id")):
        ids = [memory for _, memory in batch if memory is not None]
        # Another run may have changed a memory that this one brought.
        removed += len(batch)
        ImportedRow.objects.filter(memory__in=ids).exclude(run=run).delete()
        ended = Memory.objects.filter(superseded_by__in=ids).exclude(pk__in=ids)
        older = list(ended.values_list("pk", flat=True))
        ImportedRow.objects.filter(pk__in=[pk for pk, _ in batch]).delete()
        memories += forget(ids)
        revive(older)
    return memories, removed


def _remove_consents(people: list[int]) -> int:
    removed = 0
    for start in range(0, len(people), ROWS):
        part = people[start : start + ROWS]
        untouched = Consent.objects.filter(
            person_id__in=part,
            source=SOURCE,
            status__in=(Consent.Status.ASKED, Consent.Status.GRANTED),
        )
        needed = set(Profile.objects.filter(person_id__in=part).values_list("person_id", flat=True))
        needed |= _remembered(part)
        removed += untouched.exclude(person_id__in=needed).delete()[0]
    return removed


def _remembered(people: list[int]) -> set[int]:
    owners = Memory.objects.filter(person_id__in=people).values_list("person_id", flat=True)
    return {owner for owner in owners.distinct() if owner is not None}
