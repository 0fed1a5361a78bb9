"""Whether a question is about the person and theirs, about the companion, or about the world."""

from __future__ import annotations

import re

from botrunner.offline.asked import Asked
from botrunner.offline.days import asks_plans
from botrunner.offline.notes import Notes
from botrunner.offline.quoting import names_in
from botrunner.offline.spelling import spelled
from memories.facts.kinship import are_alike, subject_of
from memories.facts.predicates import SELF

_ABOUT_SELF = re.compile(r"\b(?:i|me|mine|my|we|our|us|myself)\b")
# “Let me guess, regex?” asks nothing about the person.
_IDIOMS = re.compile(r"\b(?:let me|tell me|trust me|excuse me|kill me|believe me|if you ask me)\b")
_TO_COMPANION = re.compile(
    r"\b(?:can|could|would|should|may|shall) (?:you|i|we)\b(?! (?:not )?(?:eat|drink|have|like))"
    r"|\bwill you\b"
    r"|\bdo you think\b|\bhelp\b"
    r"|\bhow (?:do|can|should|could) i\b"
)
# “Did you miss me?” asks nothing about the person.
_OF_COMPANION = re.compile(
    r"^\W*(?:(?:so|and|but|hey|ok|yo) )*(?:(?:do|did|are|were|have|had|will|can|would|could) )?"
    r"you\b(?! (?:(?:still|even|really) )*(?:know|remember|recall|said|told|tell|say|have any)\b)"
)


def is_personal(question: Asked, notes: Notes) -> bool:
    """Return whether a question is about the person, theirs, or what they spoke of by name."""
    if _TO_COMPANION.search(question.text) or _OF_COMPANION.match(question.text):
        return False
    return (
        bool(_ABOUT_SELF.search(_IDIOMS.sub("", question.text)))
        or question.subjects != (SELF,)
        or asks_plans(question)
        or _speaks_of_theirs(question, notes)
        or bool(names_in(question.text, notes))
    )


def _speaks_of_theirs(question: Asked, notes: Notes) -> bool:
    """Return whether a question is about a relative of a kind that is known: “which brother”."""
    spoken = re.findall(r"[^\W\d_][\w-]*", question.text.replace("'s", ""))
    asked_of = {subject for word in spoken if (subject := subject_of(word))}
    known = {one.fact.subject for one in notes.facts if not one.own}
    return any(are_alike(one, other) for one in asked_of for other in known)


def of_companion_alone(text: str) -> bool:
    """Return whether a question is about the companion and not about the person: “you drive?”"""
    said = spelled(text)
    return bool(_OF_COMPANION.match(said)) and not _ABOUT_SELF.search(said)
