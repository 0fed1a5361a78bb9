"""What a search of memories is asked, and what it finds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from memories.index.base import Entry, Query
from memories.models import Memory, Place
from memories.search.scopes import Asker
from profiles.models import LARGEST_ID, Emotion

LONGEST_TEXT = 1_000
# How many candidates by vector, and by words, are put in order.
WINDOW = 200

_SOURCE = re.compile(r"[a-z_-]{1,32}")


class InvalidSearchError(ValueError):
    """The query can't be searched; the text tells the person why."""


class CursorError(InvalidSearchError):
    """A cursor is foreign, altered or too old."""


class Mode(StrEnum):
    """How words are looked for."""

    # By words and meaning, as recall does.
    HYBRID = "hybrid"
    # By meaning alone, whatever the words.
    MEANING = "meaning"
    # Any of the words, in any of their forms.
    WORDS = "words"
    # The same, with a letter or two wrong.
    FUZZY = "fuzzy"
    # These words in this order, as they are written.
    PHRASE = "phrase"


# What compares vectors.
BY_MEANING = (Mode.HYBRID, Mode.MEANING)


@dataclass(frozen=True, slots=True)
class Filters:
    """What memories must hold; None and empty let everything through.

    Args:
        confidence_at_least: 0 to 1.
        since: said then or later.
        until: said before.
        source: what it was made from, the first part of `Memory.origin`: message, fact, command …
    """

    kind: str = ""
    category: str = ""
    place: str = ""
    guild: int | None = None
    channel: int | None = None
    emotion: str = ""
    confidence_at_least: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    source: str = ""

    def equal(self) -> dict[str, str | int]:
        """Return the fields of a memory that must be equal to something."""
        wanted: dict[str, str | int | None] = {
            "kind": self.kind,
            "category": self.category,
            "place": self.place,
            "guild_id": self.guild,
            "channel_id": self.channel,
            "emotion": self.emotion,
        }
        return {name: value for name, value in wanted.items() if value not in (None, "")}  # type: ignore[misc]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for.

    Args:
        text: words; without any, all that the filters let through, the newest first.
        as_of: what was true and known then, facts that were superseded since among it; now
            otherwise.
    """

    text: str = ""
    mode: Mode = Mode.HYBRID
    filters: Filters = field(default_factory=Filters)
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a text that was looked for, by its letters; the end is not part of it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A memory that was found.

    Args:
        score: comparable within one search only: 0 to 1 for hybrid and meaning, else 0 or more; 0
            without text.
        highlights: parts of `entry.text`, in order, none within another. They are numbers, so that
            who shows them decides how, and nothing of a memory is taken for markup.
    """

    entry: Entry
    score: float
    highlights: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found, the best first.

    Args:
        total: how many there are on all pages; of a search by meaning those that were put in order.
        next_cursor: what to ask the next page with; None on the last one.
        engine: who searched: elasticsearch, chroma or record.
        not_supported: what could not be done as asked, in sentences.
    """

    hits: Sequence[Hit]
    total: int
    next_cursor: str | None
    engine: str
    not_supported: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One page as engines take it.

    Args:
        vector: the query as recall takes it, for a search by meaning.
        now: when the first page was asked for.
        after: the engine's mark of where the previous page ended.
    """

    query: SearchQuery
    scope: Asker
    size: int
    now: datetime
    vector: Query | None = None
    after: Mapping[str, Any] | None = None

    @property
    def at(self) -> datetime:
        """Return when what is found must be true."""
        return self.query.as_of or self.now


@dataclass(frozen=True, slots=True)
class Found:
    """One page as engines give it.

    Args:
        after: where it ended; None on the last one.
        notes: what could not be done as asked, in sentences.
    """

    hits: Sequence[Hit]
    total: int
    engine: str
    after: Mapping[str, Any] | None = None
    notes: Sequence[str] = ()


def check(query: SearchQuery) -> None:
    """Check whether a query can be searched.

    Raises:
        InvalidSearchError: it can't.
    """
    if len(query.text) > LONGEST_TEXT:
        raise InvalidSearchError(f"Please search with at most {LONGEST_TEXT} characters.")
    filters = query.filters
    for name, value, known in (
        ("kind", filters.kind, Memory.Kind.values),
        ("place", filters.place, Place.values),
        ("emotion", filters.emotion, Emotion.values),
    ):
        if value and value not in known:
            raise InvalidSearchError(f"There is no such {name}. Choose from: {', '.join(known)}.")
    for name, number in (("server", filters.guild), ("channel", filters.channel)):
        if number is not None and not 0 <= number <= LARGEST_ID:
            raise InvalidSearchError(f"That is not the id of a {name}.")
    if filters.confidence_at_least is not None and not 0 <= filters.confidence_at_least <= 1:
        raise InvalidSearchError("Confidence must be from 0 to 1.")
    if filters.source and not _SOURCE.fullmatch(filters.source):
        raise InvalidSearchError("Source must be one word, such as message or fact.")
    if "\x00" in filters.category:
        raise InvalidSearchError("There is no such category.")
    if any(at and at.tzinfo is None for at in (filters.since, filters.until, query.as_of)):
        raise InvalidSearchError("A time needs its time zone.")
    if filters.since and filters.until and filters.since >= filters.until:
        raise InvalidSearchError("The start must be before the end.")
