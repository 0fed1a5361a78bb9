"""Reads what is known of a person, for hearing."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from memories.facts.ledger import Fact
from memories.facts.stored import fact_of
from memories.models import Memory, Message, Place
from profiles.preferences import zone_of
from profiles.queries import profile_of
from whisper.database.prepared import prepared


def zone_of_person(person_id: int | None) -> ZoneInfo:
    """Return the time zone that a person's days are counted in; `TIME_ZONE` for nobody's."""
    return zone_of(None if person_id is None else profile_of(person_id))


_facts = prepared(
    lambda person_id: (
        Memory.objects.filter(person_id=person_id, kind=Memory.Kind.USER_FACT, valid_to=None)
        .exclude(predicate="")
        .defer("embedding")
        .order_by("said_at", "revision")
    )
)


def known_facts(
    person_id: int, *, where: Message | None = None, zone: ZoneInfo | None = None
) -> list[Fact]:
    """Return the facts that hold of a person, oldest first.

    Args:
        where: a message; what was said where fewer can read than in its place is marked as narrow:
            said again there, it is stored again.
        zone: in which the person's days are counted, if their profile has been read already.
    """
    memories = _facts(person_id)
    names = {row.entity: row.value for row in memories if row.predicate == "name"}
    days_in = zone or zone_of_person(person_id)
    return [
        fact_of(row, days_in, name=names.get(row.entity, ""), narrow=_is_narrower(row, where))
        for row in memories
    ]


def _is_narrower(memory: Memory, where: Message | None) -> bool:
    """Return whether fewer can read a memory than a message."""
    if where is None or where.place == Place.DIRECT:
        return False
    public = memory.place == Place.PUBLIC_CHANNEL and memory.guild_id == where.guild_id
    return not public and memory.channel_id != where.audience_channel_id
