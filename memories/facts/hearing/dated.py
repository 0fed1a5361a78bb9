"""What the dates in a sentence make of a value: a plan's day, an age until then, an end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from memories.facts.ageing import number_of
from memories.facts.dates import When, dates_in
from memories.facts.hearing.claims import clause_before
from memories.facts.hearing.message import Heard
from memories.facts.hearing.scope import Sentence
from memories.facts.statements import Claim, Statement
from memories.facts.tagging.spans import Tagged

_IS = re.compile(r"\bis\s+$", re.IGNORECASE)
# “Maja is three and starts school in August”: of another clause.
CLAUSE = re.compile(r"[,;:]|\b(?:and|but|so|who|then)\b", re.IGNORECASE)
_NEXT_THING = re.compile(
    r"(?:[,;]|\band|\bbut|\bso)\b.*\b(?:start|starting|begin|beginning|opening|joining|new|now)\b",
    re.IGNORECASE,
)
_IN_YEARS = re.compile(r"\bin (?:\w+ ){1,3}(?:months?|years?)\b", re.IGNORECASE)


# “My birthday's in June, the 14th”
_IN_MONTH = re.compile(
    r"\bin (?P<month>jan\w*|feb\w*|mar(?:ch)?|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*"
    r"|dec\w*),? (?:on )?(?:the )?$",
    re.IGNORECASE,
)
_DAY_ALONE = re.compile(r"(?:the )?\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)


def with_month(before: str, words: str) -> str:
    """Return a birthday with the month that stands before it, if it is only a day.

    Args:
        before: what stands before its words.
    """
    month = _IN_MONTH.search(before) if _DAY_ALONE.fullmatch(words) else None
    return f"{words} {month['month']}" if month else words


def comes_of_age(heard: Heard, after: str) -> bool:
    """Return whether a day to come follows an age at once: “nan's 80 on Saturday”.

    Args:
        after: what follows the age in its sentence.
    """
    today = heard.said.at.astimezone(heard.zone).date()
    dates = dates_in(after, heard.said.at, heard.zone)
    return any(one.first > today and not after[: one.start].strip() for one in dates)


def until_then(
    heard: Heard, sentence: Sentence, mark: Tagged, made: Statement
) -> Iterator[Statement]:
    """Yield the age until somebody is as old as is said, and their birthday if it is named.

    “turns 6 next Friday”, “I'll be 34 in June”, “in two years I'll be 40”.
    """
    today = heard.said.at.astimezone(heard.zone).date()
    dates = dates_in(sentence.text, heard.said.at, heard.zone)
    when = next((one for one in dates if one.first > today), None)
    between = sentence.text[mark.end - sentence.start : when.start] if when else ""
    is_apart = when is None or CLAUSE.search(between)
    if is_apart and _IS.search(clause_before(sentence, mark.start)):
        yield made
        return
    # “in two years” names no day, though it comes to one.
    if when is not None and when.is_day and not _IN_YEARS.search(sentence.text):
        yield replace(made, predicate="birthday", value=f"{when.first.day} {when.first:%B}")
    years = max(1, when.first.year - today.year) if when is not None else 1
    age = number_of(made.value)
    if age is not None and age > years:
        yield replace(made, value=str(age - years))


_LEFT_OVER = re.compile(r"(?<=\w{2}) (?:before|by|until|till|on|at|for|in|from)$", re.IGNORECASE)


def as_dated_plan(
    heard: Heard, sentence: Sentence, mark: Tagged, made: Statement
) -> Iterator[Statement]:
    """Yield a value as a plan on the day that its sentence names nearest to it, if that is to come.

    One that is over needs no day.
    """
    dates = dates_in(sentence.text, heard.said.at, heard.zone)
    if not dates and made.claim is Claim.HOLDS:
        return
    near = min(dates, key=lambda one: abs(one.start + sentence.start - mark.start), default=None)
    today = heard.said.at.astimezone(heard.zone).date()
    if near is not None and near.last < today:
        return
    # “Send it before the end of the month”
    value = _LEFT_OVER.sub("", made.value)
    yield replace(made, predicate="plan", value=value, when=near)


def _is_apart(sentence: Sentence, mark: Tagged, when: When) -> bool:
    """Return whether a date after a value is of what comes next: “…, starting there in May”."""
    between = sentence.text[mark.end - sentence.start : when.start]
    return bool(_NEXT_THING.search(between))


def ended_at(heard: Heard, sentence: Sentence, mark: Tagged) -> When | None:
    """Return when a value ended, if its sentence says so."""
    dates = dates_in(sentence.text, heard.said.at, heard.zone, past=True)
    today = heard.said.at.astimezone(heard.zone).date()
    past = [one for one in dates if one.first <= today and not _is_apart(sentence, mark, one)]
    return past[-1] if past else None
