"""How the terms of a query fit the texts and contexts of some partitions at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from memories.index.keywords import Keywords, idfs, length_norms
from memories.index.partition import CONTEXT, FIELDS, TEXT
from memories.index.sessions import NOBODY, REACH

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

# How much a word counts that stands in a neighbour of a line.
NEAR = np.array([0.35, 0.6, 1.0, 0.6, 0.35], np.float32)
# Beyond this many, a table of all terms and all rows takes longer than to look what is needed.
MOST_CELLS = 500_000


class Matches:
    """Which rows hold each term in their text or context, and the BM25 score of each of these.

    How rare a term is and how long a text is on average is counted over what may be seen, and for
    texts and contexts apart.
    """

    def __init__(
        self,
        words: Sequence[Keywords],
        terms: Sequence[str],
        visible: Mask,
        size: int,
        average: Floats,
        known: Mapping[str, Mapping[str, int]] | None = None,
    ) -> None:
        """Find the terms in the partitions, which follow one another.

        Args:
            words: of each partition.
            visible: which rows may be seen, shape (rows,).
            size: how many those are.
            average: how many terms their texts and their contexts have, shape (2,).
            known: how many of them hold each term, by field, where these partitions hold a part
                of them only.
        """
        texts, of_term, counts = _found(words, terms)
        # Quicker than `divmod`, which doesn't know that it's always the same divisor.
        self._rows = texts // len(FIELDS)
        field = texts - self._rows * len(FIELDS)
        self._is_text = field == TEXT
        # Each term of each field, counted through.
        weighed = of_term * len(FIELDS) + field
        if known is None:
            seen = weighed if size == len(visible) else weighed[visible[self._rows]]
            holding = np.bincount(seen, minlength=len(terms) * len(FIELDS))
        else:
            each = [known[name] for name in FIELDS]
            holding = np.array([min(one.get(term, 0), size) for term in terms for one in each], int)
        self.holding: npt.NDArray[np.int64] = holding[TEXT :: len(FIELDS)]
        lengths = _joined([one.lengths for one in words])
        norms = length_norms(lengths.take(texts), average.take(field))
        weights = idfs(size, holding).astype(np.float32)
        self._of_term = of_term
        self._scores: Floats = weights[weighed] * counts / (counts + norms)
        self._texts = texts

    def totals(self, rows: int) -> tuple[Floats, Floats]:
        """Return the BM25 scores of every text and of every context, shape (rows,) each."""
        found = np.bincount(self._texts, self._scores, rows * len(FIELDS)).astype(np.float32)
        return found[TEXT :: len(FIELDS)], found[CONTEXT :: len(FIELDS)]

    def matrices(self, windows: Rows, rows: int) -> tuple[Floats, Floats]:
        """Return the score of each term in some texts, alone and with neighbours, (terms, texts).

        Args:
            windows: the rows around each of these texts and, in the middle, its own, (texts, 5).
            rows: how many there are in all.
        """
        at, held, around = self._rows, self._is_text, windows.T
        if len(self.holding) * rows > MOST_CELLS:
            needed, places = _renumbered(windows, rows)
            around, rows, at = places[around], len(needed), places[at]
            held = held & (at >= 0)
        # The last column is that of no text, and is read where there is no neighbour.
        table = np.zeros((len(self.holding), rows + 1), np.float32)
        texts = held.nonzero()[0]
        table[self._of_term[texts], at[texts]] = self._scores[texts]
        near = table.take(around, axis=1, mode="wrap")
        near *= NEAR[:, None]
        return near[:, REACH], near.max(axis=1)


def _renumbered(windows: Rows, rows: int) -> tuple[Rows, Rows]:
    """Return the rows that windows hold, and the new number of every row, -1 for the others."""
    places = np.full(rows + 1, NOBODY, np.intp)
    places[windows] = 1
    needed = np.flatnonzero(places[:rows] > 0)
    places[needed] = np.arange(len(needed))
    places[rows] = NOBODY
    return needed, places


def _found(words: Sequence[Keywords], terms: Sequence[str]) -> tuple[Rows, Rows, Floats]:
    """Return, of each time that a text holds a term: the text, the term's number, how often."""
    parts: list[tuple[Rows, Rows, Floats]] = []
    start = 0
    for one in words:
        for texts, counts, of_term in one.holding_any(terms):
            parts.append((texts + np.intp(start), of_term, counts))
        start += len(one)
    if not parts:
        return np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0, np.float32)
    if len(parts) == 1:
        return parts[0]
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )


def _joined(columns: Sequence[Floats]) -> Floats:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)
