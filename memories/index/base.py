"""What every engine that searches memories offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable
from uuid import UUID

import numpy as np
import numpy.typing as npt

from memories.access import Scope
from memories.index.changes import Removal
from memories.models import Memory

if TYPE_CHECKING:
    from memories.analytics.base import Figures, Question
    from memories.index.pool import Pool
    from memories.search.base import Asked, Found


# The first parts of an origin whose second part is the key of a message.
MADE_FROM_MESSAGES = frozenset({"message", "fact", "summary"})


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Args:
        text: the words, as the person wrote them.
        vector: unit vector of the text, shape (dimension,); None if no embedder answers, then
            words alone count.
        model: name of the model that made the vector; memories of another model are found by words
            alone.
        also: words that mean the same as some of the text: "Kofi" where it says "my brother".
    """

    text: str
    vector: npt.NDArray[np.float32] | None = None
    model: str = ""
    also: str = ""

    @property
    def words(self) -> str:
        """Return all words to look for."""
        return f"{self.text} {self.also}" if self.also else self.text


# Made by the hundred thousand, and 64 for each recall: a frozen dataclass takes ten times as long.
class Entry(NamedTuple):
    """What an index holds of a memory besides vector and words; fields as in `Memory`.

    It is built by keyword, or by `of_columns` from what was read in the order of its fields.
    """

    id: UUID
    person_id: int | None
    kind: str
    text: str
    context: str
    speaker: str
    place: str
    guild_id: int | None
    channel_id: int | None
    said_at: datetime
    category: str
    slot: str
    importance: float
    confidence: float
    revision: int
    hidden: bool = False
    origin: str = ""
    pinned: bool = False

    @property
    def source_pk(self) -> int | None:
        """Return the key of the message that it was made from, or of a session's last; else None.

        `memories.queries.source_messages` has what a reply needs to quote it.
        """
        made_from, _, rest = self.origin.partition(":")
        number = rest.partition(":")[0]
        known = made_from in MADE_FROM_MESSAGES and number.isascii() and number.isdigit()
        return int(number) if known else None

    @classmethod
    def of_columns(cls, values: Iterable[Any]) -> Entry:
        """Return the entry of values in the order of `_fields`."""
        return cls._make(values)

    @classmethod
    def of(cls, memory: Memory) -> Entry:
        """Return what an index holds of a stored memory."""
        return cls(**{name: getattr(memory, name) for name in cls._fields})


class Candidate(NamedTuple):
    """One memory that an index proposes, with what ranking needs.

    Args:
        dense: cosine to the query, -1 to 1; None if the memory has no vector of the query's
            model.
        bm25: keyword score of the text, 0 or more, unbounded.
        bm25_context: the same over the turn before and the date.
    """

    entry: Entry
    dense: float | None
    bm25: float
    bm25_context: float


class UnansweredError(Exception):
    """An engine can't do now what it is asked for; the database does it instead.

    Args:
        why: for the log.
        note: a sentence for the caller; "" if "the engine does not reply" says it all.
    """

    def __init__(self, why: str, *, note: str = "") -> None:
        super().__init__(why)
        self.note = note


class MemoryIndex(Protocol):
    """An engine that proposes memories. It holds a copy that is rebuilt from the database."""

    async def prepare(self, scope: Scope, *, whole: bool = False) -> Mapping[str, Sequence[str]]:
        """Do now what a search of the scope would have to wait for, as far as it needs no query.

        Args:
            whole: return only when all memories of the scope can be searched.

        Returns:
            Who speaks in what the scope may see, with the stems of each name, as far as is known
            without searching.
        """

    async def candidates(self, query: Query, scope: Scope, *, limit: int = 100) -> list[Candidate]:
        """Return up to `limit` memories of the scope that are near the query by vector or word.

        Only what `memories.access.is_visible` lets through, and nothing whose `valid_to` has
        passed.
        """

    async def pool(self, query: Query, scope: Scope, *, limit: int = 64) -> Pool:
        """Return the same with what stands right beside each, and all that ranking asks of them."""

    async def find(self, asked: Asked) -> Found | None:
        """Return a page of a search by people; None if the engine leaves searches to the database.

        Raises:
            UnansweredError: it can't search now, or not like this.
            CursorError: the previous page is too old to continue from.
        """

    async def beginning(self, word: str, asked: Asked) -> list[str] | None:
        """Return ids of the newest that hold a word that begins so; None as above.

        Raises:
            UnansweredError: it can't search now.
        """

    async def figures(self, question: Question) -> Figures | None:
        """Return the figures of a view; None as above.

        Raises:
            UnansweredError: it can't count now.
        """

    async def trouble(self) -> str:
        """Return why a search would not be answered now, in a short phrase; empty if it would."""


@runtime_checkable
class CopiedIndex(MemoryIndex, Protocol):
    """An engine outside this process, to which the outbox brings every change of the database."""

    async def follow(self, changed: Sequence[UUID], removed: Sequence[Removal]) -> None:
        """Copy changed memories from the database, and drop the removed ones.

        It may be called twice, late and in any order: the newest revision stays.

        Raises:
            outbox.AwayError: the engine is away or takes no writes; try all of it again.
            outbox.PermanentError: it refuses one of the memories for good; the others were taken.
        """

    async def refresh(self) -> None:
        """Let everything that was taken over be found from now on; for tests and measurements."""
