"""Keep a sentence that a person tells outside of a conversation: a command, another program."""

from __future__ import annotations

import logging

from django.db import transaction

from memories import actions
from memories.actions import MemoryDraft
from memories.embeddings import EmbeddingError
from memories.facts import hear
from memories.facts.ledger import Changes, Fact
from memories.facts.queries import known_facts, zone_of_person
from memories.facts.statements import Said
from memories.facts.storing import IMPORTANCE, Source, keep
from memories.models import Memory
from memories.wording.memorable import asks_not_to_keep
from profiles.queries import may_remember, still_agrees
from whisper.action_log import Actor
from whisper.database.access import in_database

logger = logging.getLogger(__name__)

LONGEST = 500


class NotToldError(ValueError):
    """A sentence is not kept; the text says why."""


async def tell(source: Source, text: str, *, reason: str = "") -> bool:
    """Keep what a sentence tells, or the sentence itself if nothing is heard in it.

    Args:
        source: whose it is and where it was told.
        reason: which program told it.

    Returns:
        Whether it was kept; not if the person has not agreed to be remembered.

    Raises:
        NotToldError: it asks not to be kept, says nothing, or is too long.
    """
    if not text.strip() or len(text) > LONGEST:
        raise NotToldError(f"A fact has 1 to {LONGEST} characters.")
    if asks_not_to_keep(text):
        raise NotToldError("It asks not to be kept.")
    if source.person_id is None or not await in_database(may_remember, source.person_id):
        return False
    changes = await heard(source, text, await in_database(known_facts, source.person_id))
    if not changes.added and not changes.ended and (await heard(source, text, [])).added:
        # All of it is known already.
        return True
    return await in_database(store, source, text, changes, reason)


async def heard(source: Source, text: str, known: list[Fact]) -> Changes:
    """Return what a sentence changes in what is known; nothing if it can't be heard now.

    Args:
        known: the facts that hold of the person.
    """
    try:
        zone = await in_database(zone_of_person, source.person_id)
        return await hear(Said(text, source.said_at, zone.key), known)
    except EmbeddingError as error:
        logger.warning("a fact is kept as it was told, nothing can be heard: %s", error)
        return Changes()


@transaction.atomic
def store(source: Source, text: str, changes: Changes, reason: str = "") -> bool:
    """Keep what a sentence changes, or the sentence itself if nothing was heard in it.

    Returns:
        Whether it was kept; not if the person no longer agrees to be remembered.
    """
    if source.person_id is None or not still_agrees(source.person_id):
        return False
    actor = Actor.person(source.person_id)
    if not keep(source, changes, words=text, actor=actor):
        actions.remember(
            MemoryDraft(
                person_id=source.person_id,
                kind=Memory.Kind.USER_FACT,
                text=text,
                speaker=source.speaker,
                place=source.place,
                guild_id=source.guild_id,
                channel_id=source.channel_id,
                said_at=source.said_at,
                origin=source.origin,
                category="other",
                importance=IMPORTANCE,
            ),
            actor=actor,
            reason=reason,
        )
    return True
