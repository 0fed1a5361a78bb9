"""How much the words of some texts are like the terms of a query."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from memories.index.keywords import Keywords
from memories.wording.likeness import likeness_to, number_of

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]


def alike(terms: Sequence[str], fields: Sequence[Keywords], rows: Rows) -> Floats:
    """Return how much the word of each text that is most like a term is like it, (terms, rows).

    Args:
        fields: those of the partitions, which follow one another.
        rows: ascending, counted through all fields.
    """
    found = np.zeros((len(terms), len(rows)), np.float32)
    numbers = [(at, number) for at, term in enumerate(terms) if (number := number_of(term))]
    if not numbers:
        return found
    known = [at for at, _ in numbers]
    likeness = [likeness_to(number) for _, number in numbers]
    start = 0
    for field in fields:
        here = slice(*np.searchsorted(rows, [start, start + len(field)]))
        stems, lengths = field.stems_in(rows[here] - start)
        filled = np.flatnonzero(lengths)
        if len(filled):
            begins = (lengths.cumsum() - lengths)[filled]
            best = np.stack([np.maximum.reduceat(one[stems], begins) for one in likeness])
            found[np.ix_(known, filled + here.start)] = best
        start += len(field)
    return found
