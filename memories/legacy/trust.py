"""Which stored vectors are kept: those that the configured embedder would make again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from memories.embeddings.base import Embedder, Vector

SAMPLE = 64
AGREES = 0.99
UNIT = 1e-3

NO_VECTOR = "it has no vector: embedded again"
ZERO = "its vector is all zeros: embedded again"
BROKEN = "its vector contains something other than numbers: embedded again"
OTHER_LENGTH = "its vector has another length than its collection's: embedded again"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether the vectors of a collection are kept, and why.

    Args:
        model: the name that they are kept under; empty if none is kept.
        dimension: of the collection.
    """

    model: str
    dimension: int
    why: str


class Sampled(NamedTuple):
    """A row of a sample, with its stored vector."""

    document: str
    text: str
    vector: Vector | None


def trust(dimension: int | None, sample: Sequence[Sampled], by: Embedder, *, always: bool) -> Trust:
    """Return whether a collection's vectors are those of an embedder.

    Args:
        sample: rows of the collection.
        always: take them without a look.

    Raises:
        EmbeddingError: the embedder does not answer.
    """
    if dimension is None:
        return Trust("", 0, "there are none")
    if dimension != by.dimension:
        model = f"imported-{dimension}" if always else ""
        why = f"they have {dimension} dimensions, those of {by.model} have {by.dimension}"
        return Trust(model, dimension, why)
    if always:
        return Trust(by.model, dimension, "you trust them")
    sound = [one for one in sample if not flaw(one.vector, dimension)]
    if not sound:
        return Trust("", dimension, "none could be compared with a fresh one")
    documents = _agree([one.document for one in sound], sound, by)
    # What was embedded here before it was written back has the vector of its own words alone.
    rest = [one for one, agrees in zip(sound, documents, strict=True) if not agrees]
    agree = sum(documents) + sum(_agree([one.text for one in rest], rest, by))
    why = f"{agree} of {len(sound)} agree with fresh ones of {by.model}"
    # One that does not may stand for many of another model, mixed in among them.
    return Trust(by.model if agree == len(sound) else "", dimension, why)


def flaw(vector: Vector | None, dimension: int) -> str:
    """Return why a vector can't be kept; empty if it can."""
    if vector is None:
        return NO_VECTOR
    if len(vector) != dimension:
        return OTHER_LENGTH
    if not np.isfinite(vector).all():
        return BROKEN
    return "" if vector.any() else ZERO


def as_unit(vector: Vector) -> Vector:
    """Return a vector of length one; one that has it already stays bit for bit."""
    length = float(np.linalg.norm(vector.astype(np.float64)))
    unit: Vector = vector if abs(length - 1) < UNIT else (vector / length).astype("<f4")
    return unit


def spread(count: int) -> Sequence[int]:
    """Return the places of a sample spread over `count` rows."""
    return sorted({round(place) for place in np.linspace(0, max(count - 1, 0), min(count, SAMPLE))})


def _agree(texts: Sequence[str], sample: Sequence[Sampled], by: Embedder) -> list[bool]:
    if not sample:
        return []
    stored = np.stack([as_unit(one.vector) for one in sample if one.vector is not None])
    cosines = (by.embed(texts) * stored).sum(axis=1)
    return [bool(agrees) for agrees in cosines >= AGREES]
