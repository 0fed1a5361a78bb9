"""Texts as the phrases of danger are written: lower case, no accents, no disguise."""

from __future__ import annotations

import re
import unicodedata

# Of a longer text the start and the end are read.
MOST_CHARACTERS = 8_000

# Letters that hold no accent for Unicode, though they do for people.
_LETTERS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe"})
# Cyrillic letters that look like Latin ones, and digits that stand for letters.
_LOOKALIKES = str.maketrans("аеорсухіјѕкмтвнё", "aeopcyxijskmtbhe")
_DIGITS = str.maketrans("013457@$", "oieastas")
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_STOPS = re.compile(r"[.!?\n…;。！？]+")
_OTHERS = re.compile(r"[^\w. ]+|_")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_SPACES = re.compile(r"\s+")
_LATIN, _CYRILLIC = re.compile(r"[a-z]"), re.compile(r"[а-яё]")
_DISGUISED = re.compile(r"\w*(?:[a-z][0-9@$]|[0-9@$][a-z])\w*")


def folded(text: str) -> str:
    """Return a text in small letters without accents and signs; sentences end in ` .`."""
    half = MOST_CHARACTERS // 2
    if len(text) > MOST_CHARACTERS:
        text = f"{text[:half]} . {text[-half:]}"
    plain = fold_letters(text)
    plain = _STOPS.sub(" . ", _APOSTROPHES.sub("", plain))
    plain = _STRETCHED.sub(r"\1", _OTHERS.sub(" ", plain))
    return " ".join(_undisguised(word) for word in _SPACES.split(plain) if word)


def fold_letters(text: str) -> str:
    """Return small letters without accents, stacked marks and invisible characters."""
    # Marks come apart from their letters first; a letter with a thousand of them is one letter.
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in apart if unicodedata.category(letter) not in _DROPPED)
    return kept.translate(_LETTERS)


_DROPPED = frozenset({"Mn", "Me", "Cf", "Cs"})


def _undisguised(word: str) -> str:
    """Return a word without letters of another script or digits in place of letters."""
    if _LATIN.search(word) and _CYRILLIC.search(word):
        word = word.translate(_LOOKALIKES)
    return word.translate(_DIGITS) if _DISGUISED.fullmatch(word) else word
