"""BM25 over texts that keep coming.

Which texts hold a term stands in one sorted array, which takes too long to sort again for each new
message. So new texts wait in a short array of their own until it is worth merging. How rare a term
is and how long a text is on average is counted when a query comes, over what it may find: texts
that it may not find change no score.

The formula is Lucene's: idf · tf / (tf + k1 · (1 − b + b · length / average length)).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from math import log1p

import numpy as np
import numpy.typing as npt

from memories.index.columns import Column
from memories.wording.likeness import number_of

K1, B = 0.9, 0.4
TAIL = 512
# Takes the place of the terms of a text that is gone; no text has it.
BLANK = ""

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]


class _Segment:
    """Which of some consecutive texts hold each term, and how often."""

    def __init__(self, start: int, numbers: Rows, ends: npt.NDArray[np.int64], terms: int) -> None:
        """Sort them.

        Args:
            start: number of the first text.
            numbers: the terms' numbers, text after text.
            ends: where each text ends among them, counted from the first.
            terms: how many numbers there are.
        """
        self.end, self._size = start + len(ends), len(ends)
        texts = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        keys, counts = np.unique(numbers.astype(np.int64) * len(ends) + texts, return_counts=True)
        term, text = np.divmod(keys, max(len(ends), 1))
        self._texts = (text + start).astype(np.int32)
        self._counts = counts.astype(np.float32)
        # How many texts hold each term; none hold the last, which stands for all later ones.
        self._lengths = np.bincount(term, minlength=terms + 1)
        self._begins = self._lengths.cumsum() - self._lengths

    def holding(self, number: int) -> tuple[Rows, Scores]:
        """Return the texts that hold a term, and how often each does."""
        known = min(number, len(self._begins) - 1)
        found = slice(self._begins[known], self._begins[known] + self._lengths[known])
        return self._texts[found], self._counts[found]

    def holding_any(self, numbers: Places) -> tuple[Rows, Scores, Places]:
        """Return the same for many terms, one after the other, and how many texts hold each."""
        begins = self._begins.take(numbers, mode="clip")
        lengths = self._lengths.take(numbers, mode="clip")
        ends = lengths.cumsum()
        at = np.arange(ends[-1]) + (begins - ends + lengths).repeat(lengths)
        return self._texts.take(at), self._counts.take(at), lengths

    def __bool__(self) -> bool:
        """Return whether it has any texts."""
        return self._size > 0


class Keywords:
    """The texts of one field of one partition, numbered as they came."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {BLANK: 0}
        self._terms = [BLANK]
        # The number of each term in the table of likeness, as far as somebody asked.
        self._stems = Column(np.int32)
        self._words = Column(np.int32)
        self._ends = Column(np.int64)
        self._lengths = Column(np.float32)
        self._main = self._segment(0, 0)
        self._tail: _Segment | None = None

    def __len__(self) -> int:
        return len(self._lengths)

    @property
    def lengths(self) -> Scores:
        """Return how many terms each text has, shape (texts,)."""
        return self._lengths.values

    @property
    def nbytes(self) -> int:
        """Return roughly the bytes that it takes, the sorted copy among them."""
        return 3 * self._words.nbytes + self._ends.nbytes + self._lengths.nbytes

    def add(self, texts: Sequence[list[str]]) -> None:
        """Add texts by their terms."""
        lengths = [len(text) for text in texts]
        before = len(self._words)
        self._words.extend([self._number(term) for term in chain.from_iterable(texts)])
        self._ends.extend(before + np.cumsum(lengths, dtype=np.int64))
        self._lengths.extend(lengths)
        self._tail = None

    def blank(self, text: int) -> None:
        """Let go of the terms of a text; it may be found until the next merge."""
        ends = self._ends.values
        self._words.values[ends[text - 1] if text else 0 : ends[text]] = 0
        if text >= self._main.end:
            self._tail = None

    def holding(self, term: str) -> tuple[Rows, Scores]:
        """Return the texts that hold a term, ascending, and how often each does."""
        number = self._numbers.get(term)
        if number is None:
            return np.zeros(0, np.int32), np.zeros(0, np.float32)
        main, tail = self._segments()
        found, added = main.holding(number), tail.holding(number)
        if not len(added[0]):
            return found
        return np.concatenate([found[0], added[0]]), np.concatenate([found[1], added[1]])

    def holding_any(self, terms: Sequence[str]) -> Iterator[tuple[Rows, Scores, Places]]:
        """Yield, in parts, the texts that hold each of some terms.

        Returns:
            Texts, how often each holds the term, and the term's place among `terms`, each of shape
            (found,). No text is in two parts.
        """
        get = self._numbers.get
        numbers = {at: number for at, term in enumerate(terms) if (number := get(term)) is not None}
        if not numbers:
            return
        places = np.fromiter(numbers, np.intp, len(numbers))
        known = np.fromiter(numbers.values(), np.intp, len(numbers))
        for segment in self._segments():
            if segment:
                texts, counts, lengths = segment.holding_any(known)
                yield texts, counts, places.repeat(lengths)

    def stems_in(self, texts: npt.NDArray[np.intp]) -> tuple[Rows, npt.NDArray[np.int64]]:
        """Return the terms of some texts, one text after the other, and how many each has.

        The terms are given by their number in the table of likeness.
        """
        self._stems.extend([number_of(term) for term in self._terms[len(self._stems) :]])
        ends = self._ends.values
        begins = np.where(texts > 0, ends[texts - 1], 0)
        lengths = ends[texts] - begins
        at = np.arange(lengths.sum()) + np.repeat(begins - lengths.cumsum() + lengths, lengths)
        return self._stems.values[self._words.values[at]], lengths

    def terms_of(self, text: int) -> frozenset[str]:
        """Return the terms of a text, each once; `BLANK` alone of one that is gone."""
        ends = self._ends.values[max(text - 1, 0) : text + 1].tolist()
        numbers = self._words.values[ends[0] if text else 0 : ends[-1]].tolist()
        return frozenset(map(self._terms.__getitem__, numbers))

    def scores(self, weights: Mapping[str, float]) -> Scores:
        """Return the BM25 score of every text, shape (texts,), given how much each term weighs."""
        scores = np.zeros(len(self), np.float32)
        if len(self):
            norms = length_norms(self.lengths, float(self.lengths.mean()))
            for term, weight in weights.items():
                texts, counts = self.holding(term)
                scores[texts] += weight * counts / (counts + norms[texts])
        return scores

    def _number(self, term: str) -> int:
        number = self._numbers.get(term)
        if number is None:
            number = self._numbers[term] = len(self._terms)
            self._terms.append(term)
        return number

    def _segments(self) -> tuple[_Segment, _Segment]:
        if self._tail is None:
            if len(self) - self._main.end > TAIL:
                self._main = self._segment(0, len(self))
            self._tail = self._segment(self._main.end, len(self))
        return self._main, self._tail

    def _segment(self, start: int, end: int) -> _Segment:
        ends = self._ends.values[start:end]
        first = int(self._ends.values[start - 1]) if start else 0
        last = int(ends[-1]) if len(ends) else first
        return _Segment(start, self._words.values[first:last], ends - first, len(self._numbers))


def length_norms(lengths: Scores, average: float | Scores) -> Scores:
    """Return what texts of these lengths have beside the count of a term in BM25's denominator.

    Args:
        average: length of all texts, or of those that each is compared with, of the same shape.
    """
    usual: Scores = np.maximum(np.asarray(average, np.float32), 1)
    norms: Scores = K1 * (1 - B + B * lengths / usual)
    return norms


def idf(size: int, holding: int) -> float:
    """Return how much a term weighs that `holding` of `size` texts hold, 0 or more."""
    return log1p((size - holding + 0.5) / (holding + 0.5))


def idfs(size: int, holding: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the same for many terms together."""
    found: npt.NDArray[np.float64] = np.log1p((size - holding + 0.5) / (holding + 0.5))
    return found


def rarity(terms: Sequence[str], fields: Sequence[Keywords]) -> dict[str, float]:
    """Return the weight of each term that some text of `fields` holds."""
    size = sum(len(field) for field in fields)
    weights = {}
    for term in dict.fromkeys(terms):
        holding = sum(len(field.holding(term)[0]) for field in fields)
        if holding:
            weights[term] = idf(size, holding)
    return weights
