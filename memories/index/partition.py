"""The memories of one partition, held ready for search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import NamedTuple, TypeVar
from uuid import UUID

import numpy as np
import numpy.typing as npt

from memories.access import Scope, is_visible
from memories.index.base import Entry, Query
from memories.index.keywords import Keywords
from memories.wording.words import context_terms, terms

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Scalar = TypeVar("Scalar", bound=np.generic)

# What Python needs for one memory besides its texts and vector, roughly.
ENTRY_BYTES = 1_500
LETTER_BYTES = 3


class Row(NamedTuple):
    """What is read of a memory: an entry's fields, and what is held beside it."""

    entry: Entry
    valid_to: datetime | None
    embedding: bytes | None
    model: str
    dimension: int | None

    @property
    def vector(self) -> Floats | None:
        """Return the vector, None where there is none or its bytes are damaged."""
        if not self.embedding or not self.dimension or len(self.embedding) != 4 * self.dimension:
            return None
        return np.frombuffer(self.embedding, "<f4")


@dataclass(frozen=True, slots=True)
class Spot:
    """Whose a memory is and where it was said: all that visibility asks for."""

    person_id: int | None
    place: str
    guild_id: int | None
    channel_id: int | None
    hidden: bool


class _Vectors:
    """The vectors of one model, by row."""

    def __init__(self, dimension: int) -> None:
        self.matrix: Floats = np.zeros((0, dimension), np.float32)
        self.present: Mask = np.zeros(0, np.bool_)

    def put(self, row: int, vector: Floats, rows: int) -> None:
        """Hold a vector, in a matrix with room for `rows` rows at least."""
        if rows > len(self.present):
            room = max(rows, len(self.present) * 9 // 8)
            self.matrix = _grown(self.matrix, room)
            self.present = _grown(self.present, room)
        self.matrix[row], self.present[row] = vector, True


class LoadedPartition:
    """Rows are added at the end; a changed text leaves its old row behind, found no more."""

    def __init__(self) -> None:
        self.revision = 0
        self.text = Keywords()
        self.context = Keywords()
        self.entries: list[Entry | None] = []
        self.names: set[str] = set()
        self._speakers: set[str] = set()
        self._places: dict[UUID, int] = {}
        self._spots: dict[Spot, int] = {}
        self._vectors: dict[tuple[str, int], _Vectors] = {}
        self._spot_of: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        self._valid_to: npt.NDArray[np.float64] = np.zeros(0, np.float64)
        self._text_bytes = 0

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def bytes(self) -> int:
        """Return roughly how much memory it takes."""
        vectors = sum(block.matrix.nbytes for block in self._vectors.values())
        return vectors + self._text_bytes + ENTRY_BYTES * len(self)

    def apply(self, rows: Iterable[Row], revision: int) -> None:
        """Take in memories that are new or changed."""
        fresh: list[Row] = []
        for row in rows:
            at = self._places.get(row.entry.id)
            if at is None:
                fresh.append(row)
            elif _same_words(self.entries[at], row.entry):
                self._set(at, row)
            else:
                self._drop(at)
                fresh.append(row)
        self._append(fresh)
        for key in [key for key, block in self._vectors.items() if not block.present.any()]:
            del self._vectors[key]
        self.revision = revision

    def visible(self, scope: Scope, now: datetime) -> Mask:
        """Return which rows may be recalled in a scope and are still true."""
        allowed = np.fromiter((is_visible(spot, scope) for spot in self._spots), np.bool_)
        rows = len(self)
        return allowed[self._spot_of[:rows]] & (self._valid_to[:rows] > now.timestamp())

    def cosines(self, query: Query) -> Floats:
        """Return each row's cosine to the query; NaN without a vector of the query's model."""
        cosines = np.full(len(self), np.nan, np.float32)
        if query.vector is not None:
            block = self._vectors.get((query.model, len(query.vector)))
            if block is not None:
                rows = min(len(self), len(block.present))
                known = block.matrix[:rows] @ query.vector
                cosines[:rows] = np.where(block.present[:rows], known, np.nan)
        return cosines

    def _append(self, fresh: list[Row]) -> None:
        start, rows = len(self), len(self) + len(fresh)
        if rows > len(self._valid_to):
            room = max(rows, len(self) * 9 // 8)
            self._spot_of = _grown(self._spot_of, room)
            self._valid_to = _grown(self._valid_to, room)
        entries = [row.entry for row in fresh]
        self.entries.extend(entries)
        self.text.add([terms(entry.text) for entry in entries])
        self.context.add([context_terms(entry.context, entry.said_at) for entry in entries])
        for at, row in enumerate(fresh, start):
            self._places[row.entry.id] = at
            self._text_bytes += LETTER_BYTES * (len(row.entry.text) + len(row.entry.context))
            self._set(at, row)

    def _set(self, at: int, row: Row) -> None:
        """Hold everything of a memory but its words."""
        entry = self.entries[at] = row.entry
        if entry.speaker not in self._speakers:
            self._speakers.add(entry.speaker)
            self.names.update(terms(entry.speaker))
        spot = Spot(entry.person_id, entry.place, entry.guild_id, entry.channel_id, entry.hidden)
        self._spot_of[at] = self._spots.setdefault(spot, len(self._spots))
        self._valid_to[at] = row.valid_to.timestamp() if row.valid_to else inf
        for block in self._vectors.values():
            block.present[at : at + 1] = False
        vector = row.vector
        if vector is not None:
            key = (row.model, len(vector))
            if key not in self._vectors:
                self._vectors[key] = _Vectors(len(vector))
            self._vectors[key].put(at, vector, len(self))

    def _drop(self, at: int) -> None:
        """Leave a row behind, without its text."""
        self.entries[at] = None
        self._valid_to[at] = -inf
        self.text.blank(at)
        self.context.blank(at)


def _same_words(held: Entry | None, entry: Entry) -> bool:
    return held is not None and (held.text, held.context, held.said_at) == (
        entry.text,
        entry.context,
        entry.said_at,
    )


def _grown(array: npt.NDArray[Scalar], rows: int) -> npt.NDArray[Scalar]:
    grown = np.zeros((rows, *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
