"""Finds what a person said right after a question that couldn't be answered: “it's jollof”."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import asked, asking, is_question, sentences
from botrunner.offline.in_full import BARE
from botrunner.offline.notes import Line
from botrunner.offline.quoting import quoted, telling
from botrunner.offline.spelling import spelled

_ANSWERS = re.compile(
    r"(?i)^\W*(?:(?:well|ok|oh|so|no|ugh|lol|duh)\W+)*(?:it'?s|it is|they'?re|he'?s|she'?s|the"
    r"|an?|in|at|on|to|from|with|because|cos|cuz|\d|[\w'-]+\W*$)"
)
# They answer nothing.
_EMPTY = re.compile(
    r"(?i)^\W*(?:ok|okay|lol|haha|wow|right|sure|yes|yeah|no|nope|nah|thanks?|fine|great|cool|hm+"
    r"|well|wrong|really|seriously|typical|figures|never ?mind|whatever|exactly|ah|oh|bruh|guess"
    r"|true|same|rip|damn)\W*$"
)


_ASKING_WORD = re.compile(r"\b(?:what|which|who|whose|where|when|why|how)\b")


def given(context: ReplyContext, question: str) -> str:
    """Return what the person answered when they asked the same before, as a quotation.

    “When is it then?” asks the same as the question before, if that has “when”, too.

    Args:
        question: what is asked now.
    """
    own = [one for one in context.history if not one.from_companion]
    own = [one for one in own if one.person_id == context.person.id]
    answers = [
        Line(after.text, after.sent_at)
        for before, between, after in zip([None, *own], own, own[1:], strict=False)
        if _answers(after.text)
        and any(_asks_the_same(asking(one.text), question) for one in (before, between) if one)
    ]
    return quoted(answers[-1], context) if answers else ""


def _asks_the_same(before: str, question: str) -> bool:
    if not is_question(before):
        return False
    if bare := BARE.match(question):
        return bare["asks"].lower().split()[0] in spelled(before).split()
    wanted, subjects = telling(question), asked(question).subjects
    same = bool(wanted) and telling(before) == wanted and asked(before).subjects == subjects
    # “When is Nora's thing”, “what does Nora want to be”: a name alone asks nothing.
    return same and (len(wanted) > 1 or _first_word(before) == _first_word(question))


def _first_word(text: str) -> str:
    """Return the first word by which a question asks; empty if it has none."""
    found = _ASKING_WORD.search(spelled(text))
    return found[0] if found else ""


def _answers(text: str) -> bool:
    """Return whether a message may answer what was asked just before it."""
    said = sentences(text)
    if any(map(is_question, said)) or _EMPTY.match(text):
        return False
    return any(map(_ANSWERS.match, said))
