"""What a report says, and what is withheld from a server's report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import TypeVar

from memories.analytics.base import FigureKind, Figures, Question, Tally
from memories.analytics.people import Shown

K = TypeVar("K")

TOO_FEW = "Fewer than {} people have spoken here, so only the total is shown."


@dataclass(frozen=True, slots=True)
class Count:
    """How many memories have something in common."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Mood:
    """How many memories of a month have an emotion."""

    month: str
    emotion: str
    count: int


@dataclass(frozen=True, slots=True)
class Growth:
    """How many memories came in a month, and how many there were at its end."""

    month: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Often:
    """A memory that was recalled often."""

    text: str
    count: int
    at: str


@dataclass(frozen=True, slots=True)
class FiguresReport:
    """Figures of one view. Names are in the order of their counts, equal ones by name.

    Args:
        of: id of the person or server, as a string; empty for the console.
        engine: who counted: "elasticsearch" or "database".
        people: how many people the memories are of; None if it is one's own report.
        days: of the last year, as 2025-03-01, without those on which nothing was said.
        hours: of the last year: memories said in each hour of the day, 24 numbers.
        words: those more frequent there than elsewhere, the most significant first, with their
            counts in the view. Scores are not told: they would tell what others talk about.
        most_recalled: from the database with either engine: it changes with every reply.
        notes: what is missing, or not exact.
    """

    kind: FigureKind
    of: str
    engine: str
    at: str
    zone: str
    total: int
    people: int | None
    days: list[Count]
    hours: list[int]
    kinds: list[Count]
    categories: list[Count]
    moods: list[Mood]
    words: list[Count]
    most_recalled: list[Often]
    growth: list[Growth]
    notes: list[str]

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to count."""
        return self.total == 0


def report(question: Question, figures: Figures, shown: Shown, *, engine: str) -> FiguresReport:
    """Return what may be reported of the counts."""
    view = question.view
    notes = list(figures.notes)
    if question.people is not None and len(question.people) < view.least_people:
        figures, shown = Figures(total=figures.total), Shown(people=None)
        notes = [TOO_FEW.format(view.least_people)]
    least = view.least_people
    return FiguresReport(
        kind=view.kind,
        of="" if view.of is None else str(view.of),
        engine=engine,
        at=question.now.astimezone(question.zone).isoformat(timespec="seconds"),
        zone=question.zone.key,
        total=figures.total,
        people=shown.people,
        days=[Count(f"{day}", count) for day, count in sorted(figures.days.items())],
        hours=[figures.hours[hour] for hour in range(24)],
        kinds=_named(figures.kinds),
        categories=_named(_shared(figures.categories, least)),
        moods=[
            Mood(month, emotion, count)
            for (month, emotion), count in sorted(_shared(figures.moods, least).items())
        ],
        words=[Count(word, count) for word, count in shown.words],
        most_recalled=[
            Often(text, count, _day(at, question)) for text, count, at in shown.recalled
        ],
        growth=_growth(figures),
        notes=notes,
    )


def _shared(tallies: Mapping[K, Tally], least: int) -> dict[K, int]:
    """Return the counts that enough people share."""
    return {key: tally.count for key, tally in tallies.items() if tally.people >= least}


def _named(counts: Mapping[str, int]) -> list[Count]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Count(name, count) for name, count in ordered]


def _growth(figures: Figures) -> list[Growth]:
    months = sorted(figures.growth)
    totals = accumulate(figures.growth[month] for month in months)
    return [
        Growth(month, figures.growth[month], total)
        for month, total in zip(months, totals, strict=True)
    ]


def _day(at: datetime | None, question: Question) -> str:
    return "" if at is None else f"{at.astimezone(question.zone).date()}"
