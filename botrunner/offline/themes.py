"""Tells all that is known of the person, by theme."""

from __future__ import annotations

from botrunner.llm.base import ReplyContext
from botrunner.offline import phrases
from botrunner.offline.grouping import told
from botrunner.offline.notes import Known, Notes
from botrunner.offline.phrases import choose
from memories.facts.kinship import is_animal
from memories.facts.predicates import Category

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
    if lines:
        return "\n".join(lines)
    known = context.person.remembers
    return choose(phrases.NOTHING_KNOWN if known else phrases.UNKNOWN_FORGETFUL, context)


def _sentences(notes: Notes, categories: tuple[Category, ...]) -> list[str]:
    def order(one: Known) -> tuple[bool, str]:
        return one.over, one.fact.entity

    return told(sorted((one for one in notes.facts if _theme(one) in categories), key=order))


def _theme(known: Known) -> Category:
    """Return the theme of a fact: a child's age stands with the family."""
    if known.own or known.category == Category.PLAN:
        return known.category
    return Category.PET if is_animal(known.fact.subject) else Category.FAMILY
