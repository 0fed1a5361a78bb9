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

RELATE = "botrunner.relationship"
# A personality is looked at again after so many talks.
DESCRIBED_EVERY = 25


# Whether something personal is known counts.
@outbox.handles(RELATE, after=(FACTS,))
async def relate_people(payloads: Sequence[dict[str, Any]]) -> None:
    """Keep what messages showed, of people who still agree to it, and let relationships follow."""
    for payload in payloads:
        await in_database(_relate, int(payload["message"]))


def _relate(message_pk: int) -> None:
    message = Message.objects.filter(pk=message_pk, deleted_at=None).first()
    # Of a message that was erased or deleted meanwhile nothing is made.
    if message is None or message.person_id is None or not may_remember(message.person_id):
        return
    person, said_at = message.person_id, message.sent_at
    zone = zone_of(profile_of(person))
    signs = signs_in(message.text, said_at=said_at.astimezone(zone))
    if signs:
        relate(person, signs, message_pk=message_pk, said_at=said_at)
    settle(person, personal=knows_something_personal(person), now=said_at)
    _describe(person)


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
