"""How alike two words are, whatever the sentence: from a table of vectors of stems.

`stems.npz` comes with Whisper; `manage.py build_likeness` makes it again.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

FILE = Path(__file__).with_name("stems.npz")
# The number of every stem that isn't in the table; it is like none.
UNKNOWN = 0
# Words that have nothing to do with each other have cosines up to this.
UNRELATED = 0.3
# Some 14,000 numbers each.
MOST_KEPT = 256


class Table(NamedTuple):
    """Stems by number, and their vectors.

    Args:
        numbers: number of each stem, from 1.
        vectors: unit vectors, shape (stems + 1, dimension); the first is all zeros.
    """

    numbers: dict[str, int]
    vectors: Floats


@cache
def table() -> Table:
    """Return the table of this version."""
    with np.load(FILE, allow_pickle=False) as file:
        stems, whole = str(file["stems"]).split("\n"), file["vectors"].astype(np.float32)
    vectors = np.zeros((len(stems) + 1, whole.shape[1]), np.float32)
    vectors[1:] = whole / np.linalg.norm(whole, axis=1, keepdims=True)
    return Table({stem: number for number, stem in enumerate(stems, 1)}, vectors)


def number_of(stem: str) -> int:
    """Return the number of a stem in the table, `UNKNOWN` if it isn't there."""
    return table().numbers.get(stem, UNKNOWN)


@lru_cache(maxsize=MOST_KEPT)
def likeness_to(number: int) -> Floats:
    """Return how much every stem is like one: 1 for itself, 0 for what is unrelated."""
    vectors = table().vectors
    cosines = vectors @ vectors[number]
    likeness: Floats = np.clip((cosines - UNRELATED) / (1 - UNRELATED), 0, 1)
    return likeness
