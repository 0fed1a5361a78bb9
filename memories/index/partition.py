"""The memories of one partition, held ready for search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import cast
from uuid import UUID

import numpy as np
import numpy.typing as npt

from memories.access import Scope, is_visible
from memories.index.base import Entry, Query
from memories.index.columns import Column
from memories.index.keywords import Keywords, Scores
from memories.index.rows import Row
from memories.index.sessions import NOBODY, REACH, Rows, Windows, alone, windows_of
from memories.index.traits import Trait, date_of, traits_of
from memories.index.vectors import Vectors
from memories.models import Memory
from memories.wording.words import context_terms, terms

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# What Python needs for one memory besides its texts and vector, roughly.
ENTRY_BYTES = 1_500
LETTER_BYTES = 3

# What is searched by words: a memory's text, and the turn before it with the date.
TEXT, CONTEXT = range(2)
FIELDS = ("text", "context")

_TALK = Memory.Kind.CONVERSATION.value
_FACTS = frozenset({Memory.Kind.USER_FACT.value, Memory.Kind.SHARED_FACT.value})


@dataclass(frozen=True, slots=True)
class Spot:
    """Whose a memory is and where it was said: all that the access rule asks for."""

    person_id: int | None
    place: str
    guild_id: int | None
    channel_id: int | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What some spots of a partition hold that is true at a time.

    Args:
        spots: their numbers.
        since: in seconds since 1970; when it was counted.
        until: when the next memory ends.
        visible: which rows these are, shape (rows,).
        size: how many.
        terms: how many terms their texts and contexts have together, shape (2,).
        pinned: the pinned ones, ascending.
        names: who speaks in the spots, with the stems of each name.
    """

    spots: tuple[int, ...]
    since: float
    until: float
    visible: Mask
    size: int
    terms: npt.NDArray[np.float64]
    pinned: Rows
    names: dict[str, list[str]]


class LoadedPartition:
    """Rows are added at the end; a changed text leaves its old row behind, found no more.

    A session lies within one spot, and what has an end belongs to none: so whoever may see one line
    of a session may see all of it, and no neighbour has to be left out for anybody.
    """

    def __init__(self) -> None:
        self.revision = 0
        # Text after text, each memory's own followed by its context.
        self.words = Keywords()
        self.entries: list[Entry | None] = []
        self.said_at = Column(np.float64)
        self.traits = Column(np.float32, len(Trait))
        self.pinned = Column(np.bool_)
        self.dates = Column(np.int16, 4)
        self.windows = Column(np.int32, 5)
        self.sessions = Column(np.int32)
        self._places: dict[UUID, int] = {}
        self._spots: dict[Spot, int] = {}
        # The last lines of each spot, in their order.
        self._latest: dict[int, Rows] = {}
        self._names: dict[int, dict[str, list[str]]] = {}
        self._vectors: dict[tuple[str, int], Vectors] = {}
        self._spot_of = Column(np.int32)
        self._talk = Column(np.bool_)
        self._ids = Column(np.uint64)
        self._valid_to = Column(np.float64)
        self._text_bytes = 0
        self._seen: Seen | None = None

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def bytes(self) -> int:
        """Return roughly how much memory it takes."""
        vectors = sum(block.matrix.nbytes for block in self._vectors.values())
        return vectors + self._text_bytes + ENTRY_BYTES * len(self)

    def apply(self, rows: Iterable[Row], revision: int) -> None:
        """Take in memories that are new or changed."""
        self._seen = None
        fresh: list[Row] = []
        changed: set[int] = set()
        for row in rows:
            at = self._places.get(row.entry.id)
            if at is None:
                fresh.append(row)
            elif _same_words(self.entries[at], row.entry):
                before = self._spot_at(at), self._is_line(at)
                self._set(at, row)
                after = self._spot_at(at), self._is_line(at)
                # Most changes only bring a vector, which moves nothing.
                if before != after:
                    changed |= {before[0], after[0]}
            else:
                changed.add(self._spot_at(at))
                self._drop(at)
                fresh.append(row)
        for spot, added in self._append(fresh).items():
            if spot in changed or not self._continue_session(spot, np.array(added, np.intp)):
                changed.add(spot)
        for spot in changed:
            self._find_sessions(spot)
        for key in [key for key, block in self._vectors.items() if not len(block)]:
            del self._vectors[key]
        for block in self._vectors.values():
            block.measure(self.windows.values)
        self.revision = revision

    def row_of(self, memory_id: UUID) -> int | None:
        """Return the row of a memory, None if it is not here."""
        return self._places.get(memory_id)

    def entries_of(self, rows: Sequence[int]) -> list[Entry]:
        """Return the memories of rows, none of which was left behind."""
        return cast(list[Entry], list(map(self.entries.__getitem__, rows)))

    def terms_of(self, row: int) -> frozenset[str]:
        """Return the terms of a memory's own text, each once."""
        return self.words.terms_of(row * len(FIELDS) + TEXT)

    def spots(self, scope: Scope) -> list[int]:
        """Return the spots whose memories may be recalled in a scope."""
        return [number for spot, number in self._spots.items() if is_visible(spot, scope)]

    def names(self, spots: Iterable[int]) -> dict[str, list[str]]:
        """Return who speaks in some spots, with the stems of each name."""
        return {name: stems for spot in spots for name, stems in self._names[spot].items()}

    def seen(self, spots: Sequence[int], now: datetime) -> Seen:
        """Return what some spots hold that is still true; it is kept while nothing changes."""
        seen, at = self._seen, now.timestamp()
        if seen is None or seen.spots != tuple(spots) or not seen.since <= at < seen.until:
            seen = self._seen = self._count(tuple(spots), at)
        return seen

    def lengths(self) -> Scores:
        """Return how many terms the text and the context of each row have, shape (rows, 2)."""
        return self.words.lengths.reshape(-1, len(FIELDS))

    def _count(self, spots: tuple[int, ...], at: float) -> Seen:
        allowed = np.zeros(len(self._spots), np.bool_)
        allowed[list(spots)] = True
        ends = self._valid_to.values
        visible: Mask = allowed[self._spot_of.values] & (ends > at)
        return Seen(
            spots=spots,
            since=at,
            until=float(ends[visible].min(initial=inf)),
            visible=visible,
            size=int(np.count_nonzero(visible)),
            terms=self.lengths()[visible].sum(axis=0, dtype=np.float64),
            pinned=np.flatnonzero(self.pinned.values & visible),
            names=self.names(spots),
        )

    def vectors(self, query: Query) -> Vectors | None:
        """Return the vectors that a query can be compared with; None if there are none."""
        if query.vector is None:
            return None
        return self._vectors.get((query.model, len(query.vector)))

    def _spot_at(self, at: int) -> int:
        return int(self._spot_of.values[at])

    def _is_line(self, at: int) -> bool:
        return bool(self._talk.values[at] and self._valid_to.values[at] == inf)

    def _append(self, fresh: list[Row]) -> dict[int, list[int]]:
        """Add memories at the end; return the rows that are lines of a session, by spot."""
        start, rows = len(self), np.arange(len(self), len(self) + len(fresh))
        entries = [row.entry for row in fresh]
        self.entries.extend(entries)
        self.words.add([field for entry in entries for field in _fields_of(entry)])
        self.said_at.extend([entry.said_at.timestamp() for entry in entries])
        self.traits.extend(
            [traits_of(entry.text, is_fact=entry.kind in _FACTS) for entry in entries]
        )
        self.pinned.extend(np.zeros(len(fresh)))
        self.dates.extend([date_of(entry.said_at) for entry in entries])
        self.windows.extend(alone(rows))
        self.sessions.extend(rows)
        self._talk.extend([entry.kind == _TALK for entry in entries])
        self._ids.extend([entry.id.int >> 64 for entry in entries])
        self._spot_of.extend(np.full(len(fresh), NOBODY))
        self._valid_to.extend(np.full(len(fresh), inf))
        for block in self._vectors.values():
            block.reserve(len(self))
        for at, row in enumerate(fresh, start):
            self._places[row.entry.id] = at
            self._text_bytes += LETTER_BYTES * (len(row.entry.text) + len(row.entry.context))
            self._set(at, row)
        lines: dict[int, list[int]] = {}
        for at in rows.tolist():
            if self._is_line(at):
                lines.setdefault(self._spot_at(at), []).append(at)
        return lines

    def _set(self, at: int, row: Row) -> None:
        """Hold everything of a memory but its words."""
        self._release(at)
        entry = self.entries[at] = row.entry
        spot = Spot(entry.person_id, entry.place, entry.guild_id, entry.channel_id, entry.hidden)
        number = self._spots.setdefault(spot, len(self._spots))
        names = self._names.setdefault(number, {})
        if entry.speaker and entry.speaker not in names:
            names[entry.speaker] = terms(entry.speaker)
        self._spot_of.values[at] = number
        self._valid_to.values[at] = row.valid_to.timestamp() if row.valid_to else inf
        self.traits.values[at, Trait.IMPORTANCE] = entry.importance
        self.pinned.values[at] = entry.pinned
        vector = row.vector
        if vector is not None:
            key = (row.model, len(vector))
            block = self._vectors.get(key)
            if block is None:
                block = self._vectors[key] = Vectors(len(vector), len(self))
            block.put(at, vector)
            if row.valid_to is None:
                block.count(at, number, 1)

    def _release(self, at: int) -> None:
        """Let go of a row's vector, and of what it added to the mean."""
        for block in self._vectors.values():
            if self._valid_to.values[at] == inf:
                block.count(at, self._spot_at(at), -1)
            block.drop(at)
            block.forget_lengths(self.windows.values[at])

    def _drop(self, at: int) -> None:
        """Leave a row behind, without its text."""
        self._release(at)
        self.entries[at] = None
        self._valid_to.values[at] = -inf
        for field in range(len(FIELDS)):
            self.words.blank(len(FIELDS) * at + field)
        self.windows.values[at] = alone(np.array([at]))
        self.sessions.values[at] = at

    def _continue_session(self, spot: int, added: Rows) -> bool:
        """Put lines behind the latest ones of a spot, if they were said after these.

        That is all that happens while somebody talks, and however much was said before, it takes no
        longer.
        """
        latest = self._latest.get(spot)
        if latest is None or not len(latest):
            return False
        rows = np.concatenate([latest, added])
        ordered, windows, sessions = windows_of(
            rows, self.said_at.values[rows], self._ids.values[rows]
        )
        known = len(latest)
        if not np.array_equal(ordered[:known], latest):
            return False
        # Those before have neighbours that were not looked at.
        moved = slice(max(known - REACH, 0), None)
        self._put_beside(ordered[moved], windows[moved])
        self.sessions.values[ordered[known:]] = np.where(
            sessions[known:] == sessions[known - 1],
            self.sessions.values[latest[-1]],
            sessions[known:],
        )
        self._latest[spot] = ordered[-2 * REACH :]
        for block in self._vectors.values():
            block.forget_lengths(ordered[moved])
        return True

    def _find_sessions(self, spot: int) -> None:
        """Put the lines of a spot in their order again."""
        rows = np.flatnonzero((self._spot_of.values == spot) & (self._valid_to.values > -inf))
        lines = rows[self._talk.values[rows] & (self._valid_to.values[rows] == inf)]
        before = self.windows.values[rows].copy()
        self._put_beside(rows, alone(rows))
        self.sessions.values[rows] = rows
        ordered, windows, sessions = windows_of(
            lines, self.said_at.values[lines], self._ids.values[lines]
        )
        self._put_beside(ordered, windows)
        self.sessions.values[ordered] = sessions
        self._latest[spot] = ordered[-2 * REACH :]
        moved = rows[(before != self.windows.values[rows]).any(axis=1)]
        for block in self._vectors.values():
            block.forget_lengths(moved)

    def _put_beside(self, rows: Rows, windows: Windows) -> None:
        """Hold which lines stand around lines, and which of these answer."""
        self.windows.values[rows] = windows
        before, traits = windows[:, REACH - 1], self.traits.values
        traits[rows, Trait.ANSWERS] = (before >= 0) & (traits[before, Trait.ASKS] > 0)


def _fields_of(entry: Entry) -> tuple[list[str], list[str]]:
    return terms(entry.text), context_terms(entry.context, entry.said_at)


def _same_words(held: Entry | None, entry: Entry) -> bool:
    return held is not None and (held.text, held.context, held.said_at) == (
        entry.text,
        entry.context,
        entry.said_at,
    )
