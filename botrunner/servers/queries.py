"""Read what is set for servers, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from botrunner.models import Server, TalkSetting
from profiles.queries import refusals, who_agree


def room_of(guild_id: int) -> Server.Room:
    """Return whose words replies in a server may be made from."""
    found = Server.objects.filter(guild_id=guild_id).values_list("room", flat=True).first()
    return Server.Room(found) if found else Server.Room.AGREED


def heard_in(room: Server.Room, people: Collection[int]) -> frozenset[int]:
    """Return whose words a reply may be made from, of the people who talk."""
    if room == Server.Room.OFF or not people:
        return frozenset()
    if room == Server.Room.AGREED:
        return who_agree(people)
    return frozenset(people) - frozenset(refusals(people))


@dataclass(frozen=True, slots=True)
class Silence:
    """Whether the companion is silent in a place, and since when that is so."""

    silent: bool
    since: datetime


def silences() -> Mapping[int, Silence]:
    """Return what is set of channels and servers, by their ids."""
    rows = TalkSetting.objects.values_list("place_id", "silent", "since")
    return {place_id: Silence(silent, since) for place_id, silent, since in rows}


def silent_places(guild_id: int) -> list[int]:
    """Return the places of a server where the companion is silent: channels, or the server."""
    rows = TalkSetting.objects.filter(guild_id=guild_id, silent=True).order_by("place_id")
    return list(rows.values_list("place_id", flat=True))
