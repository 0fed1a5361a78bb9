"""What somebody will begin: a job that starts in two weeks is a plan, not yet their job."""

from __future__ import annotations

import re
from dataclasses import replace

from memories.facts.dates import When, dates_in
from memories.facts.hearing.claims import clause_before
from memories.facts.hearing.message import Heard
from memories.facts.hearing.scope import Sentence
from memories.facts.statements import Claim, Statement
from memories.facts.tagging.spans import LEAST, Tagged

_BEGINS = re.compile(
    r"\b(?:start|starts|starting|begin|begins|beginning|join|joins|joining)\b[^,;.!?]*$",
    re.IGNORECASE,
)
# “We move on 1 March to Leeds”
_MOVES = re.compile(r"\b(?:move|moves|moving)\b[^,;.!?]*$", re.IGNORECASE)
_HOW = {
    "home": "moving to {}",
    "employer": "starting at {}",
    "school": "starting at {}",
    "job": "starting as {}",
    "studies": "starting {}",
}


def begins_later(heard: Heard, sentence: Sentence, mark: Tagged) -> bool:
    """Return whether a job, school or home is said to begin on a day to come."""
    return mark.kind in _HOW and _begins_on(heard, sentence, mark) is not None


def as_plan(heard: Heard, sentence: Sentence, mark: Tagged, made: Statement) -> Statement | None:
    """Return the plan to begin something; None if the same sentence has the plan already."""
    has_plan = any(
        one.kind == "plan"
        and one.confidence >= LEAST
        and sentence.start <= one.start < sentence.end
        for one in heard.marks
    )
    if has_plan or made.claim is not Claim.HOLDS:
        return None
    when = _begins_on(heard, sentence, mark)
    the = "the " if heard.text[: mark.start].lower().endswith(" the ") else ""
    value = _HOW[mark.kind].format(f"{the}{made.value}")
    return replace(made, predicate="plan", value=value, when=when)


def _begins_on(heard: Heard, sentence: Sentence, mark: Tagged) -> When | None:
    begins = _MOVES if mark.kind == "home" else _BEGINS
    if not begins.search(clause_before(sentence, mark.start)):
        return None
    today = heard.said.at.astimezone(heard.zone).date()
    dates = dates_in(sentence.text, heard.said.at, heard.zone)
    return next((one for one in dates if one.first > today), None)
