"""Read what is remembered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from memories.access import Fields, Scope, is_visible, own_places
from memories.models import Memory, Partition, Place
from profiles.privacy import Ways
from whisper.database.prepared import Prepared, prepared


def memories_of(
    scope: Scope, *, kinds: Iterable[str] = Memory.Kind.values, limit: int | None = None
) -> list[Memory]:
    """Return a person's current memories that may be shown in a scope, newest first."""
    asked = _newest(scope.place, scope.ways, scope.guild_id is not None, tuple(kinds))
    newest = asked(scope.person_id, scope.channel_id, scope.guild_id or 0, timezone.now())
    return list(islice((row for row in newest if is_visible(row, scope)), limit))


@cache
def _newest(place: Place, ways: Ways, on_server: bool, kinds: tuple[str, ...]) -> Prepared[Memory]:
    """Return the query of a person's own current memories that such a scope may show."""

    def build(person_id: int, channel_id: int, guild_id: int, now: datetime) -> QuerySet[Memory]:
        scope = Scope(person_id, place, channel_id, guild_id if on_server else None, ways)
        return _own(scope, kinds, now).order_by("-said_at")

    return prepared(build)


def has_elsewhere(scope: Scope) -> bool:
    """Return whether a person has memories that may not be shown in a scope."""
    asked = _elsewhere(scope.place, scope.ways, scope.guild_id is not None)
    return asked.first(scope.person_id, scope.channel_id, scope.guild_id or 0) is not None


@cache
def _elsewhere(place: Place, ways: Ways, on_server: bool) -> Prepared[UUID]:
    """Return the query of one of a person's own memories that such a scope may not show."""

    def build(person_id: int, channel_id: int, guild_id: int) -> QuerySet[Memory, UUID]:
        scope = Scope(person_id, place, channel_id, guild_id if on_server else None, ways)
        rows = Memory.objects.filter(person_id=person_id, hidden=False)
        shown = in_places(own_places(scope))
        return rows.exclude(shown).order_by().values_list("pk", flat=True)[:1]

    return prepared(build)


def page_of_memories(
    scope: Scope, *, kinds: Iterable[str], first: int, size: int, pinned_first: bool = True
) -> tuple[list[Memory], int]:
    """Return some of a person's current memories that may be shown in a scope, newest first.

    Args:
        first: number of the first one, from 0.
        size: how many.
        pinned_first: whether those that are pinned stand before the others.

    Returns:
        The memories, and how many there are in all.
    """
    rows = _own(scope, kinds)
    order = ("-pinned", "-said_at", "pk") if pinned_first else ("-said_at", "pk")
    page = rows.order_by(*order)[first : first + size]
    return [row for row in page if is_visible(row, scope)], rows.count()


def memories_holding(words: str, scope: Scope, *, kinds: Iterable[str], limit: int) -> list[Memory]:
    """Return a person's newest current memories that hold some words, as far as a scope shows them.

    Args:
        words: as they stand in the text, in whatever case; empty for the newest of all.
    """
    rows = _own(scope, kinds)
    if words:
        # SQLite compares letters beyond ASCII as they are.
        rows = rows.filter(Q(text__icontains=words) | Q(text__icontains=words.capitalize()))
    return [row for row in rows.order_by("-said_at")[:limit] if is_visible(row, scope)]


def own_memory(memory_id: UUID, scope: Scope, *, kinds: Iterable[str]) -> Memory | None:
    """Return one of a person's current memories; None if the scope may not show it."""
    row = _own(scope, kinds).filter(pk=memory_id).first()
    return row if row is not None and is_visible(row, scope) else None


def _own(scope: Scope, kinds: Iterable[str], at: datetime | None = None) -> QuerySet[Memory]:
    """Return the person's own current memories in the places that a scope may show."""
    rows = Memory.objects.filter(in_places(own_places(scope)), kind__in=list(kinds))
    return rows.filter(current(at)).defer("embedding")


def shared_facts_of(scope: Scope) -> list[Memory]:
    """Return the facts of a server and of all that may be shown in a scope, newest first."""
    rows: QuerySet[Memory] = Memory.objects.filter(person_id=None).filter(current())
    return [row for row in rows.order_by("-said_at") if is_visible(row, scope)]


def with_texts(described: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return memories that a trace describes by their ids with what they say, if still kept."""
    described = list(described)
    texts = {str(pk): text for pk, text in texts_of(one["id"] for one in described).items()}
    return [{**one, "text": texts[one["id"]]} for one in described if one["id"] in texts]


def texts_of(ids: Iterable[UUID | str | None]) -> dict[UUID | None, str]:
    """Return what memories say, by id, of those that are still kept."""
    rows = Memory.objects.filter(pk__in={one for one in ids if one is not None})
    return dict(rows.values_list("pk", "text"))


def current(at: datetime | None = None) -> Q:
    """Return the condition that a memory is true at a time, now by default."""
    return Q(valid_to=None) | Q(valid_to__gt=at or timezone.now())


def in_places(places: Iterable[Fields]) -> Q:
    """Return the condition that one of these holds in all fields."""
    found = Q(pk__in=())
    for fields in places:
        found |= Q(**fields)
    return found


def without_vector_of(model: str, dimension: int) -> QuerySet[Memory]:
    """Return the memories that have no vector of a model."""
    return Memory.objects.exclude(
        embedding__isnull=False, embedding_model=model, embedding_dimension=dimension
    )


_removal = prepared(
    lambda key: Partition.objects.filter(key=key).values_list("removed_at_revision", flat=True)
)


def latest_removal(person_id: int) -> int:
    """Return the revision at which something of a person was last removed or withdrawn."""
    return _removal.first(f"person:{person_id}") or 0
