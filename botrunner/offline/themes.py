"""Tells all that is known of the person, by theme."""

from __future__ import annotations

import re

from botrunner.llm.base import ReplyContext
from botrunner.offline.grouping import told
from botrunner.offline.notes import Known, Notes
from botrunner.offline.phrases import choose, knowledge
from botrunner.offline.quoting import shortened
from botrunner.offline.sounds import tells_of_self
from memories.facts.kinship import is_animal
from memories.facts.predicates import Category

# Lines of which no fact is known, shown with what is known.
MOST_BESIDES = 12
# “Forget that bit about my wife” tells nothing of the person.
_ORDERS = re.compile(
    r"\W*(?:please |can you |could you |pls )*(?:forget|delete|erase|remind me|stop|write|show"
    r"|give)\b",
    re.IGNORECASE,
)
# In the order of telling; categories of one theme stand together.
THEMES: tuple[tuple[str, tuple[Category, ...]], ...] = (
    ("You", (Category.NAME, Category.BIRTHDAY)),
    ("Family and friends", (Category.FAMILY,)),
    ("Pets", (Category.PET,)),
    ("Home", (Category.HOME,)),
    ("Work", (Category.WORK,)),
    ("Health", (Category.HEALTH,)),
    ("Likes", (Category.LIKE,)),
    ("Dislikes", (Category.DISLIKE,)),
    ("Plans", (Category.PLAN,)),
    ("Other", (Category.OTHER,)),
)


def all_known(context: ReplyContext, notes: Notes) -> str:
    """Return every known fact, one line for each theme, what is over last in its line."""
    lines = [
        f"**{title}** {' '.join(sentences)}"
        for title, categories in THEMES
        if (sentences := _sentences(notes, categories))
    ]
    if besides := _besides(notes):
        lines.append(f"**You also told me** {' '.join(besides)}")
    if lines:
        return "\n".join(lines)
    known = context.person.remembers
    return choose(knowledge.NOTHING_KNOWN if known else knowledge.UNKNOWN_FORGETFUL, context)


def _sentences(notes: Notes, categories: tuple[Category, ...]) -> list[str]:
    def order(one: Known) -> tuple[bool, str]:
        return one.over, one.fact.entity

    return told(sorted((one for one in notes.facts if _theme(one) in categories), key=order))


def _theme(known: Known) -> Category:
    """Return the theme of a fact: a child's age stands with the family."""
    if known.own or known.category == Category.PLAN:
        return known.category
    return Category.PET if is_animal(known.fact.subject) else Category.FAMILY


def _besides(notes: Notes) -> list[str]:
    """Return the latest lines that say something of which no fact is known, as quotations."""
    told_of_self = [
        line
        for line in notes.lines
        if " ".join(line.text.split()) not in notes.heard
        and tells_of_self(line.text)
        and not _ORDERS.match(line.text)
    ]
    return [f"“{shortened(line.text)}”" for line in told_of_self[-MOST_BESIDES:]]
