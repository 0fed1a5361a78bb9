"""What the assistant has at hand for a reply: all known facts, what a message changes, and more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from memories.facts.ageing import at_time
from memories.facts.dates import When
from memories.facts.ledger import Changes, Fact, Why
from memories.facts.predicates import PREDICATES, SELF, Category
from memories.facts.stored import birthdays_of, fact_of, told
from memories.facts.wording import sentence
from memories.models import Memory
from memories.recall import Recalled
from memories.wording.addressing import second_person

_UTC = ZoneInfo("UTC")
# “3 pm”
_HALF_DAYS = re.compile(r"\b\d{1,2}(?::\d\d)? ?[ap]\.?m\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """A fact as the person reads it.

    Args:
        fact: its parts.
        sentence: the fact in words, in the past tense if it is over.
        over: whether it holds no more, or was a plan that has gone by.
        source: the person's words that it was taken from; empty if they aren't at hand.
    """

    fact: Fact
    sentence: str
    over: bool = False
    source: str = ""

    @property
    def own(self) -> bool:
        """Return whether it is about the person, not about somebody of theirs."""
        return self.fact.entity == SELF

    @property
    def category(self) -> Category:
        return PREDICATES[self.fact.predicate].category_of(self.fact.subject)

    @property
    def said_at(self) -> datetime:
        return self.fact.since

    @property
    def lower(self) -> str:
        """Return the sentence for the middle of another one."""
        return lowered(self.sentence)


@dataclass(frozen=True, slots=True)
class Line:
    """Something that the person said."""

    text: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Felt:
    """A mood of one day, with what the person said in it.

    Args:
        mood: "worried".
        text: their words.
        day: in their zone.
    """

    mood: str
    text: str
    day: date


@dataclass(frozen=True, slots=True)
class Likely:
    """What a question likely asks for, by its likeness to questions that do.

    Args:
        kinds: the kinds of fact that answer it, the likeliest first; none if it asks for no fact.
        likeness: cosine to the nearest such question.
        named: whether it is about somebody whom it names, not by what they are to the person.
    """

    kinds: Sequence[str] = ()
    likeness: float = 0.0
    named: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    """What a reply is made from besides its context.

    Args:
        facts: what is known and may be told here, what is over included, oldest first.
        changes: what the message itself states.
        again: what it states that was known already.
        lines: what the person stated, if the message asks something, oldest first.
        heard: those in which a fact was heard, one that was corrected since included.
        felt: how they have been feeling, latest first; empty if that may not be told here.
        near: memories that come nearest to a question, best first, however far they are.
        likely: what a question likely asks for.
        zone: whose days are counted.
    """

    facts: Sequence[Known] = ()
    changes: Changes = field(default_factory=Changes)
    again: Sequence[Known] = ()
    lines: Sequence[Line] = ()
    heard: frozenset[str] = frozenset()
    felt: Sequence[Felt] = ()
    near: Sequence[Recalled] = ()
    likely: Likely = field(default_factory=Likely)
    zone: ZoneInfo = _UTC


def known_of_memories(
    memories: Iterable[Memory],
    now: datetime,
    zone: ZoneInfo,
    sources: Mapping[UUID, str] | None = None,
) -> list[Known]:
    """Return stored facts as they are worded at a time, without what was never true.

    Args:
        sources: the words that facts were taken from, by the id of their memory.
    """
    rows = [row for row in memories if row.ending != Memory.Ending.CORRECTED]
    names = {row.entity: row.value for row in rows if row.predicate == "name"}
    said = sources or {}
    birthdays = birthdays_of(rows)
    return [
        _with_source(
            _of_memory(row, names.get(row.entity, ""), birthdays.get(row.entity, ""), now, zone),
            said.get(row.pk, ""),
        )
        for row in rows
    ]


def _with_source(known: Known, source: str) -> Known:
    """Return a fact with the words it was taken from, its clock read as they read it."""
    sentence = known.sentence
    at = known.fact.when.at if known.fact.when else None
    if at is not None and _HALF_DAYS.search(source):
        minutes = f":{at:%M}" if at.minute else ""
        clock = f"{at.hour % 12 or 12}{minutes} {'am' if at.hour < 12 else 'pm'}"
        sentence = sentence.replace(f"at {at:%H:%M}", f"at {clock}")
    return replace(known, sentence=sentence, source=source)


def _of_memory(memory: Memory, name: str, birthday: str, now: datetime, zone: ZoneInfo) -> Known:
    if memory.predicate not in PREDICATES or not memory.value:
        said = second_person(memory.text)
        fact = Fact(memory.pk, SELF, SELF, "note", said, memory.said_at, until=memory.valid_to)
        return Known(fact, said, memory.valid_to is not None)
    fact = at_time(fact_of(memory, zone, name=name), now, zone, birthday=birthday)
    ended = memory.valid_to is not None and memory.valid_to <= now
    gone = memory.happens_until is not None and memory.happens_until <= now
    # The stored sentence of what is over says until when, in the person's words.
    said = told(memory, now=now, zone=zone, to_person=True, name=name, birthday=birthday)
    return Known(fact, second_person(memory.text if ended else said), ended or gone)


def known_of_facts(facts: Iterable[Fact], now: datetime, zone: ZoneInfo) -> list[Known]:
    """Return heard facts as they are worded at a time."""
    listed = list(facts)
    names = {fact.entity: fact.value for fact in listed if fact.predicate == "name"}
    return [of_fact(replace(fact, name=names.get(fact.entity, "")), now, zone) for fact in listed]


def of_fact(fact: Fact, now: datetime, zone: ZoneInfo, *, until: str = "") -> Known:
    """Return a fact as it is worded at a given time.

    Args:
        until: when it ended, as "until 2019".
    """
    gone = fact.when is not None and fact.when.ends(zone) <= now
    over = fact.until is not None or gone
    said = sentence(
        fact.subject,
        fact.predicate,
        fact.value,
        name=fact.name,
        thing=fact.thing,
        verb=fact.verb,
        when=fact.when,
        until="" if gone else until,
        over=over,
        to_person=True,
    )
    return Known(fact, second_person(said), over)


def after(facts: Sequence[Known], changes: Changes, now: datetime, zone: ZoneInfo) -> list[Known]:
    """Return what is known once a message was heard."""
    ended = {one.fact.key: one for one in changes.ended}
    kept: list[Known] = []
    for known in facts:
        end = ended.get(known.fact.key)
        if end is None:
            kept.append(known)
        elif end.why is not Why.CORRECTED:
            past = replace(known.fact, until=end.at)
            kept.append(of_fact(past, now, zone, until=end.until))
    names = {one.fact.entity: one.fact.name for one in kept if one.fact.name}
    for added in changes.added:
        fact = replace(added.fact, name=added.fact.name or names.get(added.fact.entity, ""))
        kept.append(of_fact(fact, now, zone, until=added.until))
    return kept


def lowered(text: str) -> str:
    """Return a sentence for the middle of another one: "You live" as "you live"."""
    return text[:1].lower() + text[1:] if text.startswith(("You", "Your")) else text


def day_of(when: When | None) -> str:
    """Return a plan's day in words; empty if it has none."""
    return when.said() if when else ""
