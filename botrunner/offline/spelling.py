"""Makes everyday spellings of questions alike, and mends slips of the keyboard in them."""

from __future__ import annotations

import re
from functools import lru_cache

LONGEST = 300
_FORGOT = (
    r"^(?:\w+[, ]+){0,2}i(?: have|'ve)? (?:completely |totally |just |always )?"
    r"(?:forgot(?:ten)?|forget(?:ting)?|(?:can'?t|don'?t|do not|cannot) (?:remember|recall))"
)
_ASKS_AFTER = r"(?=(?:what|when|where|who|whose|how|which)\b)"
_SPELLINGS = (
    (r"[’`´]", "'"),
    (r"\bcolor\b", "colour"),
    (r"\b(?:favou?rite|favs?|fave|faves|favourites|favorites)\b", "favourite"),
    (r"\b(what|who|where|when|how|that|it)(?:'?s)\b", r"\1 is"),
    (r"\b(what|who|where|when|how)(?:'?re)\b", r"\1 are"),
    (r"\bdon'?t\b|\bdo not\b", "don't"),
    (r"\b(?:wat|wut|wot)s\b", "what is"),
    (r"\b(?:wat|wut|wot)\b", "what"),
    (r"\bwen\b", "when"),
    (r"\bur\b", "your"),
    (
        r"^(name|surname|age|job|birthday|hobby|hobbies|home|pets?|kids|plans|city|employer|address"
        r"|diet|allergies)\W*\?\W*$",
        r"what is my \1?",
    ),
    (r"^(partner|sister|brother|m[ou]m|dad|wife|husband|son|daughter)\W*\?\W*$", r"who is my \1?"),
    (
        r"^(name|surname|age|job|birthday|employer|address|hobbies|city|allergies|diet)"
        r"(?: (?:please|pls|plz))?\W*$",
        r"what is my \1?",
    ),
    (
        r"^(?P<whose>pet|dog|cat|husband|wife|son|daughter|sister|brother|m[ou]m|dad)(?:'?s)?"
        r" (?P<what>name|age|birthday|job)\W*$",
        r"what is my \g<whose>'s \g<what>?",
    ),
    (r"\b4\b(?= (?:a|the|my|me|work|fun)\b)", "for"),
    (r"\bwich\b", "which"),
    # “I forgot when my exam is”, “I can't remember my sister's birthday”
    (rf"{_FORGOT}(?: again)?,? {_ASKS_AFTER}", ""),
    (
        rf"{_FORGOT} (?P<what>(?:my|our) [\w' -]{{0,40}}\b(?:date|time|day|appt|appointment))\W*$",
        r"when is \g<what>?",
    ),
    (
        rf"{_FORGOT} (?P<what>(?:my|our) [\w' -]{{0,40}}(?:name|birthday|age|job|number|address"
        r"|title|colour|breed))\W*$",
        r"what is \g<what>?",
    ),
    (
        r"^(?:\w+[, ]+){0,2}(?:i (?:wonder|want to know|wanna know|need to know)"
        rf"|i(?: woul)?'?d (?:like|love) to know),? {_ASKS_AFTER}",
        "",
    ),
    (rf"\bremind me\W+(?:again\W+)?{_ASKS_AFTER}", "remind me "),
    # “I bet you can't even remember my name”
    (
        r"^(?:\w+ )?i bet (?:you|u) (?:can'?t|don'?t|do not|won'?t)(?: even| really)? (?:remember"
        r"|know|recall) (?P<what>my [\w' ]{2,40})\W*$",
        r"what is \g<what>?",
    ),
    # “I didn't tell you my name?”
    (
        r"^(?:\w+ )?(?:i didn'?t|did i not|didn'?t i|haven'?t i|have i not) (?:tell|told|say|said)"
        r"(?: (?:you|u))? (?P<what>my [\w' ]{2,40})\?$",
        r"what is \g<what>?",
    ),
    (r"\bsay my name\b\W*$", "what is my name?"),
    (r"^(?P<next>next|upcoming) (?P<what>[\w ]{3,20})\?$", r"when is my \g<next> \g<what>?"),
    (r"\bu\b", "you"),
    (r"\babt\b", "about"),
    (r"\br\b", "are"),
    (r"\bim\b|\bi'm\b", "i am"),
    (r"\bbday\b|\bb-day\b", "birthday"),
    (r"\buse to\b", "used to"),
    (r"\bam i an only (?:child|kid|daughter|son)\b", "do i have siblings"),
    (r"\b(?:have )?(?:i )?got any ([\w ]+?)(?: have i)?(?=\W*$)", r"do i have any \1"),
    (r"\b(?:the )?names of my (.+)", r"my \1 called"),
    (r"\b(?:the )?name of my (.+)", r"my \1 called"),
)
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


def spelled(text: str) -> str:
    """Return a text in lower case, with everyday spellings made alike."""
    said = mended(" ".join(text[:LONGEST].lower().split()))
    for pattern, right in _SPELLINGS:
        said = re.sub(pattern, right, said)
    return said


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
