"""Compares texts word by word, so that a page can mark what differs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

# Only this many words of a text are compared: the time grows with their square.
MOST_WORDS = 400

Pieces = list[tuple[str, bool]]

_WORDS = re.compile(r"\S+\s*")


def compared(texts: Sequence[str]) -> list[Pieces]:
    """Return each text in pieces, each with whether it differs.

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
