"""Texts to pieces of words, as SentencePiece's unigram model cuts them (Kudo 2018).

The likeliest cut is found by Viterbi's algorithm. The vocabulary stays in memory-mapped hash
tables: as a Python dict its quarter of a million prefixes would take 45 MB.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

UNKNOWN, BEGIN, END = 0, 1, 2
# Stands for a space.
SPACE = "\u2581"
# What a character outside the vocabulary costs beside the least likely piece.
_UNKNOWN_PENALTY = 10.0
# Words that were cut lately, and how long they may be: people use few, again and again.
MOST_WORDS = 8_192
SHORT_WORD = 16
_SLOT_BITS = 19
_SLOTS = 1 << _SLOT_BITS
_SHIFT = 64 - _SLOT_BITS
_START, _FACTOR, _MASK = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1

Arrays = Mapping[str, npt.NDArray[np.generic]]


def tables(pieces: Sequence[str], scores: Sequence[float]) -> Arrays:
    """Return the hash tables of a vocabulary, by the names of their files.

    `keys` holds the hash of each piece and of each beginning of one, `values` the number of the
    piece plus one, or 0 if it is only a beginning.
    """
    numbers = {piece[:end]: 0 for piece in pieces for end in range(1, len(piece) + 1)}
    numbers |= {piece: number + 1 for number, piece in enumerate(pieces)}
    keys, values = np.zeros(_SLOTS, np.uint64), np.zeros(_SLOTS, np.int32)
    taken = bytearray(_SLOTS)
    for text, number in numbers.items():
        key = _key(text)
        slot = key >> _SHIFT
        while taken[slot]:
            slot = (slot + 1) % _SLOTS
        taken[slot], keys[slot], values[slot] = 1, key, number
    return {"keys": keys, "values": values, "scores": np.array(scores, np.float32)}


class Pieces:
    """The vocabulary, read from the files of `tables`."""

    def __init__(self, folder: Path) -> None:
        """Open the files in a folder.

        Raises:
            OSError: one can't be read.
        """
        self._keys, self._values, self._scores = (
            memoryview(np.load(folder / f"{name}.npy", mmap_mode="r"))
            for name in ("keys", "values", "scores")
        )
        self._unknown = min(self._scores) - _UNKNOWN_PENALTY
        self._short = lru_cache(maxsize=MOST_WORDS)(self._likeliest)

    def ids(self, text: str) -> list[int]:
        """Return the numbers of a text's pieces between those of begin and end."""
        words = normalised(text).split(SPACE)[1:]
        if not words:
            return [BEGIN, UNKNOWN, END]
        return [BEGIN, *chain.from_iterable(self._of_word(SPACE + word) for word in words), END]

    def _of_word(self, word: str) -> Sequence[int]:
        """Return the pieces of a word, which reach into no other: a space only begins them."""
        return self._short(word) if len(word) <= SHORT_WORD else self._likeliest(word)

    def _likeliest(self, text: str) -> Sequence[int]:
        """Return the cut with the best score.

        It is one loop, because each call in it would cost time.
        """
        keys, values, scores, letters = self._keys, self._values, self._scores, [*map(ord, text)]
        length = len(text)
        # For each place the best score up to it, where its last piece begins, and which that is.
        best = [0.0, *[-1e30] * length]
        begins, numbers = [0] * (length + 1), [UNKNOWN] * (length + 1)
        for start in range(length):
            reached, key, end = best[start], _START, start
            # It is taken where nothing of the vocabulary reaches as far.
            if reached + self._unknown > best[start + 1]:
                best[start + 1], begins[start + 1] = reached + self._unknown, start
                numbers[start + 1] = UNKNOWN
            while end < length:
                key = ((key ^ letters[end]) * _FACTOR) & _MASK
                end += 1
                slot = key >> _SHIFT
                while (found := keys[slot]) and found != key:
                    slot = (slot + 1) % _SLOTS
                if not found:
                    break
                number = values[slot]
                if number and reached + scores[number - 1] > best[end]:
                    best[end], begins[end] = reached + scores[number - 1], start
                    numbers[end] = number - 1
        return _path(begins, numbers)


def normalised(text: str) -> str:
    """Return a text in compatibility form, with single spaces, as SentencePiece writes them."""
    plain = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode())
    words = "".join(_plain(letter) for letter in plain).split()
    return SPACE + SPACE.join(words) if words else ""


def _plain(letter: str) -> str:
    return letter if letter.isprintable() or letter.isspace() else ""


def _path(begins: Sequence[int], numbers: Sequence[int]) -> list[int]:
    """Return the pieces of the best cut; unknown characters in a row are one."""
    found: list[int] = []
    place = len(begins) - 1
    while place:
        if numbers[place] != UNKNOWN or not found or found[-1] != UNKNOWN:
            found.append(numbers[place])
        place = begins[place]
    return found[::-1]


def _key(text: str) -> int:
    """Return the FNV-1a hash of a text's characters."""
    key = _START
    for letter in text:
        key = ((key ^ ord(letter)) * _FACTOR) & _MASK
    return key
