"""Tells facts as the answer to a question, with when they were told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import ASKS_WHEN, OF_NATIONALITY, YES_NO, Asked
from botrunner.offline.grouping import told
from botrunner.offline.notes import Known, Line, Notes, lowered
from botrunner.offline.quoting import (
    ASKS_HOW_LONG,
    DATE,
    SPAN,
    best_line,
    dated_words,
    later_clue,
    quoted,
    shortened,
    stems,
    telling,
)
from botrunner.offline.when import on
from memories.facts.countries import is_from
from memories.facts.kinship import means
from memories.facts.predicates import PREDICATES, SELF, Cardinality
from memories.wording.words import terms

MOST_TOLD, MOST_OF_A_GROUP = 8, 30

_WITHOUT = re.compile(r"(?:eat|drink) no |non-smoker|(?:quit|stopped) ", re.IGNORECASE)
# “Can I eat peanuts?” of somebody who is allergic to them.
_MAY_I = re.compile(r"\b(?:can|could|may|should|do) (?:i|we) (?:eat|drink|have|take|tolerate)\b")
_NOT_FOR = re.compile(r"\ballerg|\bintoleran|\bc(?:o)?eliac\b", re.IGNORECASE)
ON_DAYS = re.compile(
    r"\b(?:weekends?|today|tonight|tomorrow|\w+days?|christmas|easter|mornings?|evenings?|nights?|week"
    r"|month)\b"
)
_HOW_MANY = re.compile(r"\bhow many\b")
_HAS_NUMBER = re.compile(
    r"(?i)\b(?:\d+|no|one|an?|two|three|four|five|six|seven|eight|nine|ten|twins|triplets"
    r"|several)\b"
)
# What a question may want to know beyond the fact itself, and what shows that a reply has it.
_DETAILS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (ASKS_HOW_LONG, SPAN),
    (ASKS_WHEN, DATE),
    (
        re.compile(r"\bwhat time\b|\bat what hour\b"),
        re.compile(r"\b\d{1,2}(?:[:.]\d\d| ?[ap]\.?m)\b"),
    ),
    (re.compile(r"\bwhy\b|\bhow come\b|\bwhat for\b"), re.compile(r"\bbecause\b")),
    (re.compile(r"\bwhere\b"), re.compile(r"\b(?:in|at|near|from|to) (?!\d)|\bon a\b")),
    (
        re.compile(r"\bhow (?:am|are|do|did|was|were|will) (?:i|we)\b"),
        re.compile(r"\b(?:by|with|through|via|using)\b"),
    ),
    (re.compile(r"\bwho(?:m)?\b.*\bwith\b"), re.compile(r"\bwith\b.* [A-Z]")),
    (re.compile(r"\b(?:year|grade|class|form|semester) am i\b"), re.compile(r"\d|\b\w+th\b")),
    (_HOW_MANY, _HAS_NUMBER),
    (re.compile(r"\bhow old will\b"), re.compile(r"\bwill be\b")),
    (re.compile(r"\bhow (?:often|much)\b"), re.compile(r"\b(?:every|times?|twice|once|\d)\b")),
)
# Words that say which kind of fact is asked for.
_COVERED = frozenset(
    terms(
        "name called surname nickname age birthday born job profession occupation work career"
        " living company employer home city town address country live nationality origin hobby"
        " hobbies fun free spare interests pets animals family siblings relatives parents children"
        " kids spouse partner relationship married single dating allergic allergies health illness"
        " language speak study studying school university favourite like love enjoy hate dislike"
        " food music sport instrument play breed kind type sort currently now moment days plans"
        " appointment still wife husband girlfriend boyfriend dog cat sister brother mother father"
        " son daughter people person place somebody someone anybody anyone something best most"
    )
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
    instead: bool = True,
) -> str | None:
    """Return facts as one answer, a single one with when it was told.

    Where they lack what was asked (a date, a reason), the person's words follow.

    Args:
        besides: whether the facts are only near what was asked.
        instead: whether the person's words may then stand in place of the facts.
    """
    if not found:
        return None
    facts = list({one.sentence: one for one in found}.values())
    facts = facts[-(MOST_OF_A_GROUP if {"FAMILY", "PET"} & set(question.subjects) else MOST_TOLD) :]
    lead = _lead(question, facts) if yes_no or YES_NO.search(question.text) else ""
    sentences = told(facts)
    said = " ".join(sentences)
    words = _in_own_words(context, question, facts, said, notes, besides=besides)
    if words is not None and besides and instead and _says_it_better(words, question, said, facts):
        return quoted(words, context) + _dated(question, words, notes)
    if number := _counted(question, facts, alone=words is None):
        said, words = f"{number} {said}", None
    if lead:
        said = lead + lowered(said)
    if words is not None:
        when = on(words.said_at, context.now)
        dated = _dated(question, words, notes)
        return f"{said} You told me {when}: “{shortened(words.text)}”{dated}"
    if len(sentences) > 1 or len({one.said_at for one in facts}) > 1:
        return said
    return f"{said} You told me {on(facts[0].said_at, context.now)}."


def _says_it_better(line: Line, question: Asked, said: str, facts: Sequence[Known]) -> bool:
    """Return whether facts share no word with a question, so that a line stands in their place.

    The name that both have doesn't count if the line has more: “what made Ken laugh?” isn't about
    where he lives.
    """
    words = telling(question.text)
    if not words & stems(said):
        return True
    named = " ".join(f"{one.fact.name} {means(one.fact.subject)}" for one in facts if not one.own)
    asked_for = words - stems(named)
    return bool(asked_for & stems(line.text)) and not asked_for & stems(said)


def _is_taste(known: Known) -> bool:
    return known.fact.predicate in {"like", "dislike", "favourite", "hobby"}


def _counted(question: Asked, facts: Sequence[Known], *, alone: bool) -> str:
    """Return how many are known by name where that is asked and no number was told.

    Args:
        alone: whether no line of the person's says more, as of the one that is known of several.
    """
    if not _HOW_MANY.search(question.text) or _HAS_NUMBER.search(" ".join(told(facts))):
        return ""
    entities = {one.fact.entity for one in facts if not one.own and not one.over}
    fewest = 1 if alone else 2
    if not fewest <= len(entities) < len(_NUMBERS):
        return ""
    return f"I know of {_NUMBERS[len(entities)]}."


_NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _dated(question: Asked, line: Line, notes: Notes) -> str:
    return dated_words(line, notes.zone) if question.asks_when else ""


def current_first(facts: Sequence[Known], *, past: bool) -> list[Known]:
    """Return what holds, or what is over if nothing holds or the past is asked for."""
    current = [one for one in facts if not one.over]
    over = [one for one in facts if one.over]
    return (over or current) if past else (current or over)


def _in_own_words(
    context: ReplyContext,
    question: Asked,
    facts: Sequence[Known],
    said: str,
    notes: Notes,
    *,
    besides: bool,
) -> Line | None:
    """Return the person's words if the facts lack what was asked; None if they don't."""
    over = [one for one in facts if one.over]
    ended = over and not question.past and not lacks(question, said)
    if ended and (later := later_clue(over[-1], notes)):
        return later
    if ended and not besides:
        return None
    if not besides and not lacks(question, said) and not _open(question, facts, said):
        return None
    entities = {one.fact.entity for one in facts}
    about = [
        one for one in notes.facts if one in facts or (one.fact.entity in entities and not one.own)
    ]
    best = best_line(context, question.text, notes, besides=said, about=about)
    # Nothing says that ramen is food: only tastes are listed unless a line has the very word.
    if words := telling(question.text) if all(map(_is_taste, facts)) else set():
        return best if best is not None and words & stems(best.text) else None
    if best is not None and (not besides or _is_current(best, notes)):
        return best
    known = next((one for one in reversed(facts) if one.source and not one.over), None)
    if known is None or not set(terms(known.source)) - set(terms(said)):
        return None
    return Line(known.source, known.said_at)


def _open(question: Asked, facts: Sequence[Known], said: str) -> bool:
    """Return whether a question has telling words that neither the facts nor their kind cover."""
    kin = " ".join(one.fact.subject for one in facts)
    return bool(telling(question.text) - stems(f"{said} {kin}") - _COVERED)


def _is_current(line: Line, notes: Notes) -> bool:
    """Return whether a line is more than the source of what is over."""
    said = " ".join(line.text.split())
    facts = [one for one in notes.facts if one.source == said]
    return not facts or any(not one.over for one in facts)


def lacks(question: Asked, said: str) -> bool:
    """Return whether a reply lacks what a question asks for: a date, a reason, a breed."""
    for asks, has in _DETAILS:
        if asks.search(question.text):
            return not has.search(said)
    own = question.subjects == (SELF,)
    return bool(_ATTRIBUTE.search(question.text)) and not own


def _lead(question: Asked, found: Sequence[Known]) -> str:
    """Return "Yes, " or "No, " where that is sure; empty if the facts speak for themselves."""
    if not YES_NO.search(question.text):
        return ""
    words = telling(question.text)
    # “Do I still work at Fennel?” asks of Fennel, whatever else is known of work.
    known = [*found, *(one for one in found if words & stems(one.fact.value))][-1]
    first, over = known.fact, known.over
    if nationality := re.search(OF_NATIONALITY, question.text):
        which = nationality["nationality"]
        is_one = which in first.value.lower() or is_from(which, first.value)
        return "Yes, " if is_one and not over else ""
    of_another = first.subject != SELF and first.name and question.subjects == (SELF,)
    if of_another and first.name.lower() not in question.text:
        return ""
    about = stems(f"{first.value} {first.name} {first.thing}")
    negative = bool(re.search(r"\b(?:hate|dislike|don't)\b", question.text))
    if first.predicate in {"like", "dislike"} and words & about:
        agrees = (first.predicate == "dislike") == negative
        return "Yes, " if agrees and not over else "No, "
    if over and not question.past:
        return "Not any more: "
    if first.predicate == "health" and words & about:
        bad_for_them = _MAY_I.search(question.text) and _NOT_FOR.search(found[-1].sentence)
        if bad_for_them or _WITHOUT.match(first.value):
            return "No, "
    if first.predicate == "death":
        # “Do I have a cat?”: “Your cat has died” says it.
        return ""
    if first.subject != SELF and question.predicates and first.predicate not in question.predicates:
        # “Is Kojo married?”: that he lives in Toronto doesn't mean yes.
        return ""
    if first.subject != SELF:
        # “Does Amit have children?”: that there is an Amit doesn't mean yes.
        named = stems(f"{first.name} {first.subject} {means(first.subject)}")
        beyond = words - named - _COVERED
        return "" if beyond and not beyond & (about - named) else "Yes, "
    if words & about:
        return "Yes, "
    if ON_DAYS.search(question.text):
        # “Do I work this weekend?”: that somebody is a nurse doesn't mean no.
        return ""
    one = PREDICATES[first.predicate].cardinality is Cardinality.ONE
    return (
        "No: " if one and words and len(found) == 1 and first.predicate in {"home", "job"} else ""
    )
