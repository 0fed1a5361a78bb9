"""Texts beside each other: which of their words the others don't have there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

# Of longer texts the rest isn't compared: that takes the square of the time.
MOST_WORDS = 400

Pieces = list[tuple[str, bool]]

_WORDS = re.compile(r"\S+\s*")


def compared(texts: Sequence[str]) -> list[Pieces]:
    """Return each text in pieces, and of each piece whether it differs.

    The first is compared with the second, the others with the first.
    """
    split = [_WORDS.findall(text) for text in texts]
    return [_pieces(words, split[0 if number else 1]) for number, words in enumerate(split)]


def _pieces(words: Sequence[str], others: Sequence[str]) -> Pieces:
    here, there = ([_bare(word) for word in some[:MOST_WORDS]] for some in (words, others))
    same = SequenceMatcher(None, here, there, autojunk=False).get_matching_blocks()
    found: Pieces = []
    at = 0
    for start, _, length in same:
        found.append(("".join(words[at:start]), True))
        found.append(("".join(words[start : start + length]), False))
        at = start + length
    found.append(("".join(words[at:]), False))
    return [(text, differs) for text, differs in found if text]


def _bare(word: str) -> str:
    return word.strip().strip(".,;:!?").casefold()
