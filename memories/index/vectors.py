"""The vectors of one model in a partition, with what recall computes over many of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from memories.index.columns import Scalar
from memories.index.sessions import REACH, Windows

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# How much a line's neighbours count towards the meaning of what was said around it.
AROUND = np.array([0.3, 0.6, 1.0, 0.6, 0.3], np.float32)
# As many lengths are measured at once: their sums stay in the processor's cache.
TOGETHER = 256


class Vectors:
    """Vectors by row; a row without one is all zeros.

    It has a row for every memory of its partition, also for those without a vector of the model:
    they are neighbours of those that have one.
    """

    def __init__(self, dimension: int, rows: int) -> None:
        self.matrix: Floats = np.zeros((0, dimension), np.float32)
        self.present: Mask = np.zeros(0, np.bool_)
        self._held = 0
        # Sum of vectors and their number, by spot: the mean of any scope is a few additions away.
        self._sums: dict[int, npt.NDArray[np.float64]] = {}
        self._counts: dict[int, int] = {}
        # Length of the weighted sum around each row; NaN until it is measured.
        self.lengths: Floats = np.zeros(0, np.float32)
        self._unmeasured = False
        # A mean with the products and distances of all rows; nothing once a row has changed.
        self._kept: tuple[Floats, Floats, Floats] | None = None
        # Spots and the mean of their vectors; nothing once one of them counts no more.
        self._mean: tuple[tuple[int, ...], Floats | None] | None = None
        self.reserve(rows)

    def reserve(self, rows: int) -> None:
        """Make room for `rows` rows at least, and for one behind them, which stays empty."""
        if rows >= len(self.present):
            room = max(rows + 1, len(self.present) * 9 // 8)
            self.matrix = _grown(self.matrix, room)
            self.present = _grown(self.present, room)
            known = len(self.lengths)
            self.lengths = _grown(self.lengths, room)
            self.lengths[known:] = np.nan
            self._kept, self._unmeasured = None, True

    def __len__(self) -> int:
        """Return how many rows have a vector."""
        return self._held

    def put(self, row: int, vector: Floats) -> None:
        """Hold the vector of a row."""
        self._held += not self.present[row]
        self.matrix[row], self.present[row] = vector, True
        self._kept = None

    def drop(self, row: int) -> None:
        """Hold no vector for a row any more."""
        self._held -= int(self.present[row])
        self.matrix[row], self.present[row] = 0, False
        self._kept = None

    def count(self, row: int, spot: int, sign: int) -> None:
        """Let a row's vector count towards the mean of a spot, or no more (sign -1)."""
        if not self.present[row]:
            return
        known = self._sums.get(spot)
        if known is None:
            known = self._sums[spot] = np.zeros(self.matrix.shape[1])
        known += sign * self.matrix[row]
        self._counts[spot] = self._counts.get(spot, 0) + sign
        self._mean = None

    def mean(self, spots: Sequence[int]) -> Floats | None:
        """Return the mean of the vectors that count in some spots; None without any."""
        if self._mean is None or self._mean[0] != tuple(spots):
            total, number = self.sum_of(spots)
            mean = (total / number).astype(np.float32) if number else None
            self._mean = tuple(spots), mean
        return self._mean[1]

    def sum_of(self, spots: Iterable[int]) -> tuple[npt.NDArray[np.float64], int]:
        """Return the sum of the vectors that count in some spots, and how many they are."""
        held = [spot for spot in spots if self._counts.get(spot)]
        total, number = np.zeros(self.matrix.shape[1]), 0
        for spot in held:
            total += self._sums[spot]
            number += self._counts[spot]
        return total, number

    def products(self, vector: Floats) -> Floats:
        """Return the product of a vector with each row's, shape (rows + 1 or more,)."""
        return self.matrix @ vector

    def products_with_mean(self, mean: Floats) -> Floats:
        """Return the same for a mean, which is asked for again and again."""
        return self._compared(mean)[0]

    def distances_from_mean(self, mean: Floats) -> Floats:
        """Return the distance of each row's vector, whose length is 1, from a mean."""
        return self._compared(mean)[1]

    def _compared(self, mean: Floats) -> tuple[Floats, Floats]:
        kept = self._kept
        if kept is None or not (kept[0] is mean or np.array_equal(kept[0], mean)):
            products = self.products(mean)
            distances = np.sqrt(np.maximum(1 + mean @ mean - 2 * products, 0))
            kept = self._kept = mean, products, distances
        return kept[1:]

    def forget_lengths(self, rows: npt.NDArray[np.integer]) -> None:
        """Let the lengths of what is around rows be measured again."""
        self.lengths[rows[rows >= 0]] = np.nan
        self._unmeasured = True

    def measure(self, windows: Windows) -> None:
        """Measure the lengths of the weighted sums of the vectors around rows that are unknown.

        Args:
            windows: of all rows, shape (rows, 5).
        """
        if not self._unmeasured:
            return
        unknown = np.flatnonzero(np.isnan(self.lengths[: len(windows)]))
        for start in range(0, len(unknown), TOGETHER):
            rows = unknown[start : start + TOGETHER]
            around = windows[rows]
            total = np.zeros((len(rows), self.matrix.shape[1]), np.float32)
            for step in range(2 * REACH + 1):
                there = around[:, step] >= 0
                total[there] += AROUND[step] * self.matrix[around[there, step]]
            self.lengths[rows] = np.linalg.norm(total, axis=1)
        self._unmeasured = False


def _grown(array: npt.NDArray[Scalar], rows: int) -> npt.NDArray[Scalar]:
    grown = np.zeros((rows, *array.shape[1:]), array.dtype)
    grown[: len(array)] = array
    return grown
