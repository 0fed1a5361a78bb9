"""Which of the known facts a question is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from botrunner.offline.asked import ASKS_WHAT_WAS_SAID, Asked
from botrunner.offline.notes import Known, Likely, Notes
from memories.facts.kinship import LOVES, are_alike, is_animal, is_person, means
from memories.facts.predicates import SELF

# Cosine of two questions that ask for the same kind of fact.
LIKELY = 0.7
LOVE_WORDS = frozenset(LOVES)
# Those whom one lives with and calls so.
SHARERS = frozenset({"roommate", "flatmate", "housemate"})
_KINDS_OF = {
    "bird": ("parrot", "budgie", "cockatiel", "canary", "duck", "goose", "chicken"),
    "fish": ("goldfish",),
    "lizard": ("gecko", "bearded dragon"),
    "turtle": ("tortoise",),
}


def meaning(question: Asked, notes: Notes) -> Asked:
    """Return a question with what it likely asks for, if its wording doesn't say."""
    likely = notes.likely
    if question.predicates or likely.named or not _is_likely(question, likely):
        return question
    return replace(question, predicates=tuple(likely.kinds))


def meant_of_named(question: Asked, notes: Notes) -> tuple[str, ...]:
    """Return the kinds of fact that a question likely asks for of somebody whom it names."""
    likely = notes.likely
    return tuple(likely.kinds) if likely.named and _is_likely(question, likely) else ()


def _is_likely(question: Asked, likely: Likely) -> bool:
    # “What did I tell you of Ann?” asks for no kind of fact.
    return likely.likeness >= LIKELY and not ASKS_WHAT_WAS_SAID.search(question.text)


def is_of(known: Known, subjects: Sequence[str]) -> bool:
    """Return whether a fact is about one of those whom a question names."""
    subject = known.fact.subject
    if subject == SELF:
        whole = {"relationship": "LOVE", "home_with": "FAMILY"}
        return whole.get(known.fact.predicate) in subjects
    for one in subjects:
        if one == "PET" and is_animal(subject):
            return True
        if one == "FAMILY" and is_person(subject):
            return True
        if one == "LOVE" and subject in LOVE_WORDS:
            return True
        if means(subject) in _KINDS_OF.get(one, ()):
            return True
        if are_alike(subject, one):
            return True
    return False


def same_as(name: str) -> frozenset[str]:
    """Return the predicates that answer the same question."""
    groups = (
        {"name", "nickname", "count", "death"},
        {"age", "birthday", "birth_year", "death"},
        {"origin", "birthplace", "nationality"},
        {"job", "status", "business", "studies"},
        {"studies", "school"},
        {"relationship", "name"},
        {"like", "favourite", "hobby", "dislike"},
        {"language", "learning"},
        {"home", "death"},
    )
    return frozenset({name}.union(*(group for group in groups if name in group)))


def first_known(
    facts: Sequence[Known], names: Sequence[str], *, past: bool, former: bool = False
) -> list[Known]:
    """Return what is known of the first predicates of which anything is known.

    Args:
        names: the predicates, the likeliest first.
        past: whether what is over is asked for.
        former: whether only that is.
    """
    dead = [one for one in facts if one.fact.predicate == "death"]
    if past:
        over = [one for one in facts if one.over and one.fact.predicate in names]
        asked_for = [one for one in facts if one.fact.predicate == names[0]]
        if over and asked_for and not former and not any(one.over for one in asked_for):
            over = asked_for
        if over:
            return [*over, *_deaths_of(over, dead)]
    first = names[:2] if names[0] == "count" else names[:1]
    for group in (first, names):
        found = [one for one in facts if one.fact.predicate in group and not one.over]
        if found:
            return [*_over_of(facts, group, names), *_with_death(found, facts, dead)]
    over = [one for one in facts if one.fact.predicate in names and one.over][-2:]
    return [*dict.fromkeys([*over, *_deaths_of(over, dead)])]


def _over_of(facts: Sequence[Known], group: Sequence[str], names: Sequence[str]) -> list[Known]:
    """Return what is over of the kind that was asked for, where only other kinds hold."""
    if len(group) == 1 or names[0] not in {"employer", "home", "school"}:
        return []
    return [one for one in facts if one.over and one.fact.predicate == names[0]][-1:]


def _with_death(
    found: Sequence[Known], facts: Sequence[Known], dead: Sequence[Known]
) -> list[Known]:
    """Return facts with what is over of the same, where those have died."""
    gone = {one.fact.entity for one in dead}
    names = [one for one in facts if one.fact.entity in gone and one.fact.predicate == "name"]
    shown = [one for one in found if one.fact.predicate == "death" or one.fact.entity not in gone]
    return [*shown, *(names if any(one in dead for one in found) else [])]


def _deaths_of(facts: Sequence[Known], dead: Sequence[Known]) -> list[Known]:
    entities = {one.fact.entity for one in facts}
    return [one for one in dead if one.fact.entity in entities]
