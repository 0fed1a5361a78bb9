"""How the terms of a query fit the texts of one field, over some partitions at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from memories.index.keywords import Keywords, idfs, length_norms
from memories.index.sessions import NOBODY, REACH

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

# How much a word counts that stands in a neighbour of a line.
NEAR = np.array([0.35, 0.6, 1.0, 0.6, 0.35], np.float32)
# Beyond this many, a table of all terms and all texts takes longer than to look what is needed.
MOST_CELLS = 500_000


class Matches:
    """Which texts hold each term, and the BM25 score of each of these.

    How rare a term is and how long a text is on average is counted over what may be seen.
    """

    def __init__(
        self,
        fields: Sequence[Keywords],
        terms: Sequence[str],
        visible: Mask,
        size: int,
        known: tuple[float, Mapping[str, int]] | None = None,
    ) -> None:
        """Find the terms in the field of each partition, which follow one another.

        Args:
            visible: which texts may be seen, shape (texts,).
            size: how many those are.
            known: their average length in terms and how many of them hold each term, where these
                fields hold a part of them only.
        """
        self._texts, self._of_term, counts = _found(fields, terms)
        if known is None:
            seen = self._of_term
            if size < len(visible):
                seen = seen[visible[self._texts]]
            self.holding = np.bincount(seen, minlength=len(terms))
            average = _average(fields, visible, size)
        else:
            average, holding = known
            self.holding = np.array([min(holding.get(term, 0), size) for term in terms], np.int64)
        lengths = _joined([one.lengths for one in fields])[self._texts]
        norms = length_norms(lengths, average)
        weights = idfs(size, self.holding).astype(np.float32)
        self._scores: Floats = weights[self._of_term] * counts / (counts + norms)

    def total(self, texts: int) -> Floats:
        """Return the BM25 score of every text, shape (texts,)."""
        return np.bincount(self._texts, self._scores, texts).astype(np.float32)

    def matrices(self, windows: Rows, texts: int) -> tuple[Floats, Floats]:
        """Return the score of each term in some texts, alone and with neighbours, (terms, rows).

        Args:
            windows: the rows around each of these texts and, in the middle, its own, (rows, 5).
            texts: how many there are in all.
        """
        at, of_term, scores = self._texts, self._of_term, self._scores
        around: Rows = windows.T
        if len(self.holding) * texts > MOST_CELLS:
            needed, places = _renumbered(windows, texts)
            around, texts, at = places[around], len(needed), places[at]
            held = np.flatnonzero(at >= 0)
            at, of_term, scores = at[held], of_term[held], scores[held]
        # The last column is that of no text, and is read where there is no neighbour.
        table = np.zeros((len(self.holding), texts + 1), np.float32)
        table[of_term, at] = scores
        near = table.take(around, axis=1, mode="wrap")
        near *= NEAR[:, None]
        return near[:, REACH], near.max(axis=1)


def _renumbered(windows: Rows, texts: int) -> tuple[Rows, Rows]:
    """Return the rows that windows hold, and the new number of every row, -1 for the others."""
    places = np.full(texts + 1, NOBODY, np.intp)
    places[windows] = 1
    needed = np.flatnonzero(places[:texts] > 0)
    places[needed] = np.arange(len(needed))
    places[texts] = NOBODY
    return needed, places


def _found(fields: Sequence[Keywords], terms: Sequence[str]) -> tuple[Rows, Rows, Floats]:
    """Return, of each time that a text holds a term: the text, the term's number, how often."""
    parts: list[tuple[Rows, Rows, Floats]] = []
    start = 0
    for field in fields:
        for texts, counts, of_term in field.holding_any(terms):
            parts.append((texts + np.intp(start), of_term, counts))
        start += len(field)
    if not parts:
        return np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0, np.float32)
    if len(parts) == 1:
        return parts[0]
    return (
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
        np.concatenate([part[2] for part in parts]),
    )


def _average(fields: Sequence[Keywords], visible: Mask, size: int) -> float:
    """Return how many terms a visible text has on average."""
    if size == len(visible):
        return sum(float(one.lengths.sum()) for one in fields) / max(size, 1)
    return float(_joined([one.lengths for one in fields]) @ visible) / max(size, 1)


def _joined(columns: Sequence[Floats]) -> Floats:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)
