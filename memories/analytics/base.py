"""What figures of memories can be asked for, and how they are reported.

They count what is remembered now: nothing hidden, and nothing that is no longer true.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from memories.access import Fields, Scope, own_places, public_places

# A server's report shows a mood, a category or a word only if this many people share it.
LEAST_PEOPLE = 5
# A word in fewer memories is not significant.
LEAST_MEMORIES = 3
# Days and hours are those of the last year, and the console's words those of the last month.
YEAR, MONTH = timedelta(days=365), timedelta(days=30)
# What is not hidden, whosever it is: the console's figures, and what words are compared with.
EVERYWHERE: tuple[Fields, ...] = ({"hidden": False},)


class FigureKind(StrEnum):
    """Whose figures they are."""

    PERSON = "person"
    SERVER = "server"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class View:
    """Whose memories are counted.

    Args:
        places: a memory is counted where one of these holds in all fields.
        of: id of the person or server; None for the console.
    """

    kind: FigureKind
    places: Sequence[Fields]
    of: int | None = None

    @classmethod
    def person(cls, scope: Scope) -> View:
        """Return the view of a person on their own memories that may be shown in a scope."""
        return cls(FigureKind.PERSON, own_places(scope), scope.person_id)

    @classmethod
    def server(cls, guild_id: int) -> View:
        """Return the view of all on what was said in a server's public channels."""
        return cls(FigureKind.SERVER, public_places(guild_id), guild_id)

    @classmethod
    def console(cls) -> View:
        """Return the view of those who run the companion on all that is remembered."""
        return cls(FigureKind.CONSOLE, EVERYWHERE)

    @property
    def least_people(self) -> int:
        """Return how many people must share what is reported."""
        return LEAST_PEOPLE if self.kind is FigureKind.SERVER else 0

    @property
    def least_memories(self) -> int:
        """Return how many memories must hold a word."""
        return max(LEAST_MEMORIES, self.least_people)


@dataclass(frozen=True, slots=True)
class Question:
    """A view at a time, as engines take it.

    Args:
        zone: of days, hours and months.
        people: whose memories count besides those without an owner; None for everyone's.
        until: before when something must have been said to be counted; None for no limit.
    """

    view: View
    now: datetime
    zone: ZoneInfo
    people: frozenset[int] | None = None
    until: datetime | None = None

    def counts(self, person_id: int | None) -> bool:
        """Return whether memories of a person (None: without an owner) count."""
        return self.people is None or person_id is None or person_id in self.people

    @property
    def first_day(self) -> date:
        """Return the first day that days and hours are counted of."""
        return (self.now - YEAR).astimezone(self.zone).date()

    @property
    def since(self) -> datetime:
        """Return when that day begins."""
        return self.midnight(self.first_day)

    @property
    def today(self) -> datetime:
        """Return when the day of the question began."""
        return self.midnight(self.now.astimezone(self.zone).date())

    def midnight(self, day: date) -> datetime:
        """Return when a day begins."""
        return datetime.combine(day, time(), self.zone)

    @property
    def words_since(self) -> datetime | None:
        """Return from when on words are compared with those of all memories."""
        return self.now - MONTH if self.view.kind is FigureKind.CONSOLE else None


@dataclass(slots=True)
class Tally:
    """A count, and of how many people: exact up to `LEAST_PEOPLE`, and 0 if nobody asks."""

    count: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A word, and in how many memories of the view and of all it stands.

    Args:
        score: how much more often it occurs there than elsewhere, 0 or more.
    """

    term: str
    count: int
    everywhere: int
    people: int
    score: float


@dataclass(slots=True)
class Figures:
    """What an engine counts, all of it exact unless a note says otherwise.

    Args:
        days, hours: of the last year; hours from 0 to 23.
        moods: by month, as 2025-03, and emotion.
        growth: memories by the month in which they came into the database.
        words: in any order, all that occur there more often than elsewhere.
    """

    total: int = 0
    days: Counter[date] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    categories: Mapping[str, Tally] = field(default_factory=dict)
    moods: Mapping[tuple[str, str], Tally] = field(default_factory=dict)
    growth: Counter[str] = field(default_factory=Counter)
    words: Collection[Word] = ()
    notes: list[str] = field(default_factory=list)
