"""Partitions searched as one: from a query and a scope to a pool."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from memories.access import Scope
from memories.index.alike import alike
from memories.index.base import Entry, Query
from memories.index.compared import Compared, mean_of
from memories.index.keywords import K1, idf
from memories.index.matches import Matches
from memories.index.partition import FIELDS, TEXT, LoadedPartition
from memories.index.pool import Pool, Statistics
from memories.index.sessions import NOBODY, REACH
from memories.index.traits import dates_in
from memories.wording.words import terms, terms_of_query

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

LONGEST_QUERY = 256
# How many pinned memories are proposed for any query; the others have to be found like all.
MOST_PINNED = 20
# The lines right before and after a candidate are ranked too.
BESIDE = slice(REACH - 1, REACH + 2)
# BM25 of a date's part: each date has one of it, and all are equally long.
DATE_PART = 1 / (1 + K1)


class Searched:
    """Partitions as one, for one query of one scope."""

    def __init__(
        self,
        partitions: Sequence[LoadedPartition],
        query: Query,
        scope: Scope,
        now: datetime,
        known: Statistics | None = None,
    ) -> None:
        """Look what the scope may see.

        Args:
            known: what was counted over all of it, where the partitions hold a part of it only.
        """
        self.partitions = [one for one in partitions if len(one)] or [LoadedPartition()]
        self.query, self.known = query, known
        self.starts = [0, *accumulate(map(len, self.partitions))]
        self.spots = [partition.spots(scope) for partition in self.partitions]
        self.seen = [
            partition.seen(spots, now)
            for partition, spots in zip(self.partitions, self.spots, strict=True)
        ]
        self.visible: Mask = _joined([one.visible for one in self.seen])
        self.names: dict[str, list[str]] = {} if known is None else dict(known.names)
        for one in self.seen:
            self.names |= one.names
        self.size = sum(one.size for one in self.seen) if known is None else known.size
        self.terms = asked_terms(query.words, self.names)
        self.dates = dates_in(query.text)

    def pool(self, limit: int, rows: Rows | None = None) -> Pool:
        """Return what is nearest or pinned, and what stands right beside it.

        Args:
            limit: most memories that are proposed: half by vector, half by words.
            rows: the rows to propose, if they are known.
        """
        matches, compared, total = self._matches(), self._compared(), self.starts[-1]
        (texts, context), centred = matches.totals(total), compared.without_mean()
        if rows is None:
            rows = _nearest(self.visible, centred, texts + context, limit)
        rows, pinned = np.sort(rows), self._pinned()
        if len(pinned):
            rows = np.union1d(rows, pinned)
        # The last place is nobody's.
        proposed = np.zeros(total + 1, np.bool_)
        proposed[rows] = True
        chosen = proposed.copy()
        chosen[self._windows(rows)[:, BESIDE]] = True
        ranked = np.flatnonzero(chosen[:total] & self.visible)
        windows = self._windows(ranked)
        of_terms, near = matches.matrices(windows, total)
        words = [one.words for one in self.partitions]
        return Pool(
            query=self.query,
            terms=tuple(self.terms),
            of_dates=self._of_dates(),
            names=self.names,
            size=self.size,
            entries=self._entries(ranked),
            terms_of=partial(self._terms_of, ranked.tolist()),
            proposed=proposed[ranked],
            cosines=compared.cosines.take(ranked),
            around=compared.around(ranked, windows),
            centred=centred.take(ranked),
            mean=compared.to_mean(ranked),
            holding=matches.holding,
            words=of_terms,
            near=near,
            alike=alike(self.terms, words, ranked * len(FIELDS) + TEXT),
            context=context.take(ranked),
            dates=self._date_scores(ranked),
            traits=self._of("traits", ranked).T,
            pinned=self._of("pinned", ranked),
            sessions=self._of("sessions", ranked, counted=True),
            said_at=self._of("said_at", ranked),
        )

    def _pinned(self) -> Rows:
        """Return the rows that are proposed for any query; of too many, the latest."""
        each = zip(self.seen, self.starts, strict=False)
        return _joined([one.pinned + start for one, start in each])[-MOST_PINNED:]

    def _matches(self) -> Matches:
        """Return how the terms of the query fit texts and contexts."""
        known, words = self.known, [one.words for one in self.partitions]
        if known is None:
            total = sum((one.terms for one in self.seen), np.zeros(len(FIELDS)))
            average, holding = total / max(self.size, 1), None
        else:
            average, holding = np.array([known.length[field] for field in FIELDS]), known.holding
        usual = average.astype(np.float32)
        return Matches(words, self.terms, self.visible, self.size, usual, holding)

    def _compared(self) -> Compared:
        """Return how near all vectors are to the query's."""
        blocks = [one.vectors(self.query) for one in self.partitions]
        mean = mean_of(blocks, self.spots) if self.known is None else self.known.mean
        return Compared(blocks, self.partitions, self.query.vector, mean)

    def _of(self, name: str, rows: Rows, *, counted: bool = False) -> npt.NDArray[Any]:
        """Return a column of some rows.

        Args:
            rows: ascending.
            counted: its values are rows of a partition; return them counted through all.
        """
        if len(self.partitions) == 1:
            only: npt.NDArray[Any] = getattr(self.partitions[0], name).values
            return only.take(rows, axis=0)
        parts, bounds = [], np.searchsorted(rows, self.starts)
        for at, (partition, start) in enumerate(zip(self.partitions, self.starts, strict=False)):
            here = rows[bounds[at] : bounds[at + 1]] - start
            values = getattr(partition, name).values[here]
            parts.append(np.where(values >= 0, values + start, NOBODY) if counted else values)
        return np.concatenate(parts)

    def _windows(self, rows: Rows) -> Rows:
        """Return the rows around ascending rows, shape (rows, 5); `NOBODY` where there are none."""
        return self._of("windows", rows, counted=True)

    def _entries(self, rows: Rows) -> list[Entry]:
        """Return the memories of visible ascending rows; none of these was left behind."""
        if len(self.partitions) == 1:
            return self.partitions[0].entries_of(rows.tolist())
        found: list[Entry] = []
        bounds = np.searchsorted(rows, self.starts)
        for at, (partition, start) in enumerate(zip(self.partitions, self.starts, strict=False)):
            found += partition.entries_of((rows[bounds[at] : bounds[at + 1]] - start).tolist())
        return found

    def _terms_of(self, rows: Sequence[int], at: int) -> frozenset[str]:
        """Return the terms of the text of one of some rows."""
        row = rows[at]
        partition = bisect_right(self.starts, row) - 1
        return self.partitions[partition].terms_of(row - self.starts[partition])

    def _date_scores(self, rows: Rows) -> Floats:
        """Return BM25 over the date alone: how many have a part of it tells what that weighs."""
        scores = np.zeros(len(rows), np.float32)
        if not self.dates:
            return scores
        dates = _joined([one.dates.values for one in self.partitions])
        for part, value in self.dates:
            same = dates[:, part] == value
            if self.known is None:
                holding = int((same & self.visible).sum())
            else:
                holding = self.known.dates.get((part, value), 0)
            scores[same[rows]] += DATE_PART * idf(self.size, holding)
        return scores

    def _of_dates(self) -> Mask:
        if not self.dates:
            return np.zeros(len(self.terms), np.bool_)
        spoken = set(terms(" ".join(self.dates.values())))
        return np.array([term in spoken for term in self.terms], np.bool_)


def asked_terms(text: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the terms to look for.

    A name of somebody who speaks in the memories is left out where there is more: it stands in what
    others said to them, and ranking prefers what they said themselves.
    """
    asked = dict.fromkeys(terms_of_query(text))
    stems = {stem for parts in names.values() for stem in parts}
    return [term for term in asked if term not in stems][:LONGEST_QUERY] or list(asked)


def _joined(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _nearest(visible: Mask, dense: Floats, words: Floats, limit: int) -> Rows:
    """Return visible rows: half of `limit` by vector, and by words as many as are left."""
    rows = np.flatnonzero(visible)
    if len(rows) <= limit:
        return rows
    # A row without a vector is farther away than any.
    far = np.fmin(-dense[rows], 2.0)
    by_vector = far.argpartition(limit // 2)[: limit // 2]
    left = -words[rows]
    left[by_vector] = 1.0
    by_words = left.argpartition(limit - limit // 2)[: limit - limit // 2]
    chosen: Rows = rows[np.concatenate([by_vector, by_words])]
    return chosen
