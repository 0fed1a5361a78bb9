"""Facts between their rows in the database and the ledger; nothing here reads or writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from memories.facts.ageing import at_time, is_out_of_date
from memories.facts.dates import When
from memories.facts.ledger import Fact
from memories.facts.predicates import PREDICATES
from memories.facts.wording import sentence, until_words

if TYPE_CHECKING:
    from memories.models import Memory


def fact_of(memory: Memory, zone: ZoneInfo, *, name: str = "", narrow: bool = False) -> Fact:
    """Return the fact in a row.

    Args:
        zone: of whom it is, for the day of a plan.
        name: what its subject is called, where known.
        narrow: as in `Fact`.
    """
    favourite = memory.predicate == "favourite"
    return Fact(
        memory.pk,
        memory.entity,
        memory.subject,
        memory.predicate,
        memory.value,
        memory.said_at,
        thing=memory.qualifier if favourite else "",
        verb="" if favourite else memory.qualifier,
        name=name,
        when=when_of(memory, zone),
        until=memory.valid_to,
        confidence=memory.confidence,
        narrow=narrow,
    )


def when_of(memory: Memory, zone: ZoneInfo) -> When | None:
    """Return when the plan in a row takes place."""
    if memory.happens_at is None:
        return None
    begins = memory.happens_at.astimezone(zone)
    ends = (memory.happens_until or memory.happens_at).astimezone(zone)
    last = max(begins.date(), (ends - timedelta(microseconds=1)).date())
    clock = begins.time() if begins.time() != datetime.min.time() else None
    return When(begins.date(), last, clock)


def present_text(memory: Memory, *, name: str = "") -> str:
    """Return a row's fact as a sentence of the present; empty if its parts are not stored."""
    if memory.predicate not in PREDICATES or not memory.value:
        return ""
    fact = fact_of(memory, ZoneInfo("UTC"), name=name)
    return replace(fact, until=None).text()


def past_text(memory: Memory, *, name: str = "") -> str:
    """Return an ended fact's row as a sentence that says until when it held."""
    fact = fact_of(memory, ZoneInfo("UTC"), name=name)
    return fact.text(until=until_words(memory.valid_to, None) if memory.valid_to else "")


def told(
    memory: Memory,
    *,
    now: datetime,
    zone: ZoneInfo,
    to_person: bool = False,
    name: str = "",
    birthday: str = "",
) -> str:
    """Return a row's fact as it is worded now: past plans and what is over in the past tense.

    An age follows the birthday. A fact that may be out of date is given with its date:
    "They were between jobs in March 2023."

    Args:
        now: the time of telling.
        to_person: whether it is said to the person ("you"), not of them ("they").
        name: what its subject is called, where known.
        birthday: its subject's, where known.

    A plan reads "They had an exam on Thursday, 5 March 2026." from the day after.
    """
    if memory.predicate not in PREDICATES or not memory.value:
        return memory.text
    fact = at_time(fact_of(memory, zone, name=name), now, zone, birthday=birthday)
    old = is_out_of_date(fact, now)
    gone = memory.happens_until is not None and memory.happens_until <= now
    ended = memory.valid_to is not None and memory.valid_to <= now
    until = until_words(memory.valid_to, None) if ended and not gone else ""
    if old:
        until = f"in {fact.since.astimezone(zone):%B %Y}"
    return sentence(
        fact.subject,
        fact.predicate,
        fact.value,
        name=name,
        thing=fact.thing,
        verb=fact.verb,
        when=fact.when,
        until=until,
        over=gone or ended or old,
        to_person=to_person,
    )


def told_today(memories: Sequence[Memory], now: datetime, zone: ZoneInfo) -> dict[UUID, str]:
    """Return the sentences of current facts of one person as they are told at a time, by id.

    The stored sentence stands wherever time has not changed it: it may have been corrected.

    Args:
        zone: of the person.
    """
    birthdays = birthdays_of(memories)
    texts: dict[UUID, str] = {}
    for memory in memories:
        birthday = birthdays.get(memory.entity, "")
        then, today = (
            told(memory, now=at, zone=zone, birthday=birthday) for at in (memory.said_at, now)
        )
        texts[memory.pk] = memory.text if then == today else today
    return texts


def birthdays_of(memories: Iterable[Memory]) -> dict[str, str]:
    """Return the birthdays that hold among a person's facts, by whose they are."""
    return {
        row.entity: row.value
        for row in memories
        if row.predicate == "birthday" and row.valid_to is None
    }
