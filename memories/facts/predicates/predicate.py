"""What a predicate is, and how a fact of it is said as a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from memories.facts.kinship import is_animal, is_several

SELF = "self"
SLOT_LENGTH = 100
# “{live|lives}”: the first goes with you, they and several, the second with one other.
_AGREEMENT = re.compile(r"\{([^|{}]*)\|([^{}]*)\}")


class Category(StrEnum):
    """Themes of facts, in the order in which they are told."""

    NAME = "name"
    BIRTHDAY = "birthday"
    FAMILY = "family"
    PET = "pet"
    HOME = "home"
    WORK = "work"
    HEALTH = "health"
    LIKE = "like"
    DISLIKE = "dislike"
    PLAN = "plan"
    OTHER = "other"


class Cardinality(StrEnum):
    """How many values of a predicate hold of one subject at a time."""

    ONE = "one"
    MANY = "many"


@dataclass(frozen=True, slots=True)
class About:
    """Whom a sentence is about.

    Args:
        who: as its subject: "you", "their sister Julie".
        whose: as an owner: "your", "their sister Julie's".
        plural: whether a verb stands in the plural: "live" rather than "lives".
        was: "was" or "were".
    """

    who: str
    whose: str
    plural: bool

    @property
    def was(self) -> str:
        return "were" if self.plural else "was"


@dataclass(frozen=True, slots=True)
class Manner:
    """How values of one shape are said, where a predicate's values have several.

    Args:
        of: what the whole value matches.
        now, before: as in `Predicate`.
    """

    of: re.Pattern[str]
    now: str
    before: str


@dataclass(frozen=True, slots=True)
class Predicate:
    """One kind of fact.

    Args:
        name: as it is stored.
        category: its theme; of what somebody else has, the theme is family or pet.
        cardinality: one value at a time (a home) or many (likes).
        now, before: how it is said while it holds and afterwards. `{who}`, `{whose}`, `{value}` are
            filled, `{until}` is "" or " until 2019"; `{live|lives}` agrees with the subject.
        asked: the question that it answers.
        key: its slot where the subject is the person; `{value}` where many hold.
        other_now, other_before: the same as `now`, of somebody else; else `now` is used.
        holds: how long it can be taken as true without being said again; None: until it is ended.
        manners: how values of other shapes are said; the first that fits counts.
    """

    name: str
    category: Category
    cardinality: Cardinality
    now: str
    before: str
    asked: str
    key: str
    other_now: str = ""
    other_before: str = ""
    holds: timedelta | None = None
    manners: tuple[Manner, ...] = ()

    def present(self, about: About, value: str, *, own: bool = True) -> str:
        """Return the fact as a sentence, while it holds."""
        manner = self._manner(value)
        now = manner.now if manner else self.now
        return _say(now if own or not self.other_now else self.other_now, about, value)

    def past(self, about: About, value: str, *, until: str = "", own: bool = True) -> str:
        """Return the fact as a sentence once it is over.

        Args:
            until: "" or when it ended, as "until 2019".
        """
        manner = self._manner(value)
        before = manner.before if manner else self.before
        said = before if own or not self.other_before else self.other_before
        return _say(said, about, value, f" {until}" if until else "")

    def question(self, about: About) -> str:
        """Return the question that the fact answers."""
        return _say(self.asked, about, "")

    def _manner(self, value: str) -> Manner | None:
        return next((one for one in self.manners if one.of.fullmatch(value)), None)

    def slot(self, entity: str, value: str) -> str:
        """Return what a newer fact takes the place of.

        Args:
            entity: whose fact it is: "self", "person.sister", "pet.dog.2".
        """
        key = self.key if entity == SELF else f"{entity}.{self._key_of_other}"
        return key.format(value=_key(value))[:SLOT_LENGTH].rstrip(".")

    @property
    def _key_of_other(self) -> str:
        return f"{self.name}.{{value}}" if self.cardinality == Cardinality.MANY else self.name

    def category_of(self, subject: str) -> Category:
        """Return the theme of a fact of this kind about a subject."""
        if subject == SELF or self.category in {Category.BIRTHDAY, Category.PLAN}:
            return self.category
        return Category.PET if is_animal(subject) else Category.FAMILY


def about(subject: str, *, name: str = "", to_person: bool = False) -> About:
    """Return whom a sentence is about.

    Args:
        subject: "self" or a relation or animal.
        name: what the subject is called, where that is to be said.
        to_person: whether the sentence is said to the person ("you") or of them ("they").
    """
    if subject == SELF:
        return About("you", "your", True) if to_person else About("they", "their", True)
    who = f"{'your' if to_person else 'their'} {subject}{f' {name}' if name else ''}"
    several = is_several(subject)
    return About(who, f"{who}'" if several and who.endswith("s") else f"{who}'s", several)


def _say(template: str, about: About, value: str, until: str = "") -> str:
    agreed = _AGREEMENT.sub(lambda both: both[1 if about.plural else 2], template)
    said = agreed.format(
        who=about.who, whose=about.whose, value=value, until=until, was=about.was, a=_article(value)
    )
    return said[0].upper() + said[1:]


def _article(value: str) -> str:
    """Return "a ", "an " or nothing if the value has a word in front already."""
    if re.match(r"(?i)(?:an?|the|their|your|his|her|two|three|\d+)\b", value):
        return ""
    # “Mocks next week”
    if re.search(r"(?i)[^suia']s$", value):
        return ""
    if re.match(r"[AEFHILMNORSX][A-Z]{1,2}\b", value):
        return "an "
    return "an " if re.match(r"(?i)(?!uni|use|eu|one)[aeiou]|h(?:our|on)", value) else "a "


def _key(text: str) -> str:
    words = text.lower().replace("colour", "color").replace(".", "").split()
    return ".".join(word for word in words if word not in {"a", "an", "the"})
