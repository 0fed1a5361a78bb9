"""What an event is. It names rows of the database and quotes none of them.

So nothing that a person said or is called passes through Redis, and what is erased is not shown.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from secrets import token_hex
from typing import Any


class LiveKind(StrEnum):
    """What happened."""

    MESSAGE = "message"
    REPLY = "reply"
    RECALL = "recall"
    CACHE = "cache"
    FALLBACK = "fallback"
    FAULT = "fault"


def _new_id() -> str:
    return token_hex(8)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Args:
        kind: a `LiveKind`; of a newer version perhaps one that this process does not know.
        detail: constant words, such as the part that failed; never what somebody said.
        message: the number of the message that it concerns; None for none.
        trace: the number of a reply's trace.
        length: characters of the message.
        milliseconds: how long it took; None if that says nothing.
        count: how many, such as of memories that were recalled.
        best: the best score, from 0 to 1.
        at: seconds since 1970.
        id: not used twice, in any process.
    """

    kind: str
    detail: str = ""
    message: int | None = None
    trace: int | None = None
    length: int = 0
    milliseconds: float | None = None
    count: int = 0
    best: float | None = None
    at: float = field(default_factory=time.time)
    id: str = field(default_factory=_new_id)

    def packed(self) -> dict[str, Any]:
        """Return it as the channel layer carries it."""
        return asdict(self)

    @classmethod
    def unpacked(cls, held: Any) -> Event | None:
        """Return an event that a process sent; None if it is none, as of another version."""
        if not isinstance(held, Mapping) or not set(held) >= _NEEDED:
            return None
        try:
            return cls(**{name: held[name] for name in _NAMES if name in held})
        except TypeError:
            return None


_NAMES = frozenset(one.name for one in fields(Event))
_NEEDED = {"kind", "at", "id"}
