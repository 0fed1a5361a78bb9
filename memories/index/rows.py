"""What is read of a memory to be held ready for search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from memories.index.base import Entry

Floats = npt.NDArray[np.float32]

# Vectors have a length of about 1; nothing in one of them comes near this.
LONGEST = 1_000.0


class Row(NamedTuple):
    """What is read of a memory: an entry's fields, and what is held beside it."""

    entry: Entry
    valid_to: datetime | None
    embedding: bytes | None
    model: str
    dimension: int | None

    @property
    def vector(self) -> Floats | None:
        """Return the vector, None if there is none, its bytes are damaged or it points nowhere."""
        if not self.embedding or not self.dimension or len(self.embedding) != 4 * self.dimension:
            return None
        vector: Floats = np.frombuffer(self.embedding, "<f4")
        # One that isn't finite would spoil the mean of all, and so every search of the person.
        return vector if 0 < float(np.abs(vector).max()) < LONGEST else None


# What is read of a memory for a row.
STORED = (*Entry._fields, "valid_to", "embedding", "embedding_model", "embedding_dimension")


def row_of(values: Sequence[Any]) -> Row:
    """Return the row of a memory whose values were read in the order of `STORED`."""
    fields = len(Entry._fields)
    return Row(Entry.of_columns(values[:fields]), *values[fields:])
