"""The worker's part of relationships: what a message showed, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botrunner.conversation.queries import knows_something_personal, said_by
from memories.actions import FACTS
from memories.models import Message
from profiles.personality import MOST_MESSAGES, personality_of
from profiles.preferences import zone_of
from profiles.queries import may_remember, profile_of
from profiles.relationship.actions import (
    DECLINED,
    keep_personality,
    relate,
    settle,
)
from profiles.relationship.signs import signs_in
from whisper import outbox
from whisper.database.access import in_database
from whisper.database.prepared import prepared

RELATE = "botrunner.relationship"
# How many talks there are between two looks at a personality.
DESCRIBED_EVERY = 25


# Whether something personal is known counts.
@outbox.handles(RELATE, "changes of relationships", after=(FACTS,), can_wait=True)
async def relate_people(payloads: Sequence[dict[str, Any]]) -> None:
    """Keep what messages showed, of people who still agree to it, and let relationships follow."""
    said = await in_database(_people, [int(payload["message"]) for payload in payloads])
    for person, pks in said.items():
        await in_database(_relate, person, pks)


def _people(message_pks: Sequence[int]) -> dict[int, list[int]]:
    """Return who said messages, and which; of what was erased or deleted nothing is made."""
    rows = Message.objects.filter(pk__in=message_pks, deleted_at=None).exclude(person_id=None)
    people: dict[int, list[int]] = {}
    for person, pk in rows.order_by("pk").values_list("person_id", "pk"):
        if person is not None:
            people.setdefault(person, []).append(pk)
    return people


def _relate(person: int, message_pks: Sequence[int]) -> None:
    """Keep what messages of one person showed."""
    if not may_remember(person):
        return
    zone = zone_of(profile_of(person))
    said_at = None
    for pk, text, said_at in _said_by(person, *message_pks):
        signs = signs_in(text, said_at=said_at.astimezone(zone))
        if signs:
            relate(person, signs, message_pk=pk, said_at=said_at)
    if said_at is not None:
        settle(person, personal=knows_something_personal(person), now=said_at)
        _describe(person)


_said_by = prepared(
    lambda person, *pks: (
        Message.objects.filter(pk__in=pks, person_id=person, deleted_at=None)
        .order_by("pk")
        .values_list("pk", "text", "sent_at")
    )
)


def _describe(person_id: int) -> None:
    """Look at how a person writes, once in many talks."""
    profile = profile_of(person_id)
    if profile is None or profile.personality.get(DECLINED):
        return
    talks = profile.interaction_count
    if talks - profile.personality.get("talks", 0) < DESCRIBED_EVERY:
        return
    found = personality_of(said_by(person_id, limit=MOST_MESSAGES))
    if found:
        keep_personality(person_id, found | {"talks": talks})
