"""What writes decisions of the older bot into the database."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from memories.actions import DECISIONS
from memories.legacy.actions import refusals
from memories.models import PlaceDecision
from profiles.models import Consent

SAME = ("from_place", "to_place", "allowed", "reason", "level", "decided_at")


def bring_decisions(person_id: int, decisions: Sequence[PlaceDecision]) -> tuple[int, str]:
    """Keep the newest of one person's decisions, each once; return how many, or why none.

    People who are unknown and were not asked have none kept: nothing else of them was imported.
    """
    with transaction.atomic():
        if person_id in (refused := refusals([person_id])):
            return 0, refused[person_id]
        if not Consent.objects.filter(person_id=person_id).exists():
            return 0, "nothing else about the person was imported"
        rows = PlaceDecision.objects.filter(person_id=person_id)
        held = set(rows.values_list(*SAME))
        room = DECISIONS - len(held)
        newest = sorted(decisions, key=lambda one: one.decided_at)[-DECISIONS:]
        new = [one for one in newest if tuple(getattr(one, name) for name in SAME) not in held]
        new = new[-room:] if room > 0 else []
        PlaceDecision.objects.bulk_create(new, batch_size=500)
    return len(new), ""
