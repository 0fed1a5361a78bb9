"""What a message changes in what is known: which facts are new, and which are over.

Pure: it takes statements and the facts that hold, and returns changes. The worker writes them to
the database; evaluations and tests apply them to a list.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from memories.facts.dates import When
from memories.facts.endings import ended_by
from memories.facts.entities import Entities, entity_key, is_of_several
from memories.facts.predicates import PREDICATES, SELF, Cardinality
from memories.facts.statements import Claim, Statement
from memories.facts.wording import is_love, sentence, until_words

# Said again after this share of the time for which it holds, a fact holds from then on.
_RENEWED_AFTER = 1 / 12


class Why(StrEnum):
    """Why a fact holds no more."""

    OVER = "over"  # It was true until then.
    REPLACED = "replaced"  # Another value took its place.
    CORRECTED = "corrected"  # It was never true.


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of a person.

    Args:
        key: its identity: the id of its memory.
        entity: whose it is: "self", "person.sister", "pet.dog.2".
        subject, predicate, value, thing, verb: as in `Statement`.
        when: of a plan.
        since: when it was said, or since when it is true.
        until: when it ended; None while it holds.
        narrow: whether it was said where fewer can read than where the message was.
    """

    key: Hashable
    entity: str
    subject: str
    predicate: str
    value: str
    since: datetime
    thing: str = ""
    verb: str = ""
    name: str = ""
    when: When | None = None
    until: datetime | None = None
    confidence: float = 0.9
    narrow: bool = False

    @property
    def slot(self) -> str:
        """Return what a newer fact takes the place of."""
        row = PREDICATES[self.predicate]
        if self.predicate == "favourite":
            return row.slot(self.entity, self.thing or self.value)
        return row.slot(self.entity, self.value)

    def text(self, *, until: str = "") -> str:
        """Return it as a sentence, as past once it has ended."""
        return sentence(
            self.subject,
            self.predicate,
            self.value,
            name=self.name,
            thing=self.thing,
            verb=self.verb,
            when=self.when,
            until=until,
            over=self.until is not None,
        )


@dataclass(frozen=True, slots=True)
class Added:
    """A fact that is new.

    Args:
        until: how its end is worded, if it has ended: "until 2019".
        by: the newer fact that is known already and has its place.
    """

    fact: Fact
    until: str = ""
    by: Fact | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A fact that holds no more.

    Args:
        by: the new fact that ends it; None if a mere end was stated.
        until: how its end is worded: "until 2019".
    """

    fact: Fact
    at: datetime
    why: Why
    by: Fact | None = None
    until: str = ""


@dataclass(slots=True)
class Changes:
    """What a message changes, in order."""

    added: list[Added] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)


class Ledger:
    """The facts of a person while a message is worked into them."""

    def __init__(self, known: Iterable[Fact], at: datetime) -> None:
        self.at = at
        self.current = [fact for fact in known if fact.until is None]
        self.changes = Changes()
        self._count = 0

    def apply(self, statements: Sequence[Statement]) -> Changes:
        """Work statements in and return what changed."""
        for statement in statements:
            if statement.claim is Claim.HOLDS:
                self._holds(statement)
            else:
                self._over(statement)
        return self.changes

    def end(self, fact: Fact, why: Why, *, by: Fact | None = None, until: str = "") -> None:
        """Note that a fact holds no more."""
        if fact in self.current:
            self.current.remove(fact)
            self._unless_new(fact, Ended(fact, self.at, why, by, until))

    def _unless_new(self, fact: Fact, ended: Ended) -> None:
        """What the same message added is just not added."""
        for place, added in enumerate(self.changes.added):
            if added.fact == fact:
                if _tells_who_died(ended):
                    self.changes.added[place] = Added(replace(fact, until=self.at))
                else:
                    self.changes.added.remove(added)
                return
        self.changes.ended.append(ended)

    def _holds(self, statement: Statement) -> None:
        entity = Entities(self.current).of(statement)
        fact = self._fact(statement, entity)
        same = [one for one in self.current if _is_same(one, fact)]
        if any(not one.narrow and not _is_renewed(one, self.at) for one in same):
            return
        newer = [one for one in self.current if one.since > self.at and one.slot == fact.slot]
        if newer and PREDICATES[fact.predicate].cardinality is Cardinality.ONE:
            past = replace(fact, until=newer[0].since)
            self.changes.added.append(Added(past, until_words(newer[0].since, None), by=newer[0]))
            return
        if not statement.instead_of and any(_says_less(fact, one) for one in self.current):
            return
        why = Why.CORRECTED if statement.instead_of else Why.REPLACED
        for other in list(self.current):
            if other in same:
                # It was not over in between, so there is nothing past to tell.
                self.end(other, Why.CORRECTED, by=fact)
            elif self._takes_the_place(fact, other, statement):
                self.end(other, why, by=fact)
        self.current.append(fact)
        self.changes.added.append(Added(fact))
        self._consequences(fact)

    def _fact(self, statement: Statement, entity: str) -> Fact:
        self._count += 1
        return Fact(
            f"new:{self._count}",
            entity,
            statement.subject,
            statement.predicate,
            statement.value,
            self.at,
            statement.thing,
            statement.verb,
            statement.name or Entities(self.current).name_of(entity),
            statement.when,
            confidence=statement.confidence,
        )

    def _takes_the_place(self, fact: Fact, other: Fact, statement: Statement) -> bool:
        if statement.instead_of and same_value(other.value, statement.instead_of):
            return other.predicate == fact.predicate and other.entity == fact.entity
        if other.entity != fact.entity:
            return False
        if fact.predicate == "plan" and other.predicate == "plan":
            return _same_event(fact, other)
        one = PREDICATES[fact.predicate].cardinality is Cardinality.ONE
        if other.slot == fact.slot:
            return not (
                statement.another and one and fact.predicate in {"count", "job", "employer"}
            )
        names_one = fact.predicate == "name" and fact.entity != SELF
        return names_one and other.predicate == "count" and not is_of_several(other.value)

    def _consequences(self, fact: Fact) -> None:
        endings = ended_by(fact.predicate, fact.value)
        for other in list(self.current):
            ended = any(one.covers(other.predicate, other.value) for one in endings)
            if ended and other.entity == fact.entity and other is not fact:
                self.end(other, Why.OVER, by=fact)
        if fact.predicate == "relationship" and fact.entity == SELF:
            self._love(fact)
        elif fact.predicate == "home_with":
            self._moved_in(fact)
        elif fact.predicate == "death":
            self._all_of(fact.entity, by=fact)
        elif is_love(fact.subject) and fact.predicate in {"name", "count"}:
            self._new_love(fact)

    def _love(self, fact: Fact) -> None:
        """A person who is single again has no partner; one who marries is not single."""
        if not parts(fact.value):
            return
        for other in list(self.current):
            if is_love(other.subject):
                self.end(other, Why.OVER, by=fact)

    def _new_love(self, fact: Fact) -> None:
        for other in list(self.current):
            if other.predicate == "relationship" and other.entity == SELF and parts(other.value):
                self.end(other, Why.OVER, by=fact)
            elif is_love(other.subject) and other.entity != fact.entity:
                self.end(other, Why.REPLACED, by=fact)

    def _moved_in(self, fact: Fact) -> None:
        """Whoever lives with the person has no other home."""
        words = set(fact.value.lower().split())
        for other in list(self.current):
            if other.predicate == "home" and other.subject in words:
                self.end(other, Why.REPLACED, by=fact)

    def _all_of(self, entity: str, *, by: Fact | None) -> None:
        for other in list(self.current):
            if other.entity == entity and other is not by:
                self.end(other, Why.OVER, by=by)

    def _over(self, statement: Statement) -> None:
        """End what is stated to be over; keep it as past if it was not known."""
        why = Why.OVER if statement.claim is Claim.OVER else Why.CORRECTED
        until = until_words(None, statement.until)
        entities = Entities(self.current).all_of(statement.subject)
        found = [one for one in self.current if one.entity in entities and _is_of(statement, one)]
        for fact in found:
            self.end(fact, why, until=until)
        told_twice = any(
            one.fact.subject == statement.subject and _is_of(statement, one.fact)
            for one in self.changes.ended
        )
        if found or told_twice or statement.claim is Claim.DENIED or generic(statement.value):
            return
        entity = Entities(self.current).of(statement)
        past = replace(self._fact(statement, entity), until=self.at)
        self.changes.added.append(Added(past, until))


_PARTED = (
    "single",
    "broke",
    "split",
    "divorc",
    "separated",
    "widow",
    "dumped",
    "left me",
    "parted",
)
_PARTED_TOO = ("divorce", "no longer together", "lost my", "lost their", "not together")
_SHORT = re.compile(r"\bvegg?ie\b")
_GENERIC = frozenset({"job", "work", "my job", "their job", "position", "studies", "school", "uni"})
_FAMILIES = (
    frozenset({"job", "employer", "status", "business"}),
    frozenset({"studies", "school", "learning", "job"}),
    frozenset({"hobby", "like", "learning"}),
    frozenset({"home", "home_with"}),
    frozenset({"like", "dislike"}),
    frozenset({"health", "like", "hobby"}),
    frozenset({"plan", "status"}),
)


def _tells_who_died(ended: Ended) -> bool:
    """Return whether a fact names somebody of whom the same message says that they died."""
    return ended.fact.predicate == "name" and ended.by is not None and ended.by.predicate == "death"


def _is_of(statement: Statement, fact: Fact) -> bool:
    """Return whether what is stated to be over is a fact, apart from whose it is."""
    same = generic(statement.value) or same_value(fact.value, statement.value)
    return same and _same_family(fact.predicate, statement.predicate)


def parts(value: str) -> bool:
    """Return whether a relationship's value says that there is no partner any more."""
    return value.lower().startswith(_PARTED) or any(one in value.lower() for one in _PARTED_TOO)


def generic(value: str) -> bool:
    """Return whether a value names nothing in particular: “I lost my job”."""
    return value.lower() in _GENERIC


def same_value(one: str, other: str) -> bool:
    """Return whether two values are the same except for case and small words."""
    first, second = _telling(one), _telling(other)
    return bool(first and second) and (first <= second or second <= first)


def _telling(value: str) -> set[str]:
    words = (
        _SHORT.sub("vegetarian", value.lower())
        .replace("'s", "")
        .replace(",", " ")
        .replace(".", " ")
        .split()
    )
    small = {"a", "an", "the", "my", "their", "in", "at", "of", "with", "on"}
    return {word.rstrip("s") if len(word) > 4 else word for word in words if word not in small}


def _same_family(one: str, other: str) -> bool:
    return one == other or any({one, other} <= family for family in _FAMILIES)


def _is_same(one: Fact, other: Fact) -> bool:
    if one.entity != other.entity or one.predicate != other.predicate:
        return False
    if one.when != other.when and (
        one.when is None or other.when is None or one.when.first != other.when.first
    ):
        return False
    return one.value.lower() == other.value.lower() and one.thing == other.thing


def _says_less(fact: Fact, known: Fact) -> bool:
    """Return whether a fact is known in more words: a teacher is known to teach chemistry."""
    if fact.slot != known.slot or fact.predicate not in {"job", "home", "school", "employer"}:
        return False
    return _telling(fact.value) < _telling(known.value)


def _is_renewed(known: Fact, at: datetime) -> bool:
    """Return whether a fact that is said again is to hold from then on, rather than as before."""
    holds = PREDICATES[known.predicate].holds
    return holds is not None and known.since + holds * _RENEWED_AFTER <= at


def _same_event(one: Fact, other: Fact) -> bool:
    """Return whether two plans are the same event: its last word is, and it was moved."""
    first, second = _telling(one.value), _telling(other.value)
    return bool(first & second) and (first <= second or second <= first)


def key_of(statement: Statement) -> str:
    """Return the first entity of a statement's subject."""
    return entity_key(statement.subject, 1)
