"""Lines of a JSONL file as memories."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from memories.actions import MemoryDraft, clean, remember_all
from memories.embeddings import embedder
from memories.models import Memory, Place
from profiles.models import LARGEST_ID
from whisper.environment import environment

LONGEST_KEY = 64


class LineError(Exception):
    """A line can't be a memory; the text says why."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file.

    Args:
        key: what makes it the same line when it is read again.
        at: when it was said.
        direct: said in direct messages, even if a server is named.
    """

    text: str
    at: datetime
    key: str
    author: str
    channel_id: int | None
    guild_id: int | None
    direct: bool

    @property
    def private(self) -> bool:
        """Return whether only its owner heard it."""
        return self.direct or self.guild_id is None

    @property
    def conversation(self) -> Hashable:
        """Return what lines of one talk share; private ones never become part of a public one."""
        return None if self.private else self.guild_id, self.channel_id


def parse_line(raw: str) -> Line:
    """Return what a line of JSON says.

    Raises:
        LineError: it is not a JSON object with a text, or a field is of another kind.
    """
    try:
        fields = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise LineError(f"invalid JSON ({error})") from None
    if not isinstance(fields, dict):
        raise LineError("not a JSON object")
    text = clean(_string(fields, "text"))
    if not text.strip():
        raise LineError("text is missing or empty")
    direct = fields.get("direct", False)
    if not isinstance(direct, bool):
        raise LineError("direct is neither true nor false")
    return Line(
        text=text,
        at=_time(_string(fields, "at")),
        key=_key(fields),
        author=_string(fields, "author"),
        channel_id=_id(fields, "channel_id"),
        guild_id=_id(fields, "guild_id"),
        direct=direct,
    )


def draft(line: Line, person_id: int, *, context: str = "") -> MemoryDraft:
    """Return the memory of a line.

    Args:
        context: what was said before it in the same channel.
    """
    return MemoryDraft(
        person_id=person_id,
        kind=Memory.Kind.CONVERSATION,
        text=line.text,
        context=context,
        speaker=line.author,
        place=Place.DIRECT if line.private else Place.PUBLIC_CHANNEL,
        guild_id=None if line.private else line.guild_id,
        channel_id=line.channel_id,
        said_at=line.at,
        origin=f"batch:{line.key}",
    )


def remember_new(drafts: Sequence[MemoryDraft]) -> int:
    """Embed and store one owner's drafts that are not known yet; return how many they were.

    Raises:
        EmbeddingError: the embedder does not answer.
    """
    by_origin: dict[str, MemoryDraft] = {}
    for one in drafts:
        by_origin.setdefault(one.origin, one)
    rows = Memory.objects.filter(person_id=drafts[0].person_id, origin__in=by_origin)
    for origin in rows.values_list("origin", flat=True):
        del by_origin[origin]
    new = list(by_origin.values())
    if new:
        by = embedder()
        vectors = by.embed([one.text for one in new])
        remember_all(new, vectors=vectors, model=by.model)
    return len(new)


def _string(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise LineError(f"{name} is not text")
    return value


def _id(fields: dict[str, Any], name: str) -> int | None:
    value = fields.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_ID:
        raise LineError(f"{name} is not an id")
    return value


def _time(value: str) -> datetime:
    if not value:
        return timezone.now()
    try:
        found = parse_datetime(value) or datetime.fromisoformat(value)
        if timezone.is_naive(found):
            found = found.replace(tzinfo=ZoneInfo(environment.time_zone))
        return found.astimezone(ZoneInfo("UTC"))
    except (ValueError, OverflowError):
        raise LineError(f"at is not an ISO date ({value[:40]!r})") from None


def _key(fields: dict[str, Any]) -> str:
    """Return the line's id, else a digest of what it says, so that it is taken once."""
    given = fields.get("id")
    if isinstance(given, bool) or not isinstance(given, str | int | None):
        raise LineError("id is neither text nor number")
    if isinstance(given, int):
        return str(_id(fields, "id"))
    if not given:
        return _digest(json.dumps(fields, sort_keys=True, ensure_ascii=True))
    return clean(given) if len(given) <= LONGEST_KEY else _digest(clean(given))


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:32]
