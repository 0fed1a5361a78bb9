"""How near the vectors of some partitions are to a query, all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from memories.index.partition import LoadedPartition
from memories.index.vectors import AROUND, Vectors

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]

SMALLEST = 1e-3


class Compared:
    """Cosines of all rows to the query and to the mean vector; NaN for rows without a vector."""

    def __init__(
        self,
        blocks: Sequence[Vectors | None],
        partitions: Sequence[LoadedPartition],
        vector: Floats | None,
        mean: Floats | None,
    ) -> None:
        """Compare.

        Args:
            blocks: the vectors of each partition that can be compared with the query's.
            vector: of the query, shape (dimension,).
            mean: of all vectors that may be seen, of the same shape; None without any.
        """
        self._blocks, self._partitions = blocks, partitions
        # What most searches have is worth a shorter way.
        self._only = blocks[0] if len(blocks) == 1 else None
        self._starts = [0, *accumulate(map(len, partitions))]
        self._vector, self._mean = vector, mean
        self._length = 0.0 if mean is None else float(mean @ mean) ** 0.5
        if vector is None:
            self._products = np.zeros(self._starts[-1] + 1, np.float32)
        else:
            self._products = self._each_row(lambda block: block.products(vector))
        self.cosines = self._or_missing(self._products)

    def to_mean(self, rows: Rows) -> Floats:
        """Return the cosine of some rows to the mean vector."""
        if self._mean is None:
            return np.full(len(rows), np.nan, np.float32)
        products = self._or_missing(self._products_with(self._mean))[rows]
        return products / self._length if self._length > 0 else products

    def without_mean(self) -> Floats:
        """Return cos(q − μ, d − μ) of unit vectors q and d, from the products that are known."""
        mean = self._mean
        if mean is None or self._vector is None:
            return self.cosines
        query_to_mean, squared = float(self._vector @ mean), self._length * self._length
        query = max(1 - 2 * query_to_mean + squared, 0.0) ** 0.5
        # A single memory is its own mean, which leaves nothing to compare.
        if query <= SMALLEST:
            return self.cosines
        rows = self._each_row(lambda block: block.distances_from_mean(mean))[:-1]
        product = self.cosines - self._products_with(mean)[:-1] - (query_to_mean - squared)
        centred = self.cosines.copy()
        np.divide(product, query * rows, out=centred, where=rows > SMALLEST)
        return centred

    def _products_with(self, mean: Floats) -> Floats:
        return self._each_row(lambda block: block.products_with_mean(mean))

    def around(self, rows: Rows, windows: Rows) -> Floats:
        """Return the cosine of the query to the weighted sum of the vectors around rows.

        Args:
            rows: ascending.
            windows: the rows around each, shape (rows, 5).
        """
        summed = AROUND @ self._products.take(windows.T, mode="wrap")
        lengths = self._lengths(rows)
        found = np.full(len(rows), np.nan, np.float32)
        np.divide(summed, lengths, out=found, where=lengths > 0)
        return found

    def _lengths(self, rows: Rows) -> Floats:
        """Return the lengths of the weighted sums around ascending rows, shape (rows,)."""
        if self._only is not None:
            return self._only.lengths[rows]
        lengths = np.zeros(len(rows), np.float32)
        for block, start, partition in self._each():
            here = slice(*np.searchsorted(rows, [start, start + len(partition)]))
            lengths[here] = block.lengths[rows[here] - start]
        return lengths

    def _each_row(self, products: Callable[[Vectors], Floats]) -> Floats:
        """Return a product of each row, and 0 for those without a vector and the row of nobody.

        The latter is the last: a number of -1 leads to it.
        """
        total = self._starts[-1]
        if self._only is not None:
            return products(self._only)[: total + 1]
        found = np.zeros(total + 1, np.float32)
        for block, start, partition in self._each():
            held = len(partition)
            found[start : start + held] = products(block)[:held]
        return found

    def _or_missing(self, products: Floats) -> Floats:
        """Return the products of all rows, NaN for those without a vector."""
        found, total = products[:-1], self._starts[-1]
        if self._only is not None and len(self._only) == total:
            return found
        present = np.zeros(total, np.bool_)
        for block, start, partition in self._each():
            present[start : start + len(partition)] = block.present[: len(partition)]
        return np.where(present, found, np.float32(np.nan))

    def _each(self) -> Iterator[tuple[Vectors, int, LoadedPartition]]:
        for block, start, one in zip(self._blocks, self._starts, self._partitions, strict=False):
            if block is not None:
                yield block, start, one


def mean_of(blocks: Sequence[Vectors | None], spots: Sequence[Sequence[int]]) -> Floats | None:
    """Return the mean of the vectors in some spots of each partition; None without any."""
    each = [(block, of) for block, of in zip(blocks, spots, strict=True) if block is not None]
    if len(each) == 1:
        block, of_block = each[0]
        return block.mean(of_block)
    sums = [block.sum_of(of_block) for block, of_block in each]
    number = sum(counted for _, counted in sums)
    if not number:
        return None
    mean: Floats = (np.sum([total for total, _ in sums], axis=0) / number).astype(np.float32)
    return mean
