"""The encoder's network: convolutions over pieces and words, averaged into one vector."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from whisper.multilingual.unpacking import PARTS, ROW, TABLE, WEIGHTS

DIMENSION = 512
# Pieces that each convolution sees at once, and how many of them stand before.
ORDERS = ((2, 0), (3, 1), (5, 2))
_WIDTH = 256
# The weights that no branch has.
_WHOLE = ("ln_g", "ln_b", "cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3")

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Branch:
    """Two convolutions of one order, each with a way around it."""

    order: int
    before: int
    first: tuple[Floats, Floats]
    second: tuple[Floats, Floats]

    def __call__(self, states: Floats) -> Floats:
        for weights, bias in (self.first, self.second):
            states = states + np.maximum(self._windows(states) @ weights + bias, 0)
        return states

    def _windows(self, states: Floats) -> Floats:
        """Return what each place sees, shape (places, order · width); zeros beyond the ends."""
        places = len(states)
        padded = np.zeros((places + self.order - 1, _WIDTH), np.float32)
        padded[self.before : self.before + places] = states
        return np.concatenate([padded[step : step + places] for step in range(self.order)], axis=1)


class Network:
    """Numbers of pieces to a vector."""

    def __init__(self, folder: Path) -> None:
        """Read the weights; the table of pieces stays in its file.

        Raises:
            OSError: a file can't be read.
        """
        self._table = os.open(folder / TABLE, os.O_RDONLY)
        with np.load(folder / WEIGHTS, allow_pickle=False) as file:
            w = {name: file[name].astype(np.float32) for name in file.files}
        self._scale, self._low = w["scale"], w["lo"]
        orders = [order for order, _ in ORDERS]
        self._into = np.concatenate([w[f"proj{order}"] for order in orders], axis=1)
        self._into_bias, self._gain, self._shift = (
            np.concatenate([w[f"{name}{order}"] for order in orders])
            for name in ("proj_b", "ln_g", "ln_b")
        )
        self._branches = tuple(
            _Branch(
                order,
                before,
                (w[f"w1_{order}"], w[f"b1_{order}"]),
                (w[f"w2_{order}"], w[f"b2_{order}"]),
            )
            for order, before in ORDERS
        )
        self._epsilon = float(w["eps"])
        # What was joined above isn't kept twice.
        self._w = {name: w[name] for name in _WHOLE}

    def vector(self, pieces: Sequence[int]) -> Floats:
        """Return the unit vector of pieces, shape (512,)."""
        states = self._rows(pieces)
        into = self._even(states @ self._into + self._into_bias, self._gain, self._shift)
        parts = np.split(into, len(ORDERS), axis=1)
        seen = [branch(part) for branch, part in zip(self._branches, parts, strict=True)]
        w = self._w
        whole = self._even(np.concatenate([states, *seen], axis=1), w["ln_g"], w["ln_b"])
        count = np.float32(len(pieces))
        return self._deep((whole.sum(axis=0) @ w["cnn_W"] + count * w["cnn_b"]) / np.sqrt(count))

    def _rows(self, pieces: Sequence[int]) -> Floats:
        """Return the table's rows of pieces, shape (pieces, 512)."""
        raw = b"".join(os.pread(self._table, ROW, piece * ROW) for piece in pieces)
        rows = np.frombuffer(raw, np.uint8).reshape(-1, ROW).astype(np.float32)
        part = np.asarray(pieces) % PARTS
        return np.asarray(rows * self._scale[part, None] + self._low[part, None])

    def _even(self, states: Floats, gain: Floats, shift: Floats) -> Floats:
        """Return states normalised over their width."""
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        return np.asarray(centred / spread * gain + shift)

    def _deep(self, mean: Floats) -> Floats:
        """Return the unit vector that the last layers make of the mean state."""
        w = self._w
        first = np.maximum(mean @ w["d0"], 0)
        second = np.maximum(mean @ w["p1"] + first @ w["d1"], 0)
        third = np.maximum(second @ w["d2"], 0)
        last = np.tanh(second @ w["p3"] + third @ w["d3"])
        return np.asarray(last / np.sqrt(max(float(last @ last), self._epsilon)), np.float32)
