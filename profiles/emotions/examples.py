"""Example sentences for training, in the tone of a chat: written lines, varied by chance.

The lines stand in `sentences/`, one file for each state. A name in braces is filled in from
`vocabulary.txt`, and each line is also written as people type: without apostrophes, abbreviated,
with an emoji of its mood, stretched, with a slip of the finger.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from profiles.emotions.moods import SETS, read_moods
from profiles.models import Emotion

FOLDER = Path(__file__).parent / "sentences"
# How often a line with names in braces is filled, and in how many ways each sentence is typed.
FILLINGS = 4
TYPINGS = 2

_SLOT = re.compile(r"\{(\w+)\}")
_SHORT = {
    "you": "u",
    "are": "r",
    "because": "bc",
    "really": "rly",
    "though": "tho",
    "people": "ppl",
    "please": "pls",
    "right now": "rn",
    "going to": "gonna",
    "want to": "wanna",
    "my god": "mg",
    "with": "w",
    "about": "abt",
    "before": "b4",
    "tonight": "2nite",
    "tomorrow": "tmrw",
    "i don't know": "idk",
    "something": "smth",
    "very": "v",
}
# How a sentence of some states ends; others as most do.
_ENDS: dict[str, tuple[str, ...]] = {
    "excited": ("!", "!!", "!!!"),
    "curious": ("?", "??", "?"),
    "neutral": (".", "...", "."),
}
_USUAL_ENDS = (".", "...", "!")
_BEFORE = ("ngl ", "tbh ", "honestly ", "bro ", "man ", "well ", "so ", "and ", "but ", "hey ")
_AFTER = (" tbh", " ngl", " rn", " fr", " man", " bro", " today", " again", " i guess", " you know")


class Example(NamedTuple):
    """A sentence and how it feels."""

    text: str
    emotion: Emotion


def examples(seed: int) -> list[Example]:
    """Return all sentences with their variants, the same for the same seed.

    What happens to be in a labelled set is left out: a set measures what nothing was trained on.
    """
    chance = random.Random(seed)
    found: dict[str, Example] = {}
    measured = {_letters(text) for path in SETS for text, _ in read_moods(path)}
    for emotion in Emotion:
        for line in written(emotion):
            for text in _variants(line, emotion, chance):
                found.setdefault(text.casefold(), Example(text, emotion))
    return [one for one in found.values() if _letters(one.text) not in measured - {""}]


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text.casefold())


def written(emotion: Emotion) -> list[str]:
    """Return the lines that were written for a state."""
    lines = (FOLDER / f"{emotion.value}.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line.strip()]


@cache
def vocabulary() -> dict[str, tuple[str, ...]]:
    """Return what each name in braces may be filled in with."""
    lines = (FOLDER.parent / "vocabulary.txt").read_text("utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines if line.strip())
    return {name: tuple(words.split(", ")) for name, words in pairs}


def _variants(line: str, emotion: Emotion, chance: random.Random) -> Iterator[str]:
    for _ in range(FILLINGS if _SLOT.search(line) else 1):
        text = _SLOT.sub(lambda slot: chance.choice(vocabulary()[slot[1]]), line)
        yield text
        for _ in range(TYPINGS):
            yield _typed(text, emotion, chance)


def _typed(text: str, emotion: Emotion, chance: random.Random) -> str:
    """Return a sentence as typed in a hurry."""
    if chance.random() < 0.3:
        text = text.replace("'", "")
    if chance.random() < 0.3:
        text = re.sub(r"\b[a-z']+\b", lambda word: _SHORT.get(word[0], word[0]), text)
    if chance.random() < 0.2:
        text = _slipped(text, chance)
    if chance.random() < 0.3 and text[-1:].isalpha():
        text += chance.choice(_ENDS.get(emotion.value, _USUAL_ENDS))
    text = _spoken(text, chance) if len(text) > 8 and chance.random() < 0.3 else text
    if chance.random() < 0.3:
        text = f"{text} {chance.choice(emotion.traits.emoji)}".rstrip()
    how = chance.random()
    return text.upper() if how < 0.03 else text.capitalize() if how < 0.35 else text


def _spoken(text: str, chance: random.Random) -> str:
    if chance.random() < 0.5:
        return chance.choice(_BEFORE) + text
    return text + chance.choice(_AFTER) if text[-1].isalpha() else text


def _slipped(text: str, chance: random.Random) -> str:
    """Return a text with two letters swapped, one missing or one held down."""
    place = chance.randrange(len(text))
    if not text[place].isalpha():
        return text
    kind = chance.randrange(3)
    if kind == 0:
        return text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]
    if kind == 1 and len(text) > 4:
        return text[:place] + text[place + 1 :]
    return text[:place] + text[place] * chance.randint(2, 4) + text[place + 1 :]
