"""The worker's part of facts: hear them in a message and remember what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from memories.actions import FACTS
from memories.embeddings.work import told_to_the_outbox
from memories.facts import hear
from memories.facts.ledger import Changes, Fact
from memories.facts.queries import known_facts, zone_of_person
from memories.facts.statements import Said
from memories.facts.storing import Source, keep
from memories.models import Message
from profiles.queries import may_remember, still_agrees
from whisper import outbox
from whisper.database.access import in_database
from whisper.database.prepared import prepared

# How much older a message may be that says who "he" is in a later one.
JUST_BEFORE = timedelta(minutes=10)


@outbox.handles(FACTS, "facts from messages", can_wait=True)
async def find_facts(payloads: Sequence[dict[str, Any]]) -> None:
    """Remember the facts that messages state, of people who still agree to it.

    Of a message that was heard before, and is heard again since another one that said the same was
    deleted, only what has the value `only` is new.
    """
    for payload in payloads:
        found = await in_database(_to_hear, int(payload["message"]))
        if found is not None:
            message, known, said = found
            with told_to_the_outbox():
                changes = await hear(said, known)
            if "only" in payload:
                changes = _with_value(changes, payload["only"])
            if changes.added or changes.ended:
                zone = ZoneInfo(said.zone)
                await in_database(_remember, message.pk, message.text, changes, zone)


def _with_value(changes: Changes, value: str) -> Changes:
    """Return the changes that concern facts with a value."""
    added = [one for one in changes.added if one.fact.value.lower() == value.lower()]
    facts = [one.fact for one in added]
    return Changes(added, [one for one in changes.ended if one.by in facts])


def _to_hear(pk: int) -> tuple[Message, list[Fact], Said] | None:
    """Return a message, what is known of its author, and how it is heard.

    None if nothing may be heard.
    """
    message = _message(pk)
    if message is None or message.person_id is None:
        return None
    zone = zone_of_person(message.person_id)
    before, before_at = _before(message)
    said = Said(message.text, message.sent_at, zone.key, before, before_at)
    return message, known_facts(message.person_id, where=message, zone=zone), said


def _before(message: Message) -> tuple[str, datetime | None]:
    """Return what the author said in the same channel just before a message, and when."""
    now, person_id = message.sent_at, message.person_id or 0
    latest = _earlier.first(person_id, message.channel_id, now - JUST_BEFORE, now)
    return (latest.text, latest.sent_at) if latest else ("", None)


# Replies are kept under whom they are to.
_earlier = prepared(
    lambda person_id, channel_id, since, until: (
        Message.objects.filter(
            person_id=person_id,
            from_companion=False,
            channel_id=channel_id,
            sent_at__lt=until,
            sent_at__gte=since,
        )
        .order_by("-sent_at")
        .only("text", "sent_at")[:1]
    )
)
_worded = prepared(lambda pk: Message.objects.filter(pk=pk).exclude(text=""))


def _message(pk: int, agrees: Callable[[int], bool] = may_remember) -> Message | None:
    """Return a message that may be looked into; None if it is gone or its author said no."""
    message = _worded.first(pk)
    if message is None or message.person_id is None or not agrees(message.person_id):
        return None
    return message


def _remember(message_pk: int, text: str, changes: Changes, zone: ZoneInfo) -> None:
    with transaction.atomic():
        # They may have been forgotten while the facts were looked for, or have edited it: then an
        # entry for the new text waits.
        message = _message(message_pk, still_agrees)
        if message is not None and message.text == text:
            keep(Source.of(message), changes, zone=zone)
