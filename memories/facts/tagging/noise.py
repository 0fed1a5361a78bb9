"""Makes written sentences look typed: lower case, slang, slips, words around them."""

from __future__ import annotations

import random
import re

Part = tuple[str, str]

_BEFORE = (
    "btw ",
    "so ",
    "oh ",
    "hey ",
    "lol ",
    "well ",
    "also ",
    "actually ",
    "ok so ",
    "fun fact: ",
    "hi! ",
    "just so you know, ",
    "haha ",
    "tbh ",
    "ugh ",
    "guess what, ",
    "omg ",
    "yeah ",
    "and ",
    "anyway, ",
    "fyi ",
    "by the way, ",
    "you should know ",
    "remember that ",
    "I think I told you, ",
    "for the record, ",
    "hm, ",
    "not sure if I said but ",
    "finally ",
    "Good morning! ",
    "no, ",
    "wait, ",
)
_AFTER = (
    " lol",
    " haha",
    "!!",
    " tbh",
    " btw",
    " 😅",
    " :)",
    "...",
    " 🎉",
    " and that is it",
    " you know",
    " lmao",
    " if that helps",
    " ❤️",
    " 😂",
    " so yeah",
    " just saying",
    "!",
    " actually",
    " though",
    " xD",
    " fyi",
    " 💀",
    " u?",
    " and you?",
)
CONNECTIONS = (". ", " and ", ", ", " but ", "; ", " - ", "! ", "\n", ". also ", " & ")
_SHORT = {
    "you": "u", "are": "r", "and": "n", "because": "bc", "really": "rly", "to": "2", "for": "4",
    "with": "w", "my": "ma", "people": "ppl", "the": "teh", "have": "hav", "live": "liv",
    "work": "wrk", "called": "calld", "name": "nam", "love": "luv", "birthday": "bday",
    "tomorrow": "tmrw", "favourite": "fav", "brother": "bro", "sister": "sis", "going": "goin",
    "am": "m", "what": "wat", "from": "frm", "please": "pls", "just": "jus", "student": "studnet",
    "that": "dat",
}  # fmt: skip
_WORD = re.compile(r"\w+")
# Kinds whose words are typed wrong as well; a name is as it is typed.
_SLIPPING = frozenset({"S", "T", "job", "like", "hobby", "health", "relationship"})


def noisy(parts: list[Part], chance: random.Random) -> list[Part]:
    """Return a sentence's parts as a person might type them."""
    manner = chance.random()
    lower, upper = manner < 0.4, manner > 0.975
    bare = chance.random() < (0.4 if lower else 0.1)
    slang, slips = chance.random() < 0.12, chance.random() < 0.15
    typed = []
    for text, tag in parts:
        if slang and not tag:
            text = _WORD.sub(lambda word: _shortened(word[0], chance), text)
        if slips:
            rate = _rate(tag)
            text = _slipped(text, chance, rate)
        if bare and not (text.startswith("'s") and chance.random() < 0.5):
            text = text.replace("'", "")
        if chance.random() < 0.3:
            text = text.replace("'", "’")
        typed.append((text.lower() if lower else text.upper() if upper else text, tag))
    if not lower and chance.random() < 0.7:
        typed = _capitalised(typed)
    return _framed(typed, chance)


def _slipped(text: str, chance: random.Random, rate: float) -> str:
    return _WORD.sub(lambda word: _slip(word[0], chance, rate), text)


def _rate(tag: str) -> float:
    if not tag:
        return 0.3
    return 0.15 if tag.rstrip("+-") in _SLIPPING else 0.0


def _shortened(word: str, chance: random.Random) -> str:
    return _SHORT.get(word.lower(), word) if chance.random() < 0.4 else word


def _slip(word: str, chance: random.Random, rate: float) -> str:
    """Return a word with two letters swapped, one left out or one doubled."""
    if len(word) < 4 or chance.random() >= rate:
        return word
    at, kind = chance.randrange(len(word) - 1), chance.random()
    if kind < 0.4:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if kind < 0.7 else word[:at] + word[at] + word[at:]


def _capitalised(parts: list[Part]) -> list[Part]:
    for index, (text, tag) in enumerate(parts):
        if text:
            return [*parts[:index], (text[0].upper() + text[1:], tag), *parts[index + 1 :]]
    return parts


def _framed(parts: list[Part], chance: random.Random) -> list[Part]:
    if chance.random() < 0.16:
        parts = [(chance.choice(_BEFORE), ""), *parts]
    ending = chance.random()
    if ending < 0.14:
        return [*parts, (chance.choice(_AFTER), "")]
    if ending < 0.5 and not parts[-1][0].rstrip().endswith(("?", "!", ".")):
        return [*parts, (".", "")]
    return parts
