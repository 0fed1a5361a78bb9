"""Quotes what was said of relatives through others: of grandchildren, “Kari has two daughters”."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline.asked import Asked
from botrunner.offline.notes import Line, Notes
from botrunner.offline.quoting import leaning_on, quoted
from memories.facts.kinship import LOVES, means, subject_of

_CHILDREN = re.compile(
    r"(?i)\b(?:daughters?|sons?|kids?|child(?:ren|s)?|bab(?:y|ies)|boys?|girls?|twins|toddlers?"
    r"|little ones?)\b"
)
_PARENTS = re.compile(r"(?i)\b(?:m[ou]m|mother|dad|father|parents|folks)(?:'?s)?\b")
_MARRIED = r"husband|wife|partner|boyfriend|girlfriend|married|marry\w*"
_SPOUSES = re.compile(rf"(?i)\b(?:{_MARRIED})\b")
_IN_LAWS = re.compile(rf"(?i)\b(?:{_MARRIED}|brothers?|sisters?|siblings?)\b")
_OWN_CHILDREN = frozenset({"child", "son", "daughter"})
_OWN_SIBLINGS = frozenset({"sibling", "brother", "sister"})
_LOVED = frozenset(LOVES)
# Whom a relative is reached through, and the words that say what they are to them.
_THROUGH: tuple[tuple[str, frozenset[str], re.Pattern[str]], ...] = (
    ("grandchild", _OWN_CHILDREN, _CHILDREN),
    ("grandson", _OWN_CHILDREN, _CHILDREN),
    ("granddaughter", _OWN_CHILDREN, _CHILDREN),
    ("niece", _OWN_SIBLINGS, _CHILDREN),
    ("nephew", _OWN_SIBLINGS, _CHILDREN),
    ("mother-in-law", _LOVED, _PARENTS),
    ("father-in-law", _LOVED, _PARENTS),
    ("brother-in-law", _LOVED | _OWN_SIBLINGS, _IN_LAWS),
    ("sister-in-law", _LOVED | _OWN_SIBLINGS, _IN_LAWS),
    ("son-in-law", _OWN_CHILDREN, _SPOUSES),
    ("daughter-in-law", _OWN_CHILDREN, _SPOUSES),
)


def through_others(context: ReplyContext, question: Asked, notes: Notes) -> str | None:
    """Return the latest line that mentions somebody through whom a relative is one.

    Nobody says “my grandchildren” of whom they call “Kari's daughters”.
    """
    before = leaning_on(notes)

    def whole(line: Line) -> str:
        return f"{before(line.text)} {line.text}"

    for relative, others, words in _THROUGH:
        if not any(means(one) == means(relative) for one in question.subjects):
            continue
        names = {
            one.fact.name for one in notes.facts if one.fact.subject in others and one.fact.name
        }
        found = [line for line in notes.lines if _tells_of(whole(line), others, names, words)]
        if found:
            return quoted(found[-1], context)
    return None


def _tells_of(text: str, others: frozenset[str], names: set[str], words: re.Pattern[str]) -> bool:
    """Return whether a text names one of some people and, beside them, such a relative."""
    spoken = re.findall(r"[^\W\d_][\w-]*", text.replace("'s", ""))
    for place, word in enumerate(spoken):
        if word in names or subject_of(word) in others:
            rest = " ".join([*spoken[:place][-2:], *spoken[place + 1 :]])
            if words.search(rest):
                return True
    return False
