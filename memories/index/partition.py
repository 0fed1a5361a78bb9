"""The memories of one partition, held ready for search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import TypeVar
from uuid import UUID

import numpy as np
import numpy.typing as npt

from memories.index.base import Entry, Query
from memories.index.keywords import Keywords
from memories.index.words import context_terms, terms
from memories.models import Memory
from memories.visibility import Scope, is_visible

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Scalar = TypeVar("Scalar", bound=np.generic)

# What Python needs for one memory besides its texts and vector, roughly.
ENTRY_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Whose a memory is and where it was said: all that visibility asks for."""

    owner_id: int | None
    place: str
    guild_id: int | None
    channel_id: int | None


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
        self._rows: dict[UUID, int] = {}
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

    def apply(self, memories: Iterable[Memory], revision: int) -> None:
        """Take in memories that are new or changed."""
        fresh: list[Memory] = []
        for memory in memories:
            row = self._rows.get(memory.pk)
            known = None if row is None else self.entries[row]
            if row is None or known is None:
                fresh.append(memory)
            elif (known.text, known.context, known.said_at) != (
                memory.text,
                memory.context,
                memory.said_at,
            ):
                self._drop(row)
                fresh.append(memory)
            else:
                self._set(row, memory)
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

    def _append(self, memories: list[Memory]) -> None:
        start, rows = len(self), len(self) + len(memories)
        if rows > len(self._valid_to):
            room = max(rows, len(self) * 9 // 8)
            self._spot_of = _grown(self._spot_of, room)
            self._valid_to = _grown(self._valid_to, room)
        self.entries.extend([None] * len(memories))
        self.text.add([terms(memory.text) for memory in memories])
        self.context.add([context_terms(memory.context, memory.said_at) for memory in memories])
        for row, memory in enumerate(memories, start):
            self._rows[memory.pk] = row
            self._text_bytes += 4 * (len(memory.text) + len(memory.context))
            self._set(row, memory)

    def _set(self, row: int, memory: Memory) -> None:
        """Hold everything of a memory but its words."""
        if memory.speaker not in self._speakers:
            self._speakers.add(memory.speaker)
            self.names.update(terms(memory.speaker))
        self.entries[row] = Entry.of(memory)
        spot = Spot(memory.owner_id, memory.place, memory.guild_id, memory.channel_id)
        self._spot_of[row] = self._spots.setdefault(spot, len(self._spots))
        self._valid_to[row] = memory.valid_to.timestamp() if memory.valid_to else inf
        for block in self._vectors.values():
            block.present[row : row + 1] = False
        vector = _vector(memory)
        if vector is not None:
            key = (memory.embedding_model, len(vector))
            if key not in self._vectors:
                self._vectors[key] = _Vectors(len(vector))
            self._vectors[key].put(row, vector, len(self))

    def _drop(self, row: int) -> None:
        """Leave a row behind, without its text."""
        self.entries[row] = None
        self._valid_to[row] = -inf
        self.text.blank(row)
        self.context.blank(row)


def _vector(memory: Memory) -> Floats | None:
    """Return a memory's vector, None where it has none or the bytes are damaged."""
    dimension = memory.embedding_dimension
    if not memory.embedding or not dimension or len(memory.embedding) != 4 * dimension:
        return None
    return np.frombuffer(memory.embedding, "<f4")


def _grown(array: npt.NDArray[Scalar], rows: int) -> npt.NDArray[Scalar]:
    grown = np.zeros((rows, *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
