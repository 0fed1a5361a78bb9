"""A polite word to people who write in another language than English."""

from __future__ import annotations

import re

from memories.wording.words import words

# Small words that tell a language, and what to say in it.
_TONGUES = (
    (
        "ich du ist nicht und der die das ein eine wie mein meine habe bin wir heute kannst was",
        "Ohne Sprachmodell verstehe ich leider fast nur Englisch.",
    ),
    (
        "je tu est pas et le la les un une mon ma suis nous vous quoi comment ai dans bonjour",
        "Sans modèle de langage, je ne comprends guère que l'anglais, désolé.",
    ),
    (
        "yo tú es no y el la los un una mi soy estoy qué cómo tengo muy hoy hola vivo en",
        "Sin un modelo de lenguaje casi solo entiendo inglés, lo siento.",
    ),
    (
        "ik jij je is niet en de het een mijn ben heb wij wat hoe vandaag woon maar ook",
        "Zonder taalmodel versta ik helaas bijna alleen Engels.",
    ),
    (
        "io tu è non e il lo la gli un una mio mia sono ho che come oggi ciao vivo di",
        "Senza un modello linguistico capisco quasi solo l'inglese, mi dispiace.",
    ),
)
_ENGLISH_MARKS = """
a am and are at but come do for had has have how i if in is it me my no not of on she so that the
they this to today van was we were what with you your
"""
_ENGLISH = frozenset(_ENGLISH_MARKS.split())
FEWEST_MARKS, SMALLEST_SHARE = 2, 0.25
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def in_other_tongue(text: str) -> str:
    """Return a polite sentence in the language of a text; empty for English and where unsure."""
    spoken = set(words(text[:500]))
    english = len(spoken & _ENGLISH)
    best, said = 0, ""
    for marks, sentence in _TONGUES:
        count = len(spoken & (set(marks.split()) - _ENGLISH))
        if count > best:
            best, said = count, sentence
    enough = max(FEWEST_MARKS, SMALLEST_SHARE * len(spoken))
    return said if best >= enough and best > english else ""


def is_readable(text: str) -> bool:
    """Tell whether a text has words in Latin letters, or none at all."""
    found = _LETTERS.findall(text[:2000])
    return not found or any(re.search(r"[a-z]", word, re.IGNORECASE) for word in found)
