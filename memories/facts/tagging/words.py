"""Words of a message as the tagger sees them, and the names of its tags."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from memories.facts.predicates import PREDICATES

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.intp]
Span = tuple[int, int]

# A word, “'s”, or one sign.
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*|'[a-zA-Z]+|[^\w\s]")
_SENTENCE_ENDS = frozenset(".!?\n")
FEATURES = 8

# A note is in the person's own words: nothing is tagged in it.
UNTAGGED = frozenset({"note"})
TAGGED_PREDICATES = tuple(name for name in PREDICATES if name not in UNTAGGED)
# Whom a fact is about (“my sister”), and what a favourite is one of (“my favourite colour”).
SUBJECT, THING = "S", "T"
OUTSIDE = "O"
TAGS = (OUTSIDE, *(f"{at}-{kind}" for kind in (*TAGGED_PREDICATES, SUBJECT, THING) for at in "BI"))


def word_spans(text: str) -> list[Span]:
    """Return where each word of a text starts and ends, in characters."""
    return [match.span() for match in _WORD.finditer(text)]


def shapes(text: str, words: Sequence[Span]) -> Floats:
    """Return how words are written, which the embedder does not see: shape (words, 8), 0 or 1."""
    rows = np.zeros((len(words), FEATURES), np.float32)
    before = "."
    for row, (start, end) in zip(rows, words, strict=True):
        word = text[start:end]
        row[:] = (
            word[0].isupper(),
            word.isupper() and len(word) > 1,
            word.isdigit(),
            any(letter.isdigit() for letter in word),
            before in _SENTENCE_ENDS,
            not word[0].isalnum(),
            word.islower(),
            ord(word[0]) > 0x24F,
        )
        before = word
    return rows


def words_of_tokens(words: Sequence[Span], offsets: Sequence[Span]) -> Indices:
    """Return which word each token belongs to, -1 for none, shape (tokens,).

    Args:
        offsets: the characters that each token stands for.
    """
    found = np.full(len(offsets), -1)
    starts = [start for start, _ in words]
    for token, (start, end) in enumerate(offsets):
        place = bisect_right(starts, start) - 1
        if end > start and place >= 0 and start < words[place][1]:
            found[token] = place
    return found
