"""Read the facts that a reply should always know."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone

from memories.access import Scope
from memories.facts.predicates import Category
from memories.facts.queries import zone_of_person
from memories.facts.stored import told_today
from memories.index.base import Entry
from memories.models import Memory
from memories.queries.remembered import memories_of

_ALWAYS = {
    theme.value: number
    for number, theme in enumerate(
        (
            Category.NAME,
            Category.BIRTHDAY,
            Category.FAMILY,
            Category.PET,
            Category.HOME,
            Category.WORK,
            Category.HEALTH,
            Category.PLAN,
            Category.DISLIKE,
            Category.LIKE,
        )
    )
}


def known_facts(scope: Scope, *, limit: int, zone: ZoneInfo | None = None) -> list[Entry]:
    """Return the facts about a person that a reply should always know, most important first.

    What is pinned comes first, then who they are, their people, home, work, health and next plans;
    the newest fact of a theme leads it, the next plan its plans. What else they like or once
    mentioned comes last: recall finds it when the talk touches it. A plan that has gone by is left
    out. Ages are those of today, and a fact that may be out of date is given with its date.

    Args:
        zone: in which the person's days are counted, if their profile has been read already.
    """
    now = timezone.now()
    visible = memories_of(scope, kinds=[Memory.Kind.USER_FACT])
    facts = [fact for fact in visible if fact.happens_until is None or fact.happens_until > now]
    facts.sort(key=lambda fact: fact.said_at, reverse=True)
    facts.sort(key=_telling_order)
    facts.sort(key=lambda fact: not fact.pinned)
    texts = told_today(facts, now, zone or zone_of_person(scope.person_id))
    return [Entry.of(fact)._replace(text=texts[fact.pk]) for fact in facts[:limit]]


def _telling_order(fact: Memory) -> tuple[int, bool, float]:
    """Return where a fact stands among those of a person; equal ones follow each other by time."""
    happens = fact.happens_at.timestamp() if fact.happens_at else 0.0
    return _ALWAYS.get(fact.category, len(_ALWAYS)), not fact.slot, happens
