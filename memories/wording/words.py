"""Texts to terms: one function for memories and queries, so that they meet.

Chinese, Japanese, Thai, Lao, Khmer and Burmese are written without spaces. Their words here are the
overlapping pairs of characters, and of Chinese and Japanese each character, too. Elasticsearch's
standard tokenizer makes characters of these two by itself; of the others it is given pairs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

import Stemmer

from whisper.stop_words import ENGLISH

# Far more than anyone types in a chat; an uploaded book would only slow every search down.
LONGEST_TEXT = 20_000

# Counted words are shown: not ids and numbers, nor unreadable text.
COUNTED_LENGTHS = range(2, 41)

# Scripts without spaces, each with the marks that stand on its letters. Korean has spaces.
_IDEOGRAPHS = "\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
UNSPACED = re.compile(f"[{_IDEOGRAPHS}]+|[{_SOUTH_EAST_ASIAN}]+")
_SOUTH_EAST_ASIAN_RUN = re.compile(f"[{_SOUTH_EAST_ASIAN}]+")
_WORD = re.compile(rf"(?:(?![{_IDEOGRAPHS}{_SOUTH_EAST_ASIAN}])\w)+|{UNSPACED.pattern}")
# Finds the same where every script has spaces, in half the time.
_SPACED_WORD = re.compile(r"\w+")
_KANA = frozenset(map(chr, range(0x3040, 0x3100)))
_SMALL_CHARACTERS = frozenset("的了是我你您他她它们在有不吗嗎呢么麼什这那這就也都和吧啊")
STOP_WORDS = ENGLISH | {"could", "might", "us", "would"} | _KANA | _SMALL_CHARACTERS
_stemmer = Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Return a text's words in their order, in lower case; pairs where a script has no spaces."""
    text = text[:LONGEST_TEXT].lower()
    if text.isascii() or UNSPACED.search(text) is None:
        return _SPACED_WORD.findall(text)
    return [part for word in _WORD.findall(text) for part in _pairs(word)]


# A query is read by several, one after the other.
@lru_cache(maxsize=16)
def words_of_query(text: str) -> tuple[str, ...]:
    """Return what `words` does, kept for a moment."""
    return tuple(words(text))


def in_pairs(text: str) -> str:
    """Return a text with spaces between the pairs of Thai, Lao, Khmer and Burmese."""
    return _SOUTH_EAST_ASIAN_RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", text)


def _pairs(word: str) -> list[str]:
    if UNSPACED.match(word) is None:
        return [word]
    pairs = [word[start : start + 2] for start in range(len(word) - 1)]
    return pairs if pairs and word[0] < "\u3000" else [*word, *pairs]


def terms(text: str) -> list[str]:
    """Return the stems of a text's words in their order, without English stop words."""
    return stems_of(words(text))


@lru_cache(maxsize=16)
def terms_of_query(text: str) -> tuple[str, ...]:
    """Return what `terms` does, kept for a moment."""
    return tuple(stems_of(words_of_query(text)))


def stems_of(spoken: Iterable[str]) -> list[str]:
    """Return the same of a text's words, in lower case."""
    stems = _stemmer.stemWords([word for word in spoken if word not in STOP_WORDS])
    # The same few thousand stems come again and again: hold each once.
    return [sys.intern(stem) for stem in stems]


def context_terms(context: str, said_at: datetime) -> list[str]:
    """Return the terms of what stands around a memory: the turn before it and its date."""
    return terms(f"{context} {said_at:%A} {said_at.day} {said_at:%B %Y}")


def counted_terms(text: str) -> set[str]:
    """Return the terms of a text that figures are made of, each once."""
    found = set(map(counted_term, words(text)))
    found.discard("")
    return found


# The same few thousand words make most of a hundred thousand memories.
@lru_cache(maxsize=50_000)
def counted_term(word: str) -> str:
    """Return the stem of a word in lower case, empty if it is not counted."""
    if word in STOP_WORDS or not any(letter.isalpha() for letter in word):
        return ""
    stem = str(_stemmer.stemWord(word))
    return sys.intern(stem) if len(stem) in COUNTED_LENGTHS else ""
