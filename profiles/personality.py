"""How a person writes, and an estimate of their Big Five from it.

The guess is weak by nature: the share of one kind of words goes along with a trait at correlations
of 0.1 to 0.2. The directions in `TRAITS` are those of Yarkoni 2010, “Personality in 100,000 words”
(doi.org/10.1016/j.jrp.2010.04.001); that such shares tell personality in conversation at all,
Mairesse et al. 2007 (doi.org/10.1613/jair.2349) show. So a score stays near 0.5, the middle, and
leaves it only by much text: 0.5 + 0.25 · w / (w + 3000) · tanh(m), where w is the number of words
and m the mean of ±log(share / usual share) over the trait's kinds of words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import log, tanh
from statistics import median
from typing import Any

LEAST_MESSAGES = 50
LEAST_WORDS = 500
# Newer messages say who they are now.
MOST_MESSAGES = 500
METHOD = "words-1"
# Under it a personality names what an admin set: the next estimate leaves it as it is.
SET_BY_HAND = "set_by_hand"
# The furthest from the middle, and the words at which half of it is believed.
REACH = 0.25
HALF_BELIEVED = 3_000
# Added to each count, so that a kind without a word has a rate.
SMOOTHING = 3.0

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_KINDS = {
    "I": "i i'm i've i'd i'll me my mine myself",
    "we": "we we're we've we'll us our ours together",
    "you": "you you're you've your yours",
    "articles": "a an the",
    "negations": "no not never nothing don't can't won't didn't isn't doesn't wasn't wouldn't",
    "good": "love great good nice happy thanks thank awesome glad wonderful beautiful fun lovely "
    "best amazing sweet enjoy enjoyed kind perfect",
    "bad": "bad sad worried afraid hate awful terrible worst anxious scared hurt lonely stressed "
    "cry nervous tired miss sorry upset",
    "swearing": "damn hell shit fuck fucking crap ass stupid idiot dumb sucks",
    "doing": "work working finished finish done plan planned goal try trying learn win job started "
    "practice improve ready",
}
KINDS = {kind: frozenset(words.split()) for kind, words in _KINDS.items()}
# How often each kind is among a hundred words of ordinary chat: measured on the training part of
# GoEmotions (Demszky et al. 2020, CC BY 4.0).
USUAL: Mapping[str, float] = {
    "I": 5.08,
    "we": 0.60,
    "you": 2.57,
    "articles": 5.84,
    "negations": 2.24,
    "good": 2.01,
    "bad": 0.64,
    "swearing": 0.47,
    "doing": 0.46,
}
TRAITS: Mapping[str, Mapping[str, int]] = {
    "openness": {"articles": 1, "I": -1},
    "conscientiousness": {"doing": 1, "swearing": -1, "negations": -1},
    "extraversion": {"you": 1, "we": 1, "good": 1},
    "agreeableness": {"we": 1, "good": 1, "swearing": -1},
    "neuroticism": {"I": 1, "bad": 1, "you": -1},
}

# Of half of the messages: fewer words than this are brief, more than that detailed.
BRIEF, DETAILED = 8, 25
CASUAL_SHARE, FORMAL_SHARE = 0.5, 0.6
_CASUAL = re.compile(
    r"\b(?:lol|lmao|haha\w*|omg|btw|idk|gonna|wanna|gotta|kinda|ya|yeah|nah|u|ur|thx|pls)\b"
    r"|[\U0001F300-\U0001FAFF]|!!|:[)D(P]",
    re.IGNORECASE,
)
_FORMAL = re.compile(r"^[A-Z].*[.?]$", re.DOTALL)
_WEIGHING = re.compile(
    r"\b(?:on the (?:one|other) hand|pros and cons|not sure (?:if|whether|what)|maybe i should"
    r"|should i|i wonder (?:if|whether)|i can't decide|thinking about whether|it depends)\b",
    re.IGNORECASE,
)
_QUICK = re.compile(
    r"\b(?:i(?:'ve| have)? decided|i'll just|let's just|just do it|i'm going to do it"
    r"|made up my mind|no second thoughts|right away)\b",
    re.IGNORECASE,
)
LEAST_DECISIONS = 3


def personality_of(texts: Sequence[str]) -> dict[str, Any]:
    """Return how a person writes and their Big Five, 0 to 1; empty if they wrote too little.

    Args:
        texts: their own messages, newest first.
    """
    said = [text.replace("’", "'") for text in texts[:MOST_MESSAGES] if text.strip()]
    words = [_WORD.findall(text.lower()) for text in said]
    count = sum(map(len, words))
    if len(said) < LEAST_MESSAGES or count < LEAST_WORDS:
        return {}
    return {
        **{trait: _score(kinds, words, count) for trait, kinds in TRAITS.items()},
        "communication": _communication(said, words),
        "decision": _decision(said),
        "messages": len(said),
        "method": METHOD,
    }


def _score(kinds: Mapping[str, int], words: Sequence[Sequence[str]], count: int) -> float:
    moved = 0.0
    for kind, direction in kinds.items():
        usual = USUAL[kind] / 100
        found = sum(word in KINDS[kind] for message in words for word in message)
        moved += direction * log((found + SMOOTHING) / (count + SMOOTHING / usual) / usual)
    believed = count / (count + HALF_BELIEVED)
    return round(0.5 + REACH * believed * tanh(moved / len(kinds)), 3)


def _communication(said: Sequence[str], words: Sequence[Sequence[str]]) -> str:
    """Return such as "brief and casual"; empty if nothing stands out."""
    length = median(map(len, words))
    casual = sum(_CASUAL.search(text) is not None for text in said) / len(said)
    formal = sum(_FORMAL.search(text.strip()) is not None for text in said) / len(said)
    styles = [
        "brief" if length < BRIEF else "detailed" if length > DETAILED else "",
        "casual" if casual >= CASUAL_SHARE else "formal" if formal >= FORMAL_SHARE else "",
    ]
    return " and ".join(style for style in styles if style)


def _decision(said: Sequence[str]) -> str:
    """Return "weighing" or "quick"; empty if there is too little evidence."""
    weighing = sum(_WEIGHING.search(text) is not None for text in said)
    quick = sum(_QUICK.search(text) is not None for text in said)
    if max(weighing, quick) < LEAST_DECISIONS:
        return ""
    return "weighing" if weighing >= 2 * quick else "quick" if quick >= 2 * weighing else ""
