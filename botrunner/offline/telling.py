"""Tells facts as the answer to a question, with when they were told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import Asked
from botrunner.offline.grouping import told
from botrunner.offline.notes import Known, Line, Notes, lowered
from botrunner.offline.quoting import best_line, dated_words, shortened, telling
from botrunner.offline.when import on
from memories.facts.predicates import PREDICATES, SELF, Cardinality
from memories.wording.words import terms

MOST_TOLD = 8

YES_NO = re.compile(
    r"^(?:so |and |but |hey |ok |okay |well |now |then |wait )*(?:am i|are|is|was|were|do|does|did"
    r"|have i|has|had i|can i|will)\b"
)
_DATE = re.compile(
    r"(?i)\b(?:\d{4}|(?:1st|2nd|3rd|\d+(?:th)?)\b(?! years?)|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november"
    r"|december|today|tomorrow|yesterday|ago|last (?:night|week|month|year)|since|for \w+ years)\b"
)
# What a question may want to know beyond the fact itself, and what shows that a reply has it.
_DETAILS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"\b(?:when|since|how long|what (?:date|day|year)|which (?:date|day|year))\b"),
        _DATE,
    ),
    (re.compile(r"\bwhat time\b|\bat what hour\b"), re.compile(r"\b\d{1,2}(?:[:.]\d\d| ?[ap]m)\b")),
    (re.compile(r"\bwhy\b|\bhow come\b|\bwhat for\b"), re.compile(r"\bbecause\b")),
    (re.compile(r"\bwhere\b"), re.compile(r"\b(?:in|at|near|from|to) (?!\d)|\bon a\b")),
    (re.compile(r"\bhow (?:often|much)\b"), re.compile(r"\b(?:every|times?|twice|once|\d)\b")),
)
# Nouns that ask what somebody or something is like.
_ATTRIBUTE = re.compile(
    r"\b(?:breed|kind|type|sort|colou?r|size|model|brand|flavou?r|subject|level|species)\b"
)


def tell(
    context: ReplyContext,
    question: Asked,
    found: Sequence[Known],
    notes: Notes,
    *,
    yes_no: bool = False,
    besides: bool = False,
) -> str | None:
    """Return facts as one answer, a single one with when it was told.

    Where they lack what was asked (a date, a reason), the person's words follow.

    Args:
        besides: whether the facts are only near what was asked.
    """
    if not found:
        return None
    facts = list({one.sentence: one for one in found}.values())[-MOST_TOLD:]
    lead = _lead(question, facts) if yes_no or YES_NO.search(question.text) else ""
    sentences = told(_told_once(facts))
    said = " ".join(sentences)
    if lead:
        said = lead + lowered(said)
    words = _in_own_words(context, question, facts, said, notes, besides=besides)
    if words is not None:
        when = on(words.said_at, context.now)
        dated = dated_words(words, notes.zone) if question.asks_when else ""
        return f"{said} You told me {when}: «{shortened(words.text)}»{dated}"
    if len(sentences) > 1 or len({one.said_at for one in facts}) > 1:
        return said
    return f"{said} You told me {on(facts[0].said_at, context.now)}."


def current_first(facts: Sequence[Known], *, past: bool) -> list[Known]:
    """Return what holds, or where nothing does or the past is asked for, what is over."""
    current = [one for one in facts if not one.over]
    over = [one for one in facts if one.over]
    return (over or current) if past else (current or over)


def _told_once(facts: Sequence[Known]) -> list[Known]:
    """Return facts without those whose value another one tells with more about it."""

    def kind(one: Known) -> tuple[str, str, str]:
        return one.fact.entity, one.fact.predicate, one.fact.value.casefold()

    fullest = {}
    for one in facts:
        held = fullest.get(kind(one))
        if held is None or (held.over, -len(held.sentence)) >= (one.over, -len(one.sentence)):
            fullest[kind(one)] = one
    return [one for one in facts if fullest[kind(one)] is one]


def _in_own_words(
    context: ReplyContext,
    question: Asked,
    facts: Sequence[Known],
    said: str,
    notes: Notes,
    *,
    besides: bool,
) -> Line | None:
    """Return the person's words where the facts lack what was asked; None where they don't."""
    if not besides and not lacks(question, said):
        return None
    known = next((one for one in reversed(facts) if one.source and not one.over), None)
    source = Line(known.source, known.said_at) if known else None
    best = best_line(context, question.text, notes)
    line = source or best if besides else best or source
    if line is None or not set(terms(line.text)) - set(terms(said)):
        return None
    return line


def lacks(question: Asked, said: str) -> bool:
    """Tell whether a reply lacks what a question asks for: a date, a reason, a breed."""
    for asks, has in _DETAILS:
        if asks.search(question.text):
            return not has.search(said)
    own = question.subjects == (SELF,)
    return bool(_ATTRIBUTE.search(question.text)) and not own


def _lead(question: Asked, found: Sequence[Known]) -> str:
    """Return "Yes, " or "No, " where that is sure; empty where the facts speak for themselves."""
    first = found[-1].fact
    if not YES_NO.search(question.text):
        return ""
    words = telling(question.text)
    about = set(terms(f"{first.value} {first.name} {first.thing}"))
    negative = bool(re.search(r"\b(?:hate|dislike|don't)\b", question.text))
    if first.predicate in {"like", "dislike"} and words & about:
        agrees = (first.predicate == "dislike") == negative
        return "Yes, " if agrees and not found[-1].over else "No, "
    if found[-1].over and not question.past:
        return "Not any more: "
    if words & about or (first.subject != SELF and question.subjects != (SELF,)):
        return "Yes, "
    one = PREDICATES[first.predicate].cardinality is Cardinality.ONE
    return (
        "No: " if one and words and len(found) == 1 and first.predicate in {"home", "job"} else ""
    )
