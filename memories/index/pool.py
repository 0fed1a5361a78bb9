"""What an engine proposes for a query, with all that ranking asks of it.

Every figure here counts what the scope may see and nothing else: how rare a term is, how long a
text is on average, the mean vector, who stands beside whom.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from memories.access import Scope, is_visible
from memories.index.base import Candidate, Entry, Query
from memories.index.keywords import K1, Keywords, idf, length_norms
from memories.index.marks import ASKS, dates_in
from memories.index.partition import LoadedPartition
from memories.index.sessions import REACH
from memories.index.vectors import AROUND, Vectors
from memories.wording.words import terms

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

LONGEST_QUERY = 256
# How much a word counts that stands in a neighbour of a line.
NEAR = np.array([0.35, 0.6, 1.0, 0.6, 0.35], np.float32)
# The lines right before and after a candidate are ranked too.
BESIDE = slice(REACH - 1, REACH + 2)
# BM25 of a date's part: each date has one of it, and all are equally long.
DATE_PART = 1 / (1 + K1)
SMALLEST = 1e-3


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is counted over all that a scope may see.

    Args:
        size: how many memories.
        names: who speaks in them, with the stems of each name.
        length: how many terms a text has on average, by field (`text`, `context`).
        holding: how many texts hold each term of a query, by field.
        dates: how many dates have each part (see `marks.dates_in`).
        mean: mean of the vectors, shape (dimension,); None without vectors.
    """

    size: int
    names: Mapping[str, list[str]]
    length: Mapping[str, float]
    holding: Mapping[str, Mapping[str, int]]
    dates: Mapping[tuple[int, int], int]
    mean: Floats | None


@dataclass(frozen=True, slots=True)
class Pool:
    """R memories, and how each of T terms of the query fits them.

    Args:
        query: what was asked.
        terms: the terms that count, T.
        of_dates: which terms are parts of dates, (T,).
        names: speakers among what the scope may see, with the stems of their names.
        size: how many memories the scope may see.
        entries: the memories, R.
        proposed: which of them the engine proposes, shape (R,); the others stand right beside one.
        cosines: to the query, shape (R,); NaN without a vector of the query's model.
        around: cosine of the query to the weighted sum of a line and its neighbours, (R,), or NaN.
        centred: cosine to the query after the mean is taken off both, (R,), or NaN.
        mean: cosine to the mean vector, (R,), or NaN.
        holding: how many texts hold each term, (T,).
        words: BM25 of each term in each text, (T, R).
        near: the same, or more where a neighbour has it, weighted by how far away it is, (T, R).
        context: BM25 of the turn before and the date, (R,).
        dates: BM25 of the date alone, (R,).
        letters: length of each text, (R,).
        marks: see `marks.marks_of`, (R,).
        asked_before: 1 where the line before asks, (R,).
        sessions: number of the session of each, (R,).
        said_at: seconds since 1970, (R,).
    """

    query: Query
    terms: tuple[str, ...]
    of_dates: Mask
    names: Mapping[str, list[str]]
    size: int
    entries: Sequence[Entry]
    proposed: Mask
    cosines: Floats
    around: Floats
    centred: Floats
    mean: Floats
    holding: npt.NDArray[np.int64]
    words: Floats
    near: Floats
    context: Floats
    dates: Floats
    letters: Floats
    marks: npt.NDArray[np.uint8]
    asked_before: Floats
    sessions: npt.NDArray[np.int64]
    said_at: npt.NDArray[np.float64]

    def candidates(self) -> list[Candidate]:
        """Return what the engine proposes, the nearest first, without what stands beside it."""
        near = np.where(np.isnan(self.cosines), -2.0, self.cosines)
        order = np.argsort(-near, kind="stable")
        return [
            Candidate(
                self.entries[at],
                None if np.isnan(self.cosines[at]) else float(self.cosines[at]),
                float(self.words[:, at].sum()),
                float(self.context[at]),
            )
            for at in order[self.proposed[order]].tolist()
        ]


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
        self.partitions = partitions or [LoadedPartition()]
        self.query, self.known = query, known
        self.starts = [0, *accumulate(len(partition) for partition in self.partitions)]
        self.spots = [partition.spots(scope) for partition in self.partitions]
        each = list(zip(self.partitions, self.spots, strict=True))
        self.visible: Mask = _joined([partition.visible(spots, now) for partition, spots in each])
        self.names: dict[str, list[str]] = {} if known is None else dict(known.names)
        for partition, spots in each:
            self.names |= partition.names(spots)
        self.size = int(self.visible.sum()) if known is None else known.size
        self.terms = asked_terms(query.text, self.names)
        self.dates = dates_in(query.text)

    def pool(self, limit: int, rows: Rows | None = None) -> Pool:
        """Return what is nearest, and what stands right beside it.

        Args:
            limit: most memories that are proposed: half by vector, half by words.
            rows: the rows to propose, where they are known.
        """
        texts, contexts = _Field(self, "text"), _Field(self, "context")
        context, compared = contexts.total(), _Compared(self)
        if rows is None:
            rows = _nearest(self.visible, compared.centred, texts.total() + context, limit)
        beside = self.windows(rows)[:, BESIDE]
        proposed = np.zeros(len(self.visible), np.bool_)
        proposed[rows] = True
        chosen = proposed.copy()
        chosen[beside[beside >= 0]] = True
        ranked = np.flatnonzero(chosen & self.visible)
        windows = self.windows(ranked)
        words, near = texts.matrices(ranked, windows)
        return Pool(
            query=self.query,
            terms=tuple(self.terms),
            of_dates=self._of_dates(),
            names=self.names,
            size=self.size,
            entries=self._entries(ranked),
            proposed=proposed[ranked],
            cosines=compared.cosines[ranked],
            around=compared.around(ranked, windows),
            centred=compared.centred[ranked],
            mean=compared.to_mean[ranked],
            holding=texts.holding,
            words=words,
            near=near,
            context=context[ranked],
            dates=self._date_scores(ranked),
            letters=self.column("letters")[ranked],
            marks=self.column("marks")[ranked],
            asked_before=self._asked_before(windows),
            sessions=self._counted_on("sessions")[ranked],
            said_at=self.column("said_at")[ranked],
        )

    def column(self, name: str) -> npt.NDArray[Any]:
        """Return the values of a column of all rows."""
        return _joined([getattr(partition, name).values for partition in self.partitions])

    def windows(self, rows: Rows) -> Rows:
        """Return the rows around some rows, shape (rows, 5); -1 where there are none."""
        return self._counted_on("windows")[rows]

    def _counted_on(self, name: str) -> Rows:
        """Return a column of rows, counted through all partitions."""
        if len(self.partitions) == 1:
            return self.column(name)
        columns = [getattr(partition, name).values for partition in self.partitions]
        return _joined(
            [
                np.where(column >= 0, column + start, -1)
                for column, start in zip(columns, self.starts, strict=False)
            ]
        )

    def _entries(self, rows: Rows) -> list[Entry]:
        """Return the memories of visible rows; none of these was left behind."""
        held = self.partitions[0].entries
        if len(self.partitions) > 1:
            held = [entry for partition in self.partitions for entry in partition.entries]
        return [entry for entry in map(held.__getitem__, rows.tolist()) if entry is not None]

    def _date_scores(self, rows: Rows) -> Floats:
        """Return BM25 over the date alone: how many have a part of it tells what that weighs."""
        scores = np.zeros(len(rows), np.float32)
        if not self.dates:
            return scores
        dates = self.column("dates")
        for part, value in self.dates:
            same = dates[:, part] == value
            if self.known is None:
                holding = int((same & self.visible).sum())
            else:
                holding = self.known.dates.get((part, value), 0)
            scores[same[rows]] += DATE_PART * idf(self.size, holding)
        return scores

    def _of_dates(self) -> Mask:
        spoken = set(terms(" ".join(self.dates.values()))) if self.dates else set()
        return np.array([term in spoken for term in self.terms], np.bool_)

    def _asked_before(self, windows: Rows) -> Floats:
        before = windows[:, REACH - 1]
        asks = self.column("marks")[before] & ASKS
        return np.where((before >= 0) & (asks > 0), 1, 0).astype(np.float32)


class _Field:
    """The terms of a query in one field of all partitions."""

    def __init__(self, searched: Searched, name: str) -> None:
        fields: list[Keywords] = [getattr(one, name) for one in searched.partitions]
        self._visible, self._size = searched.visible, searched.size
        self._lengths = _joined([one.lengths for one in fields])
        known = searched.known
        average = self._average() if known is None else known.length[name]
        self._holding = None if known is None else known.holding[name]
        self.holding = np.zeros(len(searched.terms), np.int64)
        # The number of each term that is found, the texts that hold it, and their scores.
        self._scores: list[tuple[int, Rows, Floats]] = []
        for at, term in enumerate(searched.terms):
            rows, counts = self._held(fields, searched.starts, term)
            self.holding[at] = self._holding_of(term, rows)
            if len(rows):
                weight = idf(self._size, self.holding[at])
                norms = length_norms(self._lengths[rows], average)
                self._scores.append((at, rows, weight * counts / (counts + norms)))

    def total(self) -> Floats:
        """Return the BM25 score of every text, shape (texts,)."""
        total = np.zeros(len(self._lengths), np.float32)
        for _, rows, scores in self._scores:
            total[rows] += scores
        return total

    def matrices(self, rows: Rows, windows: Rows) -> tuple[Floats, Floats]:
        """Return the score of each term in some texts, alone and with neighbours, (terms, rows).

        Args:
            windows: the rows around each, shape (rows, 5).
        """
        words = np.zeros((len(self.holding), len(rows)), np.float32)
        near = np.zeros_like(words)
        # Where there is no neighbour, the place after the last text is looked at.
        scores = np.zeros(len(self._lengths) + 1, np.float32)
        for at, found, of_term in self._scores:
            scores[found] = of_term
            words[at] = scores[rows]
            if len(rows):
                near[at] = (scores[windows] * NEAR).max(axis=1)
            scores[found] = 0
        return words, near

    def _holding_of(self, term: str, rows: Rows) -> int:
        """Return how many visible texts hold a term."""
        if self._holding is None:
            return int(self._visible[rows].sum())
        return min(self._holding.get(term, 0), self._size)

    def _average(self) -> float:
        """Return how many terms a visible text has on average."""
        return float(self._lengths[self._visible].sum()) / max(self._size, 1)

    @staticmethod
    def _held(fields: Sequence[Keywords], starts: Sequence[int], term: str) -> tuple[Rows, Floats]:
        held = [one.holding(term) for one in fields]
        rows = [rows + np.intp(start) for (rows, _), start in zip(held, starts, strict=False)]
        return _joined(rows), _joined([counts for _, counts in held])


class _Compared:
    """Cosines of all rows: to the query, to the mean vector, and with the mean taken off both."""

    def __init__(self, searched: Searched) -> None:
        self._searched = searched
        self._blocks = [one.vectors(searched.query) for one in searched.partitions]
        rows = searched.starts[-1]
        self.cosines = np.full(rows, np.nan, np.float32)
        self.to_mean = np.full(rows, np.nan, np.float32)
        self.centred = np.full(rows, np.nan, np.float32)
        vector = searched.query.vector
        if vector is None or not any(self._blocks):
            return
        mean = self._mean(len(vector))
        length = float(np.linalg.norm(mean))
        both = np.stack([vector, mean / length if length > 0 else mean], axis=1)
        for block, start, partition in self._each():
            held = len(partition)
            products = block.matrix[:held] @ both
            products[~block.present[:held]] = np.nan
            self.cosines[start : start + held] = products[:, 0]
            self.to_mean[start : start + held] = products[:, 1]
        self.centred = self._without_mean(float(vector @ mean), length)

    def around(self, rows: Rows, windows: Rows) -> Floats:
        """Return the cosine of the query to the weighted sum of the vectors around rows."""
        cosines = np.zeros(len(self.cosines) + 1, np.float32)
        np.copyto(cosines[:-1], self.cosines, where=~np.isnan(self.cosines))
        summed = (cosines[windows] * AROUND).sum(axis=1)
        found = np.full(len(rows), np.nan, np.float32)
        for block, start, partition in self._each():
            here = (rows >= start) & (rows < start + len(partition))
            local = rows[here] - start
            lengths = block.lengths_around(local, partition.windows.values[local])
            with np.errstate(divide="ignore", invalid="ignore"):
                found[here] = np.where(lengths > 0, summed[here] / lengths, np.nan)
        return found

    def _each(self) -> Iterator[tuple[Vectors, int, LoadedPartition]]:
        searched = self._searched
        for block, start, one in zip(
            self._blocks, searched.starts, searched.partitions, strict=False
        ):
            if block is not None:
                yield block, start, one

    def _mean(self, dimension: int) -> Floats:
        """Return the mean of the visible vectors."""
        known = self._searched.known
        if known is not None:
            return np.zeros(dimension, np.float32) if known.mean is None else known.mean
        total, number = np.zeros(dimension), 0
        for block, spots in zip(self._blocks, self._searched.spots, strict=True):
            if block is not None:
                added, more = block.sum_of(spots)
                total, number = total + added, number + more
        return (total / max(number, 1)).astype(np.float32)

    def _without_mean(self, query_to_mean: float, length: float) -> Floats:
        """Return cos(q − μ, d − μ) of unit vectors q and d, from the products that are known.

        Args:
            query_to_mean: q · μ.
            length: of μ.
        """
        squared, to_mean = length * length, self.to_mean * length
        query = max(1 - 2 * query_to_mean + squared, 0.0) ** 0.5
        rows = np.sqrt(np.maximum(1 - 2 * to_mean + squared, 0))
        product = self.cosines - to_mean - query_to_mean + squared
        with np.errstate(divide="ignore", invalid="ignore"):
            centred = product / (query * rows)
        # A single memory is its own mean, which leaves nothing to compare.
        usable = np.isfinite(centred) & (rows > SMALLEST) & (query > SMALLEST)
        return np.where(usable, centred, self.cosines)


def asked_terms(text: str, names: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the terms to look for.

    A name of somebody who speaks in the memories is left out where there is more: it stands in what
    others said to them, and ranking prefers what they said themselves.
    """
    asked = dict.fromkeys(terms(text))
    stems = {stem for parts in names.values() for stem in parts}
    return [term for term in asked if term not in stems][:LONGEST_QUERY] or list(asked)


def _joined(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    return columns[0] if len(columns) == 1 else np.concatenate(columns)


def _nearest(visible: Mask, dense: Floats, words: Floats, limit: int) -> Rows:
    """Return visible rows: half of `limit` by vector, and by words as many as are left."""
    rows = np.flatnonzero(visible)
    if len(rows) <= limit:
        return rows
    near = dense[rows]
    near[np.isnan(near)] = -2.0
    by_vector = np.argpartition(-near, limit // 2)[: limit // 2]
    left = words[rows]
    left[by_vector] = -1.0
    by_words = np.argpartition(-left, limit - limit // 2)[: limit - limit // 2]
    chosen: Rows = rows[np.concatenate([by_vector, by_words])]
    return chosen


def visible_candidates(pool: Pool, scope: Scope) -> list[Candidate]:
    """Return the candidates of a pool, each looked at once more on its way out."""
    found = []
    for one in pool.candidates():
        if is_visible(one.entry, scope):
            found.append(one)
        else:
            logger.error("index: a hit outside its scope was dropped")
    return found
