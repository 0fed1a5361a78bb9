"""What a question asks for: whom it is about, what of them, and in which time."""

from __future__ import annotations

import re
from dataclasses import dataclass

from botrunner.offline.asked.subjects import subjects_in
from botrunner.offline.asked.table import OF_OTHERS, OWN
from botrunner.offline.spelling import spelled
from memories.facts.predicates import SELF

YES_NO = re.compile(
    r"^(?:so |and |but |hey |ok |okay |well |now |then |wait )*(?:am i|are|is|was|were|do|does|did"
    r"|have i|has|had i|can i|will)\b"
)
# It asks for what was said of something, not for one fact.
ASKS_WHAT_WAS_SAID = re.compile(
    r"\bwhat (?:did i|have i|i) (?:tell|told|say|said|mention|mentioned)\b|\b(?:do|can"
    r"|don't) you (?:still )?(?:remember|know|recall)\b"
    r"|\bwhat do you (?:know|remember) (?:about|of)\b|\b(?:did|have) i (?:ever |already )?(?:tell"
    r"|told|mention|say|said)\b"
    r"|\bremind me (?:of|about|what|who|when|where)\b|\btell me about\b"
)
_PAST = re.compile(
    r"\b(?:used to|formerly|previous(?:ly)?|former|my old|my last|my ex|before (?:that|this|i|we)"
    r"|earlier|did (?:i|we) (?:live|work|study|like|have|play|do|go|own|date)|back then)\b"
    r"|\bbefore\b"
    r"|\b(?:was|were) (?:i|my)\b|\bdid my\b",
    re.IGNORECASE,
)
# Asks what was before something else: what holds now isn't an answer.
_FORMER = re.compile(
    r"\b(?:used to|formerly|previous(?:ly)?|former|earlier|my old|my last|back then)\b|\bbefore\b"
)
ASKS_WHEN = re.compile(
    r"\b(?:when|since|how long|(?:what|which) (?:date|day|month|year|week|weekend|morning|afternoon"
    r"|evening|night))\b"
)
_CALL_ME = re.compile(r"\bcalls? me\b")
_OWN_TABLE = tuple((re.compile(pattern), names) for pattern, names in OWN)
_OTHERS_TABLE = tuple((re.compile(pattern), names) for pattern, names in OF_OTHERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, read.

    Args:
        text: in lower case and everyday spellings.
        subjects: whom it is about: "self", a relation or animal, or a group in capitals.
        predicates: what of them, the likeliest first; empty for anything.
        past: whether it asks for what was before.
        former: whether it asks only for what was before something else.
        asks_when: whether it asks when or since when something is.
    """

    text: str
    subjects: tuple[str, ...]
    predicates: tuple[str, ...]
    past: bool
    asks_when: bool
    former: bool = False


def asked(text: str) -> Asked:
    """Return what a question asks for."""
    said = spelled(text)
    # “What do my friends call me?” asks for one's own name.
    subjects = () if _CALL_ME.search(said) else subjects_in(said)
    table = _OTHERS_TABLE if subjects else _OWN_TABLE
    predicates = next((names for pattern, names in table if pattern.search(said)), ())
    return Asked(
        said,
        subjects or (SELF,),
        predicates,
        bool(_PAST.search(said)),
        bool(ASKS_WHEN.search(said)),
        bool(_FORMER.search(said)),
    )
