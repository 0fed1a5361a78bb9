"""The one door: who may recall what, where.

Every path to a memory (recall, commands, console pages of a person, export) asks `is_visible`, and
every hit is asked
again on its way out. Rules, in the order of `Place`:

- said in direct messages, or imported: in the owner's direct messages only;
- said in a private channel: in that channel, or in the owner's direct messages;
- said in a public channel: in that server, or in the owner's direct messages;
- a shared fact (no owner): in its server; one that belongs to no server, everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from memories.models import Place


@dataclass(frozen=True, slots=True)
class Scope:
    """Who asks, and where the answer will be read.

    Args:
        person_id: whose memories are asked for.
        place: what kind of place the answer goes to; never `Place.IMPORT`.
        channel_id: channel of the answer.
        guild_id: server of the answer, None in direct messages.
    """

    person_id: int
    place: Place
    channel_id: int
    guild_id: int | None = None

    @classmethod
    def direct(cls, person_id: int) -> Scope:
        """Return the scope of a person alone with the companion: all of their own."""
        return cls(person_id, Place.DIRECT, person_id)

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """Return the partitions that can hold anything visible here."""
        own = (f"person:{self.person_id}", "everyone")
        return own if self.guild_id is None else (*own, f"guild:{self.guild_id}")


class Placed(Protocol):
    """Anything that has an owner and a place: a memory row or an entry of an index."""

    @property
    def owner_id(self) -> int | None: ...
    @property
    def place(self) -> str: ...
    @property
    def guild_id(self) -> int | None: ...
    @property
    def channel_id(self) -> int | None: ...


def is_visible(memory: Placed, scope: Scope) -> bool:
    """Tell whether a memory may be recalled in a scope."""
    if memory.owner_id is None:
        return memory.guild_id is None or memory.guild_id == scope.guild_id
    if memory.owner_id != scope.person_id:
        return False
    if scope.place == Place.DIRECT:
        return True
    if memory.place == Place.PRIVATE_CHANNEL:
        return memory.channel_id is not None and memory.channel_id == scope.channel_id
    if memory.place == Place.PUBLIC_CHANNEL:
        return memory.guild_id is not None and memory.guild_id == scope.guild_id
    return False
