"""Direct questions about remembered facts, and which fact answers them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from memories.index.base import Entry

_ANIMALS = (
    "cat|dog|kitten|puppy|hamster|rabbit|bunny|parrot|bird|budgie|horse|pony|fish|goldfish|turtle"
    "|tortoise|snake|lizard|gecko|guinea pig|rat|mouse|ferret|chicken|hen"
)
_PEOPLE = (
    "mother|mom|mum|father|dad|sister|brother|wife|husband|partner|girlfriend|boyfriend|son"
    "|daughter|grandmother|grandma|grandfather|grandpa|aunt|uncle|cousin|niece|nephew|best friend"
    "|boss|roommate|flatmate"
)


@dataclass(frozen=True, slots=True)
class Question:
    """How one kind of question is asked; `{name}` in the slot is what that group matched."""

    pattern: re.Pattern[str]
    slot: str


def _question(pattern: str, slot: str) -> Question:
    return Question(re.compile(pattern, re.IGNORECASE), slot)


# A slot that ends in a dot stands for all slots that begin so.
QUESTIONS = (
    _question(rf"\bmy (?P<one>{_ANIMALS})(?:'s)?(?: name| called| named)", "pet.{one}"),
    _question(rf"\bname of my (?P<one>{_ANIMALS})\b", "pet.{one}"),
    _question(r"\bmy pets?\b|\bdo i have (?:a|any) (?:pets?|animals?)\b", "pet."),
    _question(rf"\bdo i have (?:a|an|any) (?P<one>{_ANIMALS})", "pet.{one}"),
    _question(rf"\bmy (?P<one>{_PEOPLE})(?:'s)?(?: name| called| named)", "person.{one}.name"),
    _question(rf"\bname of my (?P<one>{_PEOPLE})\b", "person.{one}.name"),
    _question(rf"\bwhere (?:does|is) my (?P<one>{_PEOPLE}) (?:live|from)", "person.{one}.home"),
    _question(rf"\bwhat does my (?P<one>{_PEOPLE}) do\b", "person.{one}.job"),
    _question(rf"\bwho is my (?P<one>{_PEOPLE})\b", "person.{one}."),
    _question(r"\bwhat(?:'s| is) my name\b|\bwho am i\b|\bknow my name\b", "name"),
    _question(r"\bwhere (?:do i live|am i living|is my home)|\bwhat city\b.*\bi\b", "home.city"),
    _question(r"\bwhere (?:am i from|do i come from|was i born|did i grow up)\b", "home.origin"),
    _question(r"\bwhere do i work\b|\bwho do i work for\b", "work.employer"),
    _question(r"\bwhat(?:'s| is) my job\b|\bwhat do i (?:do for|work)|\bmy profession\b", "work."),
    _question(r"\bwhat (?:do|am) i stud(?:y|ying)\b", "work.studies"),
    _question(r"\b(?:when is|when's|what is|what's) my birthday\b", "birthday"),
    _question(r"\bhow old am i\b|\bmy age\b", "age"),
    _question(r"\bmy favou?rite (?P<one>\w+(?: \w+)?)\b", "favourite.{one}"),
    _question(r"\b(?:what|which) languages? do i speak\b", "languages"),
)


def asked_slot(text: str) -> str | None:
    """Return the slot that a question asks for, None where it asks for none."""
    for question in QUESTIONS:
        if match := question.pattern.search(text):
            groups = {k: ".".join(v.lower().split()) for k, v in match.groupdict().items()}
            return question.slot.format(**groups)
    return None


def answer(slot: str, facts: Sequence[Entry]) -> Entry | None:
    """Return the newest fact that a slot stands for."""
    found = [fact for fact in facts if _stands_for(slot, fact.slot)]
    return max(found, key=lambda fact: fact.said_at, default=None)


def _stands_for(asked: str, slot: str) -> bool:
    return slot == asked or slot.startswith(asked if asked.endswith(".") else f"{asked}.")
