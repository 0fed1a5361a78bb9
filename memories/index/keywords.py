"""BM25 over texts that keep coming.

bm25s builds an index in one go: 0.15 s for 10,000 texts, too long for each new message. So new
texts wait in a small segment of their own that is cheap to build again, until it is worth merging.
How rare a term is gets counted over all segments, and all partitions of a search, when a query
comes: so their scores compare.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import bm25s
import numpy as np
import numpy.typing as npt

TAIL = 256

# The library asks for its debug lines when it is imported.
logging.getLogger("bm25s").setLevel(logging.WARNING)

Scores = npt.NDArray[np.float32]


class _Segment:
    """Texts indexed in one go; their scores lack the factor for how rare a term is."""

    def __init__(self, texts: Sequence[list[str]]) -> None:
        self.size = len(texts)
        self._terms: dict[str, int] = {}
        if not any(texts):
            return
        numbered = [
            [self._terms.setdefault(term, len(self._terms)) for term in text] for text in texts
        ]
        index = bm25s.BM25(k1=0.9, b=0.4, method="lucene")
        index.index((numbered, self._terms), create_empty_token=False, show_progress=False)
        self._ends = index.scores["indptr"]
        self._texts = index.scores["indices"]
        holding = np.diff(self._ends)
        own = np.log1p((self.size - holding + 0.5) / (holding + 0.5))
        self._saturation = index.scores["data"] / np.repeat(own, holding).astype(np.float32)

    def holding(self, term: str) -> int:
        """Return how many texts hold a term."""
        at = self._terms.get(term)
        return 0 if at is None else int(self._ends[at + 1] - self._ends[at])

    def add_scores(self, rarity: Mapping[str, float], scores: Scores) -> None:
        """Add each text's score to `scores`, shape (size,)."""
        for term, weight in rarity.items():
            at = self._terms.get(term)
            if at is not None:
                found = slice(self._ends[at], self._ends[at + 1])
                scores[self._texts[found]] += np.float32(weight) * self._saturation[found]


class Keywords:
    """The texts of one field of one partition, numbered as they came."""

    def __init__(self) -> None:
        self._texts: list[list[str]] = []
        self._main = _Segment([])
        self._tail: _Segment | None = _Segment([])

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, texts: Sequence[list[str]]) -> None:
        """Add texts by their terms."""
        self._texts.extend(texts)
        self._tail = None

    def blank(self, number: int) -> None:
        """Let a text be found no more, at the latest from the next merge on."""
        self._texts[number] = []
        if number >= self._main.size:
            self._tail = None

    def holding(self, term: str) -> int:
        """Return how many texts hold a term."""
        return sum(segment.holding(term) for segment in self._segments())

    def scores(self, rarity: Mapping[str, float]) -> Scores:
        """Return the BM25 score of every text, shape (texts,), given how much each term weighs."""
        scores = np.zeros(len(self._texts), np.float32)
        main, tail = self._segments()
        main.add_scores(rarity, scores[: main.size])
        tail.add_scores(rarity, scores[main.size :])
        return scores

    def _segments(self) -> tuple[_Segment, _Segment]:
        if self._tail is None:
            if len(self._texts) - self._main.size > TAIL:
                self._main = _Segment(self._texts)
            self._tail = _Segment(self._texts[self._main.size :])
        return self._main, self._tail


def rarity(terms: Sequence[str], fields: Sequence[Keywords]) -> dict[str, float]:
    """Return the weight of each term that some text of `fields` holds (Lucene's idf)."""
    size = sum(len(field) for field in fields)
    weights = {}
    for term in dict.fromkeys(terms):
        holding = sum(field.holding(term) for field in fields)
        if holding:
            weights[term] = float(np.log1p((size - holding + 0.5) / (holding + 0.5)))
    return weights
