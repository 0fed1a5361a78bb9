"""Which messages are worth a separate memory."""

from __future__ import annotations

import re

from memories.wording.phrasing import asks_without_spaces, is_small_talk, without_courtesies
from memories.wording.words import UNSPACED

SHORTEST_WORDS = 3
# Two words of this many letters can say something, too: “Evleniyorum yarın”.
SHORTEST_PAIR = 12
# Characters of a script without spaces that can.
SHORTEST_UNSPACED = 4

_WORDS = re.compile(r"\w+")
_PLAIN_QUESTION = re.compile(
    r"^\W*(what|what's|whats|where|when|who|which|why|how|do|does|did|is|are|was|were|can|could"
    r"|will"
    r"|would|have|has|am)\b[^.!?]*\?\W*$",
    re.IGNORECASE,
)


# What a wish that says nothing else may hold beside it.
SHORT_WISH = 80
_BESIDE_A_WISH = re.compile(
    r"please|just|ok|okay|thanks|thank|you|actually|and|but|so|oh|hey|wait|though|either|ever"
    r"|anywhere|down|i|said|wrote|told|typed|last|message|one|part|bit|thing|above|again|that|this"
    r"|it|bitte|danke|merci|por|favor",
    re.IGNORECASE,
)

# An order or a plea: “I don't remember this” tells something.
_NOT_TO_BE_KEPT = re.compile(
    r"(?:^|[.,;:!?\n(–—-]|\b(?:please|and|but|so|you|just|kindly|must|should|can you|could you)\b)"
    r"\s{0,5}(?:please |just )?"
    r"(?:don't|do not|dont|never|not) (?:ever )?"
    r"(?:remember|save|store|keep|write|note|record|log)(?: down)?"
    r" (?:this|that|it|what i|any of (?:this|that))\b"
    r"|\b(?:this|that|it) (?:is|stays|must stay) off the record\b"
    r"|\boff the record\b"
    r"|\b(?:nicht|nichts davon) (?:merken|speichern|aufschreiben|behalten)\b|\bmerk dir das nicht\b"
    r"|\bne (?:retiens|garde|note|mémorise) (?:pas|rien)\b"
    r"|\bno (?:guardes|recuerdes|anotes) (?:esto|eso)\b",
    re.IGNORECASE,
)


def asks_not_to_keep(text: str) -> bool:
    """Return whether a message asks that it not be kept: “don't remember this: …”."""
    return bool(_NOT_TO_BE_KEPT.search(text[:2000].replace("’", "'")))


def asks_only_not_to_keep(text: str) -> bool:
    """Return whether that is all a message says: “please don't remember that”."""
    wish, wishes = _NOT_TO_BE_KEPT.subn(" ", text[:SHORT_WISH].replace("’", "'"))
    says_more = any(not _BESIDE_A_WISH.fullmatch(word) for word in _WORDS.findall(wish))
    return bool(wishes) and len(text) <= SHORT_WISH and not says_more


def worth_remembering(text: str) -> bool:
    """Return whether a message says something about its author.

    Greetings and interjections do not, nor does a bare question to the companion: remembered, it
    would be the best match for itself when it is asked again, and hide the answer.
    """
    head = text[:500]
    if not _says_something(head):
        return False
    return not (
        len(text) <= len(head) and (_PLAIN_QUESTION.match(head) or asks_without_spaces(head))
    )


def _says_something(text: str) -> bool:
    telling = without_courtesies(text)
    if sum(map(len, UNSPACED.findall(telling))) >= SHORTEST_UNSPACED:
        return True
    spaced = _WORDS.findall(UNSPACED.sub(" ", text))
    long_pair = len(spaced) == 2 and sum(map(len, spaced)) >= SHORTEST_PAIR
    return len(spaced) >= SHORTEST_WORDS or (long_pair and not is_small_talk(text))
