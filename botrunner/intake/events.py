"""What can happen on a platform, in the form that the spool keeps."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone

from whisper.ids import LARGEST


class EventKind(StrEnum):
    """What happened."""

    MESSAGE = "message"
    EDIT = "edit"
    # Of one message, or of several.
    DELETION = "deletion"
    CHANNEL_REMOVAL = "channel removal"
    SERVER_REMOVAL = "server removal"


# Kinds that say something, so that they are nothing without their content.
WORDED = (EventKind.MESSAGE, EventKind.EDIT)


class UnreadableEventError(ValueError):
    """A line of a spool isn't an event."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a platform.

    Args:
        kind: what happened.
        channel_id: the channel or thread where it happened; None for a whole server.
        guild_id: its server; None in direct messages.
        platform_ids: the messages concerned, one except in a bulk deletion; empty for removals.
        person_id: who wrote the message, if that is known.
        at: when it happened, or was noticed.
        content: the words, in the form that the handler of its kind takes: in memory alone, None
            if they have to be read from the platform again.
    """

    kind: EventKind
    channel_id: int | None = None
    guild_id: int | None = None
    platform_ids: tuple[int, ...] = ()
    person_id: int | None = None
    at: datetime = field(default_factory=timezone.now)
    content: Any = field(default=None, compare=False, repr=False)

    @property
    def lacks_words(self) -> bool:
        """Return whether its content has to be read from the platform first."""
        return self.kind in WORDED and self.content is None

    @property
    def possible(self) -> Event | None:
        """Return the event without messages whose ids no store takes; None if nothing is left."""
        places = (self.channel_id, self.guild_id, self.person_id)
        if not all(one is None or _is_id(one) for one in places):
            return None
        if all(map(_is_id, self.platform_ids)):
            return self
        left = tuple(filter(_is_id, self.platform_ids))
        return replace(self, platform_ids=left) if left else None

    def to_line(self, number: int) -> bytes:
        """Return the line that a spool keeps, without the content; ids are strings."""
        values = {
            "n": number,
            "kind": self.kind.value,
            "channel": _text(self.channel_id),
            "guild": _text(self.guild_id),
            "messages": [str(one) for one in self.platform_ids],
            "person": _text(self.person_id),
            "at": self.at.isoformat(),
        }
        return json.dumps(values, separators=(",", ":")).encode() + b"\n"

    @classmethod
    def from_values(cls, values: Any) -> Event:
        """Return the event of a spool's line.

        Raises:
            UnreadableEventError: it is something else.
        """
        try:
            return cls(
                kind=EventKind(values["kind"]),
                channel_id=_id(values["channel"]),
                guild_id=_id(values["guild"]),
                platform_ids=tuple(int(one) for one in values["messages"]),
                person_id=_id(values["person"]),
                at=datetime.fromisoformat(values["at"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UnreadableEventError(type(error).__name__) from None


def _is_id(number: int) -> bool:
    return 0 <= number <= LARGEST


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


def _id(value: Any) -> int | None:
    return None if value is None else int(value)
