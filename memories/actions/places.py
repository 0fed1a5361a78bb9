"""Keep what places are called, and erase what was said in those that are gone, some time after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from memories.actions.forgetting import drop_of
from memories.actions.memories import forget
from memories.actions.messages import delete_message
from memories.models import Memory, Message, Place, PlaceName, RemovedPlace

# Few, so that a stop and other writers don't wait long.
ERASED_AT_ONCE = 20
NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A server or a channel with its name.

    Args:
        guild_id: the server of a channel; None for a server.
    """

    id: int
    name: str
    guild_id: int | None = None


def name_places(places: Iterable[NamedPlace]) -> None:
    """Keep what servers and channels are called now; the console shows it in place of their ids."""
    rows = {
        one.id: PlaceName(place_id=one.id, guild_id=one.guild_id, name=one.name[:NAME_LENGTH])
        for one in places
    }
    PlaceName.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["place_id"],
        update_fields=["guild_id", "name"],
    )


def note_removal(
    *, channel_id: int | None = None, guild_id: int | None = None, removed_at: datetime
) -> bool:
    """Note that a channel is gone, or that the companion was removed from a server.

    One that is noted already keeps its time.

    Returns:
        Whether anything is held from there.

    Args:
        channel_id: the channel or thread; None for a whole server.
    """
    held = (
        _messages_of(channel_id, guild_id).exists() or _memories_of(channel_id, guild_id).exists()
    )
    if held:
        RemovedPlace.objects.get_or_create(
            channel_id=channel_id,
            guild_id=guild_id if channel_id is None else None,
            defaults={"removed_at": removed_at},
        )
    return held


def note_return(*, channel_id: int | None = None, guild_id: int | None = None) -> bool:
    """Note that a channel or server is there again: what is held from there stays."""
    place = Q(channel_id=channel_id) if channel_id is not None else Q(guild_id=guild_id)
    return RemovedPlace.objects.filter(place).delete()[0] > 0


def erase_removed(place: RemovedPlace) -> int:
    """Erase some of what is held from a place, oldest first; 0 once nothing is left of it.

    Each message is withdrawn first, so that nothing that was made of it stays elsewhere.
    """
    left = _messages_of(place.channel_id, place.guild_id).order_by("sent_at")
    rows = list(left.values_list("pk", "platform", "platform_id")[:ERASED_AT_ONCE])
    for pk, platform, platform_id in rows:
        with transaction.atomic():
            delete_message(platform, platform_id, deleted_at=place.removed_at, logged=False)
            Message.objects.filter(pk=pk).delete()
    if rows:
        return len(rows)
    gone = forget(_memories_of(place.channel_id, place.guild_id).values_list("pk", flat=True))
    aside = Q(guild_id=place.guild_id) if place.channel_id is None else _in_channel(place)
    gone += drop_of(aside)
    RemovedPlace.objects.filter(pk=place.pk).delete()
    _names_of(place).delete()
    return gone


def _in_channel(place: RemovedPlace) -> Q:
    return Q(channel_id=place.channel_id) & ~Q(place=Place.DIRECT)


def _names_of(place: RemovedPlace) -> QuerySet[PlaceName]:
    if place.channel_id is not None:
        return PlaceName.objects.filter(place_id=place.channel_id)
    return PlaceName.objects.filter(Q(place_id=place.guild_id) | Q(guild_id=place.guild_id))


def _messages_of(channel_id: int | None, guild_id: int | None) -> QuerySet[Message]:
    if channel_id is None:
        return Message.objects.filter(guild_id=guild_id)
    return Message.objects.filter(Q(channel_id=channel_id) | Q(parent_id=channel_id))


def _memories_of(channel_id: int | None, guild_id: int | None) -> QuerySet[Memory]:
    if channel_id is None:
        return Memory.objects.filter(guild_id=guild_id)
    return Memory.objects.filter(channel_id=channel_id).exclude(place=Place.DIRECT)
