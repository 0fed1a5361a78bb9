"""The trained classifier of danger: what a sentence means, and which language it is in.

Danger is told by a support vector machine over multilingual sentence vectors: a sentence is
compared with some two thousand that lie at the border between danger and everyday life. The
language is told by a logistic regression over words and runs of characters, hashed, so that no
vocabulary is kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt

from profiles.emotions.danger.fold import folded
from whisper.multilingual import vector_or_none

FILE = Path(__file__).parent / "model" / "danger.npz"
# Hashed features of words and of runs of characters, by which the language is told.
BUCKETS = 1 << 14
SHORTEST_RUN, LONGEST_RUN = 2, 4
# How fast likeness fades with the distance of two unit vectors.
GAMMA = 1.0
# What one vector is made of, in characters, and how many parts of a long text are read.
LONGEST_PART = 240
MOST_PARTS = 8
# How many examples are brought to full precision at a time.
AT_ONCE = 256
# The margin of a text without words.
NOTHING = -2.0
# Scripts that tell their language; others are told by the trained head.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
)
_ENDS = re.compile(r"(?<=[.!?…。！？\n])\s*")

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class DangerModel:
    """The weights of both heads.

    Args:
        examples: the sentences that it compares with, as vectors in 8 bits, shape (n, 512): in
            full precision they would take four times the memory.
        lengths: of those vectors, shape (n,).
        weights: what each adds to the margin, above 0 for danger, shape (n,).
        intercept: of the margin.
        languages: their codes.
        by_language: of the hashed features, shape (BUCKETS, languages).
    """

    examples: npt.NDArray[np.int8]
    lengths: Floats
    weights: Floats
    intercept: float
    languages: tuple[str, ...]
    by_language: Floats

    @classmethod
    def load(cls, path: Path = FILE) -> DangerModel:
        """Read the file that the training command wrote."""
        with np.load(path, allow_pickle=False) as file:
            examples = file["examples"]
            return cls(
                examples=examples,
                lengths=np.array([np.linalg.norm(row.astype(np.float32)) for row in examples]),
                weights=file["weights"].astype(np.float32),
                intercept=float(file["intercept"]),
                languages=tuple(file["languages"].tolist()),
                by_language=file["by_language"] * file["by_language_scale"],
            )

    def margin(self, vector: Floats) -> float:
        """Return how far a sentence is on the side of danger, above 0, or of everyday life.

        Args:
            vector: its unit vector, shape (512,).
        """
        cosines = np.concatenate(
            [
                self.examples[start : start + AT_ONCE].astype(np.float32) @ vector
                for start in range(0, len(self.examples), AT_ONCE)
            ]
        )
        likeness = np.exp(-2 * GAMMA * (1 - cosines / self.lengths))
        return float(likeness @ self.weights) + self.intercept

    def language(self, text: str) -> str:
        """Return the language of a text, such as `de`."""
        for language, script in _SCRIPTS:
            if script.search(text):
                return language
        places, values = writing_of(text)
        return self.languages[int(np.argmax(values @ self.by_language[places]))]


@cache
def shipped() -> DangerModel:
    """Return the model that comes with Whisper."""
    return DangerModel.load()


@lru_cache(maxsize=64)
def margin(text: str) -> float | None:
    """Return the margin of a text's most alarming part; None without the multilingual model."""
    found = NOTHING
    for part in parts(text):
        vector = vector_or_none(part)
        if vector is None:
            return None
        found = max(found, shipped().margin(vector))
    return found


def parts(text: str) -> list[str]:
    """Return what is read of a text: all of a short one, else its first and last sentences."""
    if len(text) <= LONGEST_PART:
        return [text] if text.strip() else []
    half = MOST_PARTS // 2
    head = list(_joined(text[: LONGEST_PART * half * 2]))
    tail = list(_joined(text[-LONGEST_PART * half * 2 :]))
    return list(dict.fromkeys([*head[:half], *tail[-half:]]))


def _joined(text: str) -> Iterator[str]:
    """Yield sentences, short ones with those before them, and no more than a part's length."""
    part = ""
    for sentence in _ENDS.split(text):
        for start in range(0, len(sentence), LONGEST_PART):
            piece = sentence[start : start + LONGEST_PART]
            if part and len(part) + len(piece) > LONGEST_PART:
                yield part
                part = ""
            part = f"{part} {piece}".strip()
    if part:
        yield part


def writing_of(text: str) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the buckets of a text's words and runs, and their values, both of shape (n,)."""
    counts = Counter(crc32(one.encode()) % BUCKETS for one in _features(folded(text).split()))
    values = 1 + np.log(np.array(list(counts.values()), np.float32))
    return np.array(list(counts), np.int64), values / max(float(np.linalg.norm(values)), 1.0)


def _features(words: list[str]) -> Iterator[str]:
    for word in words:
        yield f"w {word}"
        padded = f" {word[:40]} "
        for size in range(SHORTEST_RUN, LONGEST_RUN + 1):
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]
