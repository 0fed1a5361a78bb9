"""What the classifier sees of a text; training and use share it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

# Moods are named at the start or at the end; the middle of a long text costs time and dilutes them.
START, END = 500, 500
LONGEST_WORD = 30
LONGEST_GRAM = 4
SHORTEST_GRAM = 2

_TOKENS = re.compile(r"\w+(?:'\w+)?|[^\w\s]")
_STRETCHED = re.compile(r"(.)\1{3,}")
# Telephones write curly apostrophes, and signs that only choose how an emoji is drawn.
_SAME = str.maketrans({"’": "'", "‘": "'", "\ufe0f": None, "\u200d": None})


def tokens(text: str) -> list[str]:
    """Return words and single signs (emoji, punctuation) in lower case."""
    if len(text) > START + END:
        text = f"{text[:START]} {text[-END:]}"
    plain = text.translate(_SAME).lower()
    return [token[:LONGEST_WORD] for token in _TOKENS.findall(_STRETCHED.sub(r"\1\1\1", plain))]


def features(words: Sequence[str]) -> Counter[str]:
    """Return how often each token, pair of tokens and run of characters of a token occurs."""
    counts = Counter(words)
    found = Counter({f"w {word}": count for word, count in counts.items()})
    found.update(f"p {first} {second}" for first, second in pairwise(words))
    for word, count in counts.items():
        for gram in grams(word):
            found[gram] += count
    return found


def grams(word: str) -> Iterator[str]:
    """Yield the runs of 2 to 4 characters of a token, with a space on each side of it."""
    padded = f" {word} "
    for size in range(SHORTEST_GRAM, LONGEST_GRAM + 1):
        for start in range(len(padded) - size + 1):
            yield f"c{padded[start : start + size]}"
