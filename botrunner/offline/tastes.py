"""Answers questions on what the person likes, dislikes, does for fun and can't eat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import YES_NO, Asked
from botrunner.offline.nearest import nearest_taste
from botrunner.offline.notes import Known, Notes
from botrunner.offline.quoting import (
    best_line,
    clue,
    quoted,
    stems,
    telling,
)
from botrunner.offline.telling import current_first, tell
from memories.wording.words import terms

MOST_TASTES = 4
# How well a line has to answer if it stands in place of known tastes.
A_TASTE = 0.5
_TASTES = frozenset(terms("allergy allergic allergies hobby hobbies health problem illness"))
_FOR_FUN = frozenset(terms("fun free spare weekend weekends"))
# “What do I like to drink?” asks for some of them, “what do I enjoy?” for all.
_ASKS_TASTE = _TASTES | frozenset(
    terms("enjoy prefer fond adore into fan likes interests pastime dislike detest loathe things")
)


def of_tastes(
    context: ReplyContext,
    question: Asked,
    facts: Sequence[Known],
    wanted: Sequence[str],
    notes: Notes,
) -> str | None:
    """Answer on likes and the like: whether one is there, or all of them."""
    words = telling(question.text)
    kinds = {*wanted, "like", "dislike", "favourite", "hobby", "health"}
    tastes = [one for one in facts if one.fact.predicate in kinds]
    # “What food don't I like?” isn't about the favourite food.
    by_thing = wanted[0] != "dislike"
    near = [
        one
        for one in tastes
        if words & stems(f"{one.fact.thing if by_thing else ''} {one.fact.value}")
    ]
    if near:
        found = current_first(near, past=question.past)
        return tell(context, question, found, notes, yes_no=True)
    line = best_line(context, question.text, notes)
    if line is not None and (words - _FOR_FUN) & stems(line.text):
        # “What am I allergic to?” of somebody of whom only a diet was heard.
        return quoted(line, context)
    eats = wanted[0] == "health" and re.search(r"\bcan'?t? i\b", question.text)
    if not eats and YES_NO.search(question.text) and words - _TASTES:
        return None
    if wanted[0] == "favourite":
        return None
    open_words = words - _ASKS_TASTE
    if open_words and not question.past:
        # “What role do I play?”: that they once played the drums says nothing of it.
        tastes = [one for one in tastes if not one.over]
    first = [one for one in tastes if one.fact.predicate == wanted[0]]
    # A few are told all, of many only those of the kind that is asked for.
    picked = open_words and (wanted[0] != "dislike" or len(first) > MOST_TASTES)
    if picked and (said := nearest_taste(context, tastes, notes)):
        return said
    if open_words and (said := clue(context, question, notes, least=A_TASTE)):
        return said
    too = {"like": "favourite", "hobby": "like"}.get(wanted[0])
    also = [one for one in tastes if one.fact.predicate == too]
    listed = [*first, *also] or [one for one in tastes if one.fact.predicate in wanted[:2]]
    found = current_first(listed, past=question.past)
    beyond = not first or (wanted[0] != "dislike" and bool(words - _TASTES))
    return tell(context, question, found, notes, besides=beyond)
