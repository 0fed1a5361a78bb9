"""What is counted for the page of analytics; `sharing.py` counts what could tell of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth

from botrunner.console.analytics import sharing
from botrunner.console.analytics.period import Period, day_of
from memories.models import Memory, Message
from memories.queries import names_of_places
from profiles.models import Profile

# Months of people that are followed, this one included.
COHORTS = 6
MOST_SERVERS = 50


@dataclass(slots=True)
class Step:
    """What happened in a step."""

    said: int = 0
    replies: int = 0
    people: int = 0
    new: int = 0
    memories: int = 0


@dataclass(frozen=True, slots=True)
class Cohort:
    """People who were first seen in a month.

    Args:
        active: of the month itself and each one since, how many of them talked.
    """

    month: date
    size: int
    active: Sequence[int]


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """What happened in a server, and in the time before."""

    guild_id: int
    name: str
    said: int
    said_before: int
    people: int


@dataclass(slots=True)
class Figures:
    """All that the page shows.

    Args:
        steps, before: by the first day of each step, of the period and of the one before.
        people_at_first, memories_at_first: how many there were before the period.
        moods: by the first day of each month, and emotion.
        topics: of each category of facts how many are of the period, and of the one before.
        hours: messages by weekday (1 is Monday) and hour.
        too_few: whether people talked, but in no month enough of them to show hours.
    """

    steps: dict[date, Step]
    before: dict[date, Step]
    people_at_first: int = 0
    memories_at_first: int = 0
    moods: dict[date, dict[str, int]] = field(default_factory=dict)
    topics: dict[str, tuple[int, int]] = field(default_factory=dict)
    hours: dict[tuple[int, int], int] = field(default_factory=dict)
    cohorts: list[Cohort] = field(default_factory=list)
    servers: list[ServerFigures] = field(default_factory=list)
    too_few: bool = False


def figures(period: Period, guild_id: int | None) -> Figures:
    """Return the figures of a server, or of all that is said."""
    before = period.before
    found = Figures({day: Step() for day in period.steps}, {day: Step() for day in before.steps})
    said = Message.objects.all() if guild_id is None else Message.objects.filter(guild_id=guild_id)
    _count_messages(found, said, period, before)
    _count_growth(found, said, period, before, guild_id)
    found.moods = sharing.moods(period, guild_id)
    found.topics = sharing.topics(period, before, guild_id)
    found.hours = sharing.hours(period, guild_id)
    found.too_few = not found.hours and any(step.said for step in found.steps.values())
    found.cohorts = _cohorts(said, period.last)
    if guild_id is None:
        found.servers = _servers(period, before)
    return found


def _count_messages(
    found: Figures, said: QuerySet[Message], period: Period, before: Period
) -> None:
    rows = said.filter(sent_at__gte=before.since, sent_at__lt=period.until)
    by_step = rows.annotate(step=period.truncated("sent_at")).values("step").order_by()
    of_people = Q(from_companion=False)
    counted = by_step.annotate(
        said=Count("pk", filter=of_people),
        replies=Count("pk", filter=~of_people),
        people=Count("person_id", distinct=True, filter=of_people),
    )
    for row in counted:
        step = _step(found, row["step"])
        step.said, step.replies, step.people = row["said"], row["replies"], row["people"]


def _count_growth(
    found: Figures,
    said: QuerySet[Message],
    period: Period,
    before: Period,
    guild_id: int | None,
) -> None:
    memories = Memory.objects.all()
    if guild_id is None:
        people = Profile.objects.exclude(first_interaction=None)
        found.people_at_first = people.filter(first_interaction__lt=period.since).count()
        for step, count in _by_step(people, "first_interaction", period, before):
            _step(found, step).new = count
    else:
        memories = memories.filter(guild_id=guild_id)
        spoke = said.filter(from_companion=False, person_id__isnull=False)
        for first in spoke.values("person_id").annotate(at=Min("sent_at")).values_list("at"):
            _note_first(found, day_of(first[0]), period)
    found.memories_at_first = memories.filter(said_at__lt=period.since).count()
    for step, count in _by_step(memories, "said_at", period, before):
        _step(found, step).memories = count


def _note_first(found: Figures, day: date, period: Period) -> None:
    if day < period.steps[0]:
        found.people_at_first += 1
    steps = {**found.before, **found.steps}
    begun = [step for step in steps if step <= day]
    if begun and day <= period.last:
        steps[max(begun)].new += 1


def _by_step(rows: QuerySet[Any], name: str, period: Period, before: Period) -> QuerySet[Any, Any]:
    within = rows.filter(**{f"{name}__gte": before.since, f"{name}__lt": period.until})
    by_step = within.annotate(step=period.truncated(name)).values_list("step").order_by()
    return by_step.annotate(count=Count("*"))


def _step(found: Figures, at: Any) -> Step:
    day = day_of(at)
    return found.steps.get(day) or found.before.get(day) or Step()


def _cohorts(said: QuerySet[Message], last: date) -> list[Cohort]:
    """Return who of the people first seen in each of the last months still talks."""
    months = [last.replace(day=1)]
    while len(months) < COHORTS:
        months.insert(0, _month_before(months[0]))
    first = Profile.objects.filter(person_id=OuterRef("person_id")).values("first_interaction")
    since = Period(months[0], last).since
    rows = said.filter(from_companion=False, sent_at__gte=since).order_by()
    met = rows.annotate(met=Subquery(first[:1])).filter(met__gte=since)
    by_month = met.annotate(cohort=TruncMonth("met"), month=TruncMonth("sent_at"))
    counted = by_month.values_list("cohort", "month").annotate(
        people=Count("person_id", distinct=True)
    )
    active = {(day_of(one), day_of(other)): people for one, other, people in counted}
    sizes = by_month.values_list("cohort").annotate(people=Count("person_id", distinct=True))
    size_of = {day_of(one): people for one, people in sizes}
    return [
        Cohort(month, size_of[month], [active.get((month, one), 0) for one in months[number:]])
        for number, month in enumerate(months)
        if size_of.get(month)
    ]


def _month_before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def _servers(period: Period, before: Period) -> list[ServerFigures]:
    rows = Message.objects.filter(
        from_companion=False,
        guild_id__isnull=False,
        sent_at__gte=before.since,
        sent_at__lt=period.until,
    )
    now = Q(sent_at__gte=period.since)
    counted = list(
        rows.values("guild_id")
        .order_by()
        .annotate(
            said=Count("pk", filter=now),
            said_before=Count("pk", filter=~now),
            people=Count("person_id", distinct=True, filter=now),
        )
        .order_by("-said", "guild_id")[:MOST_SERVERS]
    )
    names = names_of_places(row["guild_id"] for row in counted)
    return [ServerFigures(name=_name(row["guild_id"], names), **row) for row in counted]


def _name(guild_id: int, names: Mapping[int, str]) -> str:
    return names.get(guild_id, str(guild_id))
