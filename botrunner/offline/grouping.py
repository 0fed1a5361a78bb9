"""Tells facts that belong together as one sentence: “Your children are Ella, 7, and Max, 4.”"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from botrunner.offline.notes import Known, lowered
from memories.facts.kinship import LOVES, means
from memories.facts.predicates import SELF

_PLURALS = {"child": "children", "wife": "wives", "mouse": "mice", "puppy": "puppies",
            "fish": "fish", "sheep": "sheep", "goose": "geese", "bunny": "bunnies",
            "pony": "ponies", "kid": "children", "baby": "children"}  # fmt: skip
_LISTED = {"like": "", "language": "You speak", "learning": "You're learning", "dislike": ""}
_PLURAL_S = re.compile(r"(?:s|x|ch|sh)$")


def told(facts: Sequence[Known]) -> list[str]:
    """Return facts as sentences in their order, those that belong together as one."""
    left = _without_known_names(_fullest(list({one.sentence: one for one in facts}.values())))
    sentences: list[str] = []
    while left:
        group, sentence = _group(left)
        sentences.append(sentence)
        left = [one for one in left if one not in group]
    return list(dict.fromkeys(sentences))


def _fullest(facts: Sequence[Known]) -> list[Known]:
    """Return facts without those whose value another one tells with more about it."""

    def kind(one: Known) -> tuple[str, str, str]:
        return one.fact.entity, one.fact.predicate, one.fact.value.casefold()

    found: dict[tuple[str, str, str], Known] = {}
    for one in facts:
        held = found.get(kind(one))
        if held is None or (held.over, -len(held.sentence)) >= (one.over, -len(one.sentence)):
            found[kind(one)] = one
    return [one for one in facts if found[kind(one)] is one]


def _without_known_names(facts: Sequence[Known]) -> list[Known]:
    """Return facts without the names of those whom another one names beside it.

    “Your son Kojo lives in Toronto” needs no “Your son is called Kojo”.
    """
    return [
        one
        for one in facts
        if one.fact.predicate != "name"
        or one.own
        or not any(_names(other, one) for other in facts if other is not one)
    ]


def _names(other: Known, name: Known) -> bool:
    """Return whether a fact names somebody as what they are: “your son Kojo lives in Toronto”."""
    if other.over or other.fact.predicate in {"name", "age", "count", "death"}:
        return False
    of_them = other.fact.entity == name.fact.entity and name.fact.value in other.sentence
    return of_them or f"your {name.fact.subject} {name.fact.value}" in lowered(other.sentence)


def listed(parts: Sequence[str]) -> str:
    """Return parts as a list in words: "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def _group(facts: Sequence[Known]) -> tuple[list[Known], str]:
    first = facts[0]
    for grouped in (_dead, _parted, _named, _tastes):
        if found := grouped(first, facts):
            return found
    return [first], first.sentence


def _of(facts: Iterable[Known], entity: str, *predicates: str) -> list[Known]:
    return [one for one in facts if one.fact.entity == entity and one.fact.predicate in predicates]


def _dead(first: Known, facts: Sequence[Known]) -> tuple[list[Known], str] | None:
    """Return what is said of a person who has died: their name as past, and that they died."""
    if first.own:
        return None
    deaths = _of(facts, first.fact.entity, "death")
    if not deaths or first.fact.predicate not in {"name", "death"}:
        return None
    names = _of(facts, first.fact.entity, "name")
    death = deaths[-1]
    if not names:
        return [*deaths], death.sentence
    who = f"Your {death.fact.subject}"
    said = f"{who} was called {names[-1].fact.value} and has died."
    return [*deaths, *names], said


def _parted(first: Known, facts: Sequence[Known]) -> tuple[list[Known], str] | None:
    """Return that the person was together with somebody, if that is over."""
    fact = first.fact
    if not first.over or fact.predicate != "name" or means(fact.subject) not in LOVES:
        return None
    until = f" until {fact.until:%B %Y}" if fact.until else ""
    together = "married to" if means(fact.subject) in {"wife", "husband"} else "together with"
    return [first], f"You were {together} {fact.value}{until}, and no longer are."


def _named(first: Known, facts: Sequence[Known]) -> tuple[list[Known], str] | None:
    """Return the names and ages of those who are the same to the person."""
    if first.own or first.over or first.fact.predicate not in {"name", "age", "count"}:
        return None
    alike = [
        one
        for one in facts
        if not one.over
        and not one.own
        and one.fact.subject == first.fact.subject
        and one.fact.predicate in {"name", "age"}
    ]
    names = {one.fact.entity: one.fact.value for one in alike if one.fact.predicate == "name"}
    if not names:
        return None
    ages = {one.fact.entity: one.fact.value for one in alike if one.fact.predicate == "age"}
    used = [one for one in alike if one.fact.entity in names]
    if first not in used:
        return None
    return used, _names_in_words(first.fact.subject, names, ages)


def _old(age: str) -> str:
    """Return an age in words: "6 years old", "5 months old"."""
    return f"{age} years old" if age.isdecimal() else f"{age} old"


def _names_in_words(subject: str, names: dict[str, str], ages: dict[str, str]) -> str:
    if len(names) == 1:
        (entity, name), *_ = names.items()
        age = f" and is {_old(ages[entity])}" if entity in ages else ""
        return f"Your {subject} is called {name}{age}."
    if not ages:
        return f"Your {plural(subject)} are called {listed(list(names.values()))}."
    said = [
        f"{name} ({ages[entity]})" if entity in ages else name for entity, name in names.items()
    ]
    return f"Your {plural(subject)} are {listed(said)}."


def plural(subject: str) -> str:
    """Return the word for several: "children"."""
    if subject in _PLURALS:
        return _PLURALS[subject]
    return f"{subject}es" if _PLURAL_S.search(subject) else f"{subject}s"


def _tastes(first: Known, facts: Sequence[Known]) -> tuple[list[Known], str] | None:
    """Return likes of one verb, or languages, as one sentence."""
    fact = first.fact
    if fact.entity != SELF or first.over or fact.predicate not in _LISTED:
        return None
    alike = [
        one
        for one in facts
        if one.own
        and not one.over
        and (one.fact.predicate, one.fact.verb) == (fact.predicate, fact.verb)
    ]
    if len(alike) < 2:
        return None
    opening = _LISTED[fact.predicate] or _before(first.sentence, fact.value)
    if not opening:
        return None
    return alike, f"{opening} {listed([one.fact.value for one in alike])}."


def _before(sentence: str, value: str) -> str:
    """Return what stands before a value in its sentence: "You love"."""
    opening, found, rest = sentence.rpartition(value)
    return opening.strip() if found and rest.strip(" .") == "" else ""
