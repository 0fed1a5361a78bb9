"""Vectors from the index files of a ChromaDB collection (hnswlib's format)."""

from __future__ import annotations

import pickle  # nosec B403 - see the class that unpickles
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from memories.embeddings.base import Vector

HEADER, LEVEL, LABELS = "header.bin", "data_level0.bin", "index_metadata.pickle"
FILES = (HEADER, LEVEL, LABELS)
# version, offset of level 0, room, elements, bytes an element, offset of label, offset of vector
_HEADER = struct.Struct("<IQQQQQQ")
_LABEL_BYTES = 8


class IndexFileError(Exception):
    """Index files that can't be read; the text says why."""


class IndexFiles:
    """The vectors of one collection by document id; the file stays on disk.

    Args:
        folder: holds the files; they must not change meanwhile.
        dimension: of the collection's vectors.

    Raises:
        IndexFileError: a file is missing, damaged, or of another dimension.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        try:
            header = _HEADER.unpack_from((folder / HEADER).read_bytes())
            labels = _labels(folder / LABELS)
            *_, count, size, at_label, at_vector = header
            _check(count, size, at_label, at_vector, dimension)
            elements = np.memmap(folder / LEVEL, np.uint8, "r", shape=(count, size))
        except OSError as error:
            raise IndexFileError(f"{error.strerror or error}") from error
        except (ValueError, struct.error) as error:
            raise IndexFileError("they are truncated") from error
        self._vectors = elements[:, at_vector:at_label]
        stored = elements[:, at_label : at_label + _LABEL_BYTES].copy().view("<u8").ravel()
        place_of = {int(label): place for place, label in enumerate(stored)}
        self._places = {key: place_of[label] for key, label in labels.items() if label in place_of}

    def get(self, keys: Iterable[str]) -> dict[str, Vector]:
        """Return the vectors that are known of these documents, shape (dimension,) each."""
        return {
            key: np.frombuffer(self._vectors[self._places[key]].tobytes(), "<f4")
            for key in keys
            if key in self._places
        }


def _check(count: int, size: int, at_label: int, at_vector: int, dimension: int) -> None:
    if not 0 < at_vector < at_label <= size - _LABEL_BYTES or count > 2**40:
        raise IndexFileError("their header is invalid")
    if at_label - at_vector != 4 * dimension:
        raise IndexFileError("their vectors have another dimension than the collection's")


class _Labels:
    """Stands for the one class that the file may name."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


class _Unpickler(pickle.Unpickler):
    """Reads plain values and nothing that could run code."""

    def find_class(self, module: str, name: str) -> Any:
        if name == "PersistentData":
            return _Labels
        raise pickle.UnpicklingError(f"{module}.{name}")


def _labels(path: Path) -> dict[str, int]:
    """Return the label of each document id."""
    with path.open("rb") as file:
        try:
            found = _Unpickler(file).load()
        except OSError:
            raise
        # A damaged file raises nearly anything.
        except Exception as error:
            raise IndexFileError("the list of labels is damaged") from error
    fields = found if isinstance(found, dict) else vars(found)
    labels = fields.get("id_to_label")
    if not isinstance(labels, dict):
        raise IndexFileError("the list of labels is of another version")
    return {key: label for key, label in labels.items() if isinstance(label, int)}
