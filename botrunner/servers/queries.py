"""Read what is set for servers, and what follows from it."""

from __future__ import annotations

from collections.abc import Collection

from botrunner.models import Server
from profiles.queries import refusals, who_agree


def room_of(guild_id: int) -> Server.Room:
    """Return whose words replies in a server may be made from."""
    found = Server.objects.filter(guild_id=guild_id).values_list("room", flat=True).first()
    return Server.Room(found) if found else Server.Room.OFF


def heard_in(room: Server.Room, people: Collection[int]) -> frozenset[int]:
    """Return whose words a reply may be made from, of the people who talk."""
    if room == Server.Room.OFF or not people:
        return frozenset()
    if room == Server.Room.AGREED:
        return who_agree(people)
    return frozenset(people) - frozenset(refusals(people))
