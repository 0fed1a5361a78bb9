"""What reports take from the record whoever counts: who agrees, their names, what was recalled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from memories.analytics.base import Kind, Question, View
from memories.index.words import counted_terms
from memories.models import Memory
from memories.queries import current, in_places
from memories.visibility import Fields
from profiles.models import Profile
from profiles.queries import who_agree

MOST_RECALLED = 10


@dataclass(frozen=True, slots=True)
class Shown:
    """What a report takes from the record.

    Args:
        people: how many people the memories are of; None where it is one's own report.
        names: terms of people's names, which no server's report tells.
        recalled: text, count and last time of what was recalled most.
    """

    people: int | None
    names: frozenset[str] = frozenset()
    recalled: Sequence[tuple[str, int, datetime | None]] = ()


def counted(places: Sequence[Fields], now: datetime) -> QuerySet[Memory]:
    """Return the memories of some places that are still true."""
    return Memory.objects.filter(in_places(places), current(now)).order_by()


def question_on(view: View, now: datetime) -> Question:
    """Return the question whose memories engines have to count."""
    question = Question(view, now, ZoneInfo(settings.TIME_ZONE))
    if view.kind is not Kind.SERVER:
        return question
    return Question(view, now, question.zone, who_agree(_owners(question)))


def shown(question: Question) -> Shown:
    """Return what a report tells beside what is counted."""
    view = question.view
    rows = counted(view.places, question.now)
    if view.kind is Kind.PERSON:
        return Shown(None, recalled=_most_recalled(rows))
    if view.kind is Kind.CONSOLE:
        people = rows.exclude(owner_id=None).values("owner_id").distinct().count()
        return Shown(people, recalled=_most_recalled(rows))
    # What a person said is told to nobody else: of a server the facts that it shares.
    recalled = _most_recalled(rows.filter(owner_id=None))
    return Shown(len(question.people or ()), _names(question), recalled)


def _owners(question: Question) -> QuerySet[Memory, int | None]:
    """Return whose memories there are in the places of a server's view."""
    rows = counted(question.view.places, question.now).exclude(owner_id=None)
    if question.until is not None:
        rows = rows.filter(said_at__lt=question.until)
    return rows.values_list("owner_id", flat=True).distinct()


def _names(question: Question) -> frozenset[str]:
    """Return the terms of the names of everybody who was heard in the places of a view."""
    profiles = Profile.objects.filter(discord_id__in=_owners(question))
    speakers = counted(question.view.places, question.now).values_list("speaker", flat=True)
    names = [name for pair in profiles.values_list("name", "preferred_name") for name in pair]
    return frozenset(
        term for name in (*names, *speakers.distinct()) for term in counted_terms(name)
    )


def _most_recalled(rows: QuerySet[Memory]) -> list[tuple[str, int, datetime | None]]:
    ordered = rows.filter(recall_count__gt=0).order_by("-recall_count", "-recalled_at", "pk")
    return list(ordered.values_list("text", "recall_count", "recalled_at")[:MOST_RECALLED])
