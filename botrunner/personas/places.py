"""Where a persona can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from whisper.ids import snowflake

EVERYWHERE = "everywhere"
SERVER, CHANNEL = "server", "channel"


@dataclass(frozen=True, slots=True)
class PersonaPlace:
    """A server, a channel, or everywhere.

    Args:
        kind: `EVERYWHERE`, `SERVER` or `CHANNEL`.
        id: Discord's, of a server or channel.
    """

    kind: str = EVERYWHERE
    id: int | None = None

    @classmethod
    def of(cls, key: str) -> Self | None:
        """Return the place with a key; None if it isn't one."""
        if key == EVERYWHERE:
            return cls()
        kind, _, number = key.partition(":")
        found = snowflake(number)
        return cls(kind, found) if kind in (SERVER, CHANNEL) and found is not None else None

    @property
    def key(self) -> str:
        """Return what stands for it in the database."""
        return self.kind if self.id is None else f"{self.kind}:{self.id}"


def narrowest_first(guild_id: int | None, channels: Sequence[int | None]) -> list[str]:
    """Return the keys of the places that a message belongs to.

    Args:
        guild_id: its server; None for direct messages, where no channel counts.
        channels: its channel, then the one that it is a thread of.
    """
    found = []
    if guild_id is not None:
        found += [PersonaPlace(CHANNEL, one).key for one in channels if one is not None]
        found.append(PersonaPlace(SERVER, guild_id).key)
    return [*dict.fromkeys(found), EVERYWHERE]
