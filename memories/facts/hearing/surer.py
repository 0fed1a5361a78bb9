"""Marks that the tagger was not sure of, where the words around them say the same.

The tagger sees each word with two to each side, and judges well but shyly what it met seldom:
“im veggie”, “hiking and craft beer”, “zoe 16 from manchester”. A verb, a list or a word of the
right kind beside such a mark is a second witness.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from memories.facts.tagging.spans import Tagged
from memories.facts.tagging.words import SUBJECT
from memories.facts.vocabulary import CONDITIONS, DIETS_AND_TRAITS, JOBS

# Below it not even a witness makes a mark sure.
SHYEST = 0.4
_LONGEST_BEFORE = 60
_TASTES = frozenset({"like", "dislike", "hobby"})
_LISTED = re.compile(r"\s*(?:,|,? (?:and|&|n|or|\+)|/)\s*(?:also )?", re.IGNORECASE)
_DIETS = r"veggie|plant[- ]based|halal|kosher|keto|teetotal|sober|gluten[- ]free|dairy[- ]free"
_ILL = (
    r"\w+(?:itis|osis|emia|aemia|algia|oma|opathy)|[\w' -]+ (?:syndrome|disease|disorder|deficiency"
    r"|intolerance|allergy|apnea|apnoea)"
)
_OCCUPATION = rf"(?:{JOBS}|\w{{3,}}(?:ist|ician|smith|wright|ologist|keeper|worker|maker|driver))"
_I_AM = r"\b(?:i'?m|i am|i was|im)(?: (?:also|now|just|currently|actually|a bit|fully|totally))*"
# Of each kind: what stands before it, and what it is; None for whatever.
_WITNESSES: dict[str, tuple[str, str | None]] = {
    "like": (
        r"\b(?:i|i'm|im|we)(?: \w+)? (?:love|adore|like|enjoy|fancy|dig) $"
        r"|\bobsessed w(?:ith)? $|\bbig fan of $|\b(?:am|i'?m) (?:so |really |very )?into $",
        None,
    ),
    "hobby": (r"\b(?:i|we)(?: \w+)? (?:do|play) $|\binto $", None),
    "dislike": (
        r"\b(?:i|we)(?: \w+)? (?:hate|can'?t stand|detest|loathe|despise) $"
        r"|^(?:i )?hate $|\b(?:scared|afraid|terrified) of $",
        None,
    ),
    "health": (
        rf"(?:{_I_AM}|\b(?:i have|i've|got|i got|i suffer from|diagnosed with))(?: an?)? $",
        rf"(?:severe |mild |bad |chronic )?(?:{CONDITIONS}|{DIETS_AND_TRAITS}|{_DIETS}|{_ILL})",
    ),
    "origin": (r"\bfrom $", None),
    "home": (
        r"\b(?:live|living|lives|based|settled) (?:in|near|just outside) $|\bmoved to $",
        None,
    ),
    "employer": (r"\b(?:work|working|works|worked)(?: [\w-]+){0,2} (?:at|for|in) $", None),
    "job": (
        rf"{_I_AM} an? (?:[\w-]+ )?$|\bwork(?:s|ing)? as (?:an? )?$|\bis an? (?:[\w-]+ )?$",
        rf"(?:[\w-]+ ){{0,3}}{_OCCUPATION}",
    ),
    "studies": (r"\bstud(?:y|ies|ying) $", None),
    "learning": (r"\blearn(?:s|ing|in)?(?: to)? $", None),
    "language": (r"\bspeaks? (?:some |a bit of |a little |fluent )?$", None),
    "relationship": (
        rf"{_I_AM} $",
        r"(?:happily )?(?:married|single|divorced|engaged|widowed|taken)",
    ),
}


@cache
def _witness(kind: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Return what stands before a value of a kind, and what the value is; None for any."""
    if kind not in _WITNESSES:
        return None
    before, value = _WITNESSES[kind]
    return re.compile(before, re.IGNORECASE), re.compile(value or ".*", re.IGNORECASE)


def surer(text: str, marks: Sequence[Tagged], least: float) -> list[Tagged]:
    """Return marks with those that have a witness made sure enough.

    Args:
        least: the confidence from which a mark counts.
    """
    done: list[Tagged] = []
    for mark in marks:
        last = done[-1] if done else None
        shy = SHYEST <= mark.confidence < least
        if shy and (_has_witness(text, mark) or (last and _goes_on(text, last, mark, least))):
            mark = replace(mark, confidence=least)
        elif shy and mark.kind == "hobby" and _has_witness(text, replace(mark, kind="like")):
            # “I love gardening”
            mark = replace(mark, kind="like", confidence=least)
        done.append(mark)
    return done


def _has_witness(text: str, mark: Tagged) -> bool:
    before = text[max(0, mark.start - _LONGEST_BEFORE) : mark.start].replace("’", "'")
    value = text[mark.start : mark.end].replace("’", "'")
    witness = _witness(mark.kind)
    return bool(witness and witness[0].search(before) and witness[1].fullmatch(value))


def _goes_on(text: str, last: Tagged, mark: Tagged, least: float) -> bool:
    """Return whether a mark continues a list, or is a name right after the person it belongs to."""
    between = text[last.end : mark.start]
    if last.kind == SUBJECT:
        named = mark.kind == "name" and text[mark.start : mark.end][:1].isupper()
        return named and between in {" ", ", "}
    if last.confidence < least or last.others != mark.others or last.over != mark.over:
        return False
    alike = {last.kind, mark.kind} <= {"like", "hobby"} or last.kind == mark.kind
    return alike and mark.kind in _TASTES and bool(_LISTED.fullmatch(between))
