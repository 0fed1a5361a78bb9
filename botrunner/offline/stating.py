"""What a message states, so that it can be quoted as something that was told."""

from __future__ import annotations

import re

from botrunner.offline.asked import is_question, sentences

FEWEST_STATED = 3
_OPENING = r"(?i)^\W*(?:(?:and|but|so|no|nah|ok|well|oh|hey|lol|please|just|now)\W+)*"
_BESIDE_A_QUESTION = re.compile(
    r"(?i)\b(?:you|your|u)\b|^\W*(?:hi|hey|hello|yo|thanks|ok(?:ay)?)\W*$"
)
# “If I had a boat, …” and “I forgot, …” before a question state nothing.
_BEFORE_QUESTION = re.compile(
    r"(?i)\W*(?:if|when|say|suppose|imagine|i (?:forgot|forget|wonder)|(?:ok|hey|so|wait)\W)"
)
_SUPPOSES = re.compile(
    _OPENING + r"(?:if(?! i (?:remember|recall)\b)|imagine|suppose|let'?s say)\b"
)
# “You live in Madrid”, though not “you know my brother Sam”.
_OF_COMPANION = re.compile(
    _OPENING + r"(?:you|u|ur|you'?re|your)\b(?!.*\b(?:i|i'm|my|me|we|our)\b)"
)
# “I never said that I like fish”
_OF_THE_TALK = re.compile(
    r"(?i)\bi(?:'?ve| have| did| had)?(?: not|n'?t| never)(?: \w+)?"
    r" (?:(?:told|tell|asked|ask) (?:you|u)|said|say|mention(?:ed)?)\b"
)
# “I said for the wedding”, “I asked who is in my team”
_INSISTS = re.compile(
    _OPENING
    + r"i (?:did not|didn'?t|just |already |only )?\s*(?:said|ask(?:ed)?|meant|told (?:you|u))\b"
)
_ORDERS = re.compile(
    _OPENING + r"(?:stop|forget|delete|erase|repeat|pretend|say|spell|sing|guess"
    r"|tell|show|help (?:me|with)|give me|name (?:an?|the|me|some|three))\b"
)
_GREETS = re.compile(
    r"(?i)^\W*(?:hi|hey|hello|good (?:morning|evening|afternoon|night)|morning|evening|thanks?|bye)"
    r"(?: \w+)?\W*$"
)
_STATES_NOTHING = (_SUPPOSES, _OF_COMPANION, _OF_THE_TALK, _INSISTS, _ORDERS, _GREETS)


def stating(text: str) -> str:
    """Return what a message states of the person and theirs; empty if it states nothing.

    “I play saz, do you know it?” states that somebody plays; questions, orders, suppositions and
    words about the companion state nothing.
    """
    asks, spoken = is_question(text), sentences(text)
    if not asks and not any(map(_states_nothing, spoken)):
        return text
    told = [_before_comma(one) if is_question(one) else one for one in spoken]
    return " ".join(
        one
        for one in told
        if one and not (asks and _BESIDE_A_QUESTION.search(one)) and not _states_nothing(one)
    )


def _states_nothing(sentence: str) -> bool:
    plain = sentence.replace("’", "'")
    return any(pattern.search(plain) for pattern in _STATES_NOTHING)


def _before_comma(question: str) -> str:
    """Return the part of a sentence before the question that ends it; empty if there is none."""
    told, comma, rest = question.rpartition(",")
    states = comma and len(told.split()) >= FEWEST_STATED and is_question(rest.strip())
    return told if states and not is_question(told) and not _BEFORE_QUESTION.match(told) else ""
