"""Whose facts are whose: a brother Kofi is one person, a second dog another one.

An entity is a key that facts share: "self", "person.brother", "person.brother.2", "pet.dog".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from memories.facts.kinship import SINGLE, are_alike, is_animal, means
from memories.facts.predicates import SELF
from memories.facts.statements import Claim, Statement


class OfEntity(Protocol):
    """What is needed of a fact to tell whose it is."""

    @property
    def entity(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def predicate(self) -> str: ...
    @property
    def value(self) -> str: ...


def entity_key(subject: str, number: int) -> str:
    """Return the key of the first, second … of a kind of people or animals.

    >>> entity_key("mum", 1), entity_key("guinea pig", 2)
    ('person.mother', 'pet.guinea.pig.2')
    """
    if subject == SELF:
        return SELF
    kind = "pet" if is_animal(subject) else "person"
    word = means(subject).replace(" ", ".")
    return f"{kind}.{word}" if number == 1 else f"{kind}.{word}.{number}"


class Entities:
    """The people and animals that facts are about."""

    def __init__(self, facts: Sequence[OfEntity]) -> None:
        self.facts = facts

    def all_of(self, subject: str) -> list[str]:
        """Return the entities that a subject may mean, the latest last."""
        if subject == SELF:
            return [SELF]
        keys = [fact.entity for fact in self.facts if are_alike(fact.subject, subject)]
        return list(dict.fromkeys(keys))

    def name_of(self, entity: str) -> str:
        """Return the name of an entity; empty if that is not known."""
        names = (
            one.value for one in self.facts if one.entity == entity and one.predicate == "name"
        )
        return next(iter(names), "")

    def of(self, statement: Statement) -> str:
        """Return the entity that a statement is about: a known one or a new one."""
        if statement.subject == SELF:
            return SELF
        known = self.all_of(statement.subject)
        name = statement.name
        for wanted in filter(None, (name, statement.instead_of)):
            for entity in known:
                if self.name_of(entity).lower() == wanted.lower():
                    return entity
        if statement.predicate == "count":
            return self._counted(statement, known)
        if not name:
            return known[-1] if known else self._fresh(statement.subject)
        unnamed = [entity for entity in known if not self.name_of(entity)]
        if unnamed and not statement.another and not _counts_several(self.facts, unnamed[-1]):
            return unnamed[-1]
        named = [entity for entity in known if self.name_of(entity)]
        if named and self._renames(statement, named):
            return named[-1]
        return self._fresh(statement.subject)

    def _counted(self, statement: Statement, known: Sequence[str]) -> str:
        """Return whose count it is; that of several is none of somebody named among them."""
        counted = {fact.entity for fact in self.facts if fact.predicate == "count"}
        fitting = [entity for entity in known if entity in counted]
        if not fitting:
            several = is_of_several(statement.value)
            fitting = [one for one in known if not (several and self.name_of(one))]
        return fitting[-1] if fitting else self._fresh(statement.subject)

    def _renames(self, statement: Statement, named: Sequence[str]) -> bool:
        """Return whether a name is another one of somebody known, not that of somebody else."""
        if statement.instead_of:
            return True
        if statement.another or statement.predicate != "name":
            return False
        return (means(statement.subject) in SINGLE or statement.definite) and len(named) == 1

    def _fresh(self, subject: str) -> str:
        taken = {fact.entity for fact in self.facts}
        number = 1
        while entity_key(subject, number) in taken:
            number += 1
        return entity_key(subject, number)


def _counts_several(facts: Iterable[OfEntity], entity: str) -> bool:
    """Return whether all that is known of an entity is how many there are."""
    of_it = [fact for fact in facts if fact.entity == entity]
    return all(fact.predicate == "count" for fact in of_it) and any(
        is_of_several(fact.value) for fact in of_it
    )


def is_of_several(count: str) -> bool:
    """Return whether a count is of more than one: “three children”."""
    return not count.lower().startswith(("a ", "an ", "one "))


def holds(statement: Statement) -> bool:
    """Return whether a statement says that something is true."""
    return statement.claim is Claim.HOLDS
