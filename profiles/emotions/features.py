"""What the classifier sees of a text; training and use share it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

# Moods show at once; the rest of a very long text costs time and dilutes them.
MOST_CHARACTERS = 4_000

_TOKENS = re.compile(r"\w+(?:'\w+)?|[^\w\s]")
_STRETCHED = re.compile(r"(.)\1{3,}")
LONGEST_GRAM = 4
SHORTEST_GRAM = 2


def tokens(text: str) -> list[str]:
    """Return words and single signs (emoji, punctuation) in lower case."""
    return _TOKENS.findall(_STRETCHED.sub(r"\1\1\1", text[:MOST_CHARACTERS].lower()))


def features(text: str) -> Counter[str]:
    """Return how often each word, pair of words and run of 2 to 4 characters of a word occurs."""
    words = tokens(text)
    found = Counter(f"w {word}" for word in words)
    found.update(f"p {first} {second}" for first, second in pairwise(words))
    for word, count in Counter(words).items():
        padded = f" {word} "
        for size in range(SHORTEST_GRAM, LONGEST_GRAM + 1):
            for start in range(len(padded) - size + 1):
                found[f"c{padded[start : start + size]}"] += count
    return found
