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
from itertools import pairwise

from memories.facts.hearing.theirs import is_plainly_theirs
from memories.facts.tagging.spans import Tagged
from memories.facts.tagging.words import SUBJECT
from memories.facts.vocabulary import CONDITIONS, DIETS_AND_TRAITS, JOBS

# Below it not even a witness makes a mark sure.
SHYEST = 0.4
# From it a mark needs no more than a witness that stands after it.
_RATHER = 0.55
_LONGEST_BEFORE = 60
_TASTES = frozenset({"like", "dislike", "hobby"})
# What may stand in a list of its kind: “barista, dog walker”.
_IN_LISTS = _TASTES | {"job", "language", "health"}
# “Gin gives me the horrors”
_TASTED = re.compile(r"\s+(?:gives?|makes?|turns?|does|do|drives?) (?:me|my)\b", re.IGNORECASE)
# “Haven't eaten meat since 1999”
_WITHOUT = re.compile(
    r"\b(?:don'?t|haven'?t|won'?t|never|can'?t) (?:ever )?"
    r"(?:eat(?:en)?|drink|drunk|touch(?:ed)?) $",
    re.IGNORECASE,
)
# “Kiln delivery tomorrow”
_DATED = re.compile(
    r"(?: is| are|['’]s)?(?: on| this| next| coming| at \S+)? (?:today|tonight|tomorrow|tmrw"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekend|week|month|the \d|\d{1,2}(?:st|nd|rd|th)?"
    r" (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
# “Sixty-eight next birthday”
_NEXT_BIRTHDAY = re.compile(r"\s*(?:on |at |by )?(?:my |his |her )?next birthday\b", re.IGNORECASE)
# “So: Catriona, knitter”
_INTRODUCED = re.compile(r"(?:^|: )$")
_CALLED = re.compile(r"\b(?:called|named|name is|name's) $", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:,|,? (?:and|&|n|or|\+)|/)\s*(?:also )?", re.IGNORECASE)
_DIETS = r"veggie|plant[- ]based|halal|kosher|keto|teetotal|sober|gluten[- ]free|dairy[- ]free"
_ILL = (
    r"\w+(?:itis|osis|emia|aemia|algia|oma|opathy)|[\w' -]+ (?:syndrome|disease|disorder|deficiency"
    r"|intolerance|allergy|apnea|apnoea)"
)
_OCCUPATION = rf"(?:{JOBS}|\w{{3,}}(?:ist|ician|smith|wright|ologist|keeper|worker|maker|driver))"
_I_AM = r"\b(?:i'?m|i am|i was|im)(?: (?:also|now|just|currently|actually|a bit|fully|totally))*"
# What people list of themselves: “28, Dublin, data analyst, two cats”.
_LISTED_OF_SELF = frozenset(
    [
        "name",
        "age",
        "home",
        "origin",
        "job",
        "employer",
        "status",
        "relationship",
        "nationality",
        "count",
        "health",
        "studies",
    ]
)
_SIGN_OF_LIST = re.compile(r"\s*[,/|;·]\s*(?:an? |from |in |the )?", re.IGNORECASE)
# Of each kind: what stands before it, and what it is; None for whatever.
_WITNESSES: dict[str, tuple[str, str | None]] = {
    "age": (r"\b(?:i'll|i will) be $", None),
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
    "birth_year": (r"\bborn [^.!?]{0,40}\bin $|\bborn [^.!?]{0,40}\bin '$", None),
    "origin": (r"\bfrom $", None),
    "home": (
        r"\b(?:live|living|lives|based|settled)(?: still| now)? (?:in|near|just outside) $"
        r"|\bmoved to $",
        None,
    ),
    "employer": (
        r"\b(?:work|working|works|worked)(?: [\w-]+){0,2} (?:at|for|in) $"
        r"|\blast (?:ever )?(?:day|shift|week) (?:at|with|for) $",
        None,
    ),
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
    listed = _listed(text, marks, least)
    for mark in marks:
        last = done[-1] if done else None
        shy = SHYEST <= mark.confidence < least
        if shy and _is_left_for(text, mark, marks):
            mark = replace(mark, over=True, confidence=least)
            shy = False
        if shy and (
            _has_witness(text, mark)
            or mark in listed
            or is_plainly_theirs(text, mark, marks)
            or (last and _goes_on(text, last, mark, least))
        ):
            mark = replace(mark, confidence=least)
        elif shy and mark.kind == "hobby" and _has_witness(text, replace(mark, kind="like")):
            # “I love gardening”
            mark = replace(mark, kind="like", confidence=least)
        done.append(mark)
    return done


def _listed(text: str, marks: Sequence[Tagged], least: float) -> list[Tagged]:
    """Return own marks beside a sure one of another kind in a list: “dad of two, plumber, York”."""
    found: list[Tagged] = []
    own = [one for one in marks if one.kind in _LISTED_OF_SELF and not one.others]
    for before, after in pairwise(own):
        is_pair = before.kind != after.kind and before.over == after.over
        if is_pair and _SIGN_OF_LIST.fullmatch(text[before.end : after.start]):
            found += [after] if before.confidence >= least else []
            found += [before] if after.confidence >= least else []
    return found


def _is_left_for(text: str, mark: Tagged, marks: Sequence[Tagged]) -> bool:
    """Return whether a home is the one that was left for another: “from Croydon to Hastings”."""
    return (
        mark.kind == "home"
        and text[: mark.start].lower().endswith("from ")
        and any(
            other.kind == "home" and text[mark.end : other.start].lower() == " to "
            for other in marks
        )
    )


def _has_witness(text: str, mark: Tagged) -> bool:
    before = text[max(0, mark.start - _LONGEST_BEFORE) : mark.start].replace("’", "'")
    value = text[mark.start : mark.end].replace("’", "'")
    after = text[mark.end :]
    if mark.kind == "dislike" and _TASTED.match(after):
        return True
    if mark.kind == "age" and _NEXT_BIRTHDAY.match(after):
        return True
    if mark.kind == "name" and mark.others and _CALLED.search(before):
        return True
    if mark.kind == "health" and _WITHOUT.search(before):
        return True
    if mark.kind == "plan" and mark.confidence >= _RATHER and _DATED.match(after):
        return True
    if mark.kind == "name" and mark.confidence >= _RATHER and _INTRODUCED.search(before):
        return after.startswith(",") and value[:1].isupper()
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
    return alike and mark.kind in _IN_LISTS and bool(_LISTED.fullmatch(between))
