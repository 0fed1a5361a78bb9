"""What a search leaves of the database, as conditions: the same for every engine."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from memories.index.base import Entry
from memories.models import Memory
from memories.queries import current, in_places
from memories.search.base import Asked
from memories.search.scopes import may_find, owned, places_of

logger = logging.getLogger(__name__)


def within(asked: Asked) -> QuerySet[Memory]:
    """Return the memories that may be found."""
    places = in_places(places_of(asked.scope))
    return Memory.objects.filter(owned(asked.scope), places, narrowed(asked)).order_by()


def narrowed(asked: Asked) -> Q:
    """Return the condition that a memory passes the filters and is true at the time asked for.

    What came after the first page is left out.
    """
    filters = asked.query.filters
    found = current(asked.at) & Q(**filters.equal(), created_at__lte=asked.now)
    if asked.query.as_of is not None:
        found &= Q(valid_from__lte=asked.at, said_at__lte=asked.at)
    if filters.confidence_at_least is not None:
        found &= Q(confidence__gte=filters.confidence_at_least)
    if filters.since is not None:
        found &= Q(said_at__gte=filters.since)
    if filters.until is not None:
        found &= Q(said_at__lt=filters.until)
    if filters.source:
        found &= Q(origin__startswith=f"{filters.source}:")
    return found


def as_stored(ids: Iterable[str], asked: Asked) -> dict[str, Entry]:
    """Return what the database says now of memories that an engine found, by id.

    Forgetting, changes and ends take effect immediately, and whatever an engine's copy
    holds, nobody finds what is not theirs.
    """
    rows = Memory.objects.filter(narrowed(asked), pk__in=list(ids)).defer("embedding")
    found = {}
    for memory in rows:
        entry = Entry.of(memory)
        if may_find(entry, asked.scope):
            found[str(entry.id)] = entry
        else:
            logger.error("search: a hit outside its scope was dropped")
    return found
