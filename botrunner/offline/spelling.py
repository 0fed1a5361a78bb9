"""Mends slips of the keyboard in the words that questions are read by."""

from __future__ import annotations

import re
from functools import lru_cache

# Words that questions are read by; of short ones a slip makes other words.
_WORDS = """
birthday favourite husband girlfriend boyfriend brother daughter hobbies appointment dentist
remember partner nickname allergic allergies children siblings parents grandma grandpa address
company weekend holiday language languages married university colleague neighbour anniversary
interview instrument
"""
_KEYS = tuple(_WORDS.split())
_KNOWN = frozenset(_KEYS)
# These are words themselves.
_RIGHT = frozenset(["bother", "brothel", "broker", "dentists", "partners", "marred", "harried"])
_LONG = re.compile(r"\b[a-z]{6,13}\b")


def mended(text: str) -> str:
    """Return a text in lower case with slips of one letter, or of two in turn, put right."""
    return _LONG.sub(lambda word: _mended(word[0]), text)


@lru_cache(maxsize=4096)
def _mended(word: str) -> str:
    if word in _KNOWN or word in _RIGHT:
        return word
    return next((key for key in _KEYS if _is_slip(word, key)), word)


def _is_slip(word: str, key: str) -> bool:
    """Return whether a word is a key with one letter too many, too few, wrong or out of turn."""
    if word[0] != key[0] or word.removesuffix("s") == key or word == key.removesuffix("s"):
        return False
    if len(word) == len(key):
        wrong = [place for place, letter in enumerate(key) if word[place] != letter]
        swapped = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(word) == sorted(key)
        return len(wrong) == 1 or swapped
    longer, shorter = (word, key) if len(word) > len(key) else (key, word)
    return len(longer) == len(shorter) + 1 and any(
        longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))
    )
