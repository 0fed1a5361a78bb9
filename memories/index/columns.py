"""Arrays that grow at the end, with room for what comes next."""

from __future__ import annotations

from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Scalar = TypeVar("Scalar", bound=np.generic)


class Column(Generic[Scalar]):
    """One value, or one row of values, for each memory."""

    def __init__(self, dtype: type[Scalar], *width: int) -> None:
        """Start empty.

        Args:
            width: shape of one memory's values; none for a single value.
        """
        self._held: npt.NDArray[Scalar] = np.zeros((0, *width), dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> npt.NDArray[Scalar]:
        """Return all values; writing to it changes them."""
        return self._held[: self._size]

    @property
    def nbytes(self) -> int:
        """Return the bytes that it takes."""
        return self._held.nbytes

    def extend(self, values: npt.ArrayLike) -> None:
        """Add values at the end."""
        added = np.asarray(values, self._held.dtype).reshape(-1, *self._held.shape[1:])
        start, self._size = self._size, self._size + len(added)
        if self._size > len(self._held):
            room = max(self._size, len(self._held) * 9 // 8)
            grown = np.zeros((room, *self._held.shape[1:]), self._held.dtype)
            grown[:start] = self._held[:start]
            self._held = grown
        self._held[start : self._size] = added
