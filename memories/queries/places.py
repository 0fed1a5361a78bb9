"""Read about the servers and channels where something was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Max

from memories.models import Message, Place, PlaceDecision, PlaceName, RemovedPlace


def removed_places(before: datetime) -> list[RemovedPlace]:
    """Return the channels and servers that have been gone since before a time."""
    return list(RemovedPlace.objects.filter(removed_at__lte=before).order_by("removed_at"))


def servers_talked_in() -> set[int]:
    """Return the servers where something was said to the companion, not those of imports."""
    said = Message.objects.filter(platform=Message.Platform.DISCORD).exclude(guild_id=None)
    return {one for one in said.values_list("guild_id", flat=True).distinct() if one is not None}


def latest_channels(*, limit: int) -> list[int]:
    """Return the channels where something was said last, the latest first."""
    channels = Message.objects.values("channel_id").annotate(latest=Max("sent_at"))
    return [row["channel_id"] for row in channels.order_by("-latest")[:limit]]


def latest_decisions(person_id: int, *, limit: int) -> list[PlaceDecision]:
    """Return the latest decisions on telling a person's memories in another place, newest first."""
    rows = PlaceDecision.objects.filter(person_id=person_id)
    return list(rows.order_by("-decided_at", "-pk")[:limit])


def names_of_places(ids: Iterable[int | None]) -> dict[int, str]:
    """Return what servers and channels are called, by id, where that is known."""
    rows = PlaceName.objects.filter(place_id__in={one for one in ids if one is not None})
    return dict(rows.values_list("place_id", "name"))


def place_in_words(place: str, channel_id: int | None, names: Mapping[int, str]) -> str:
    """Return what to call the place where something was said.

    Args:
        names: of channels, by id.
    """
    if place == Place.DIRECT:
        return "direct messages"
    if place == Place.IMPORT:
        return "an import"
    if channel_id is None:
        return "a channel"
    name = names.get(channel_id)
    return f"#{name}" if name else f"channel {channel_id}"
