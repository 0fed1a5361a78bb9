"""Recall a set of queries over memories made for it, and count what was found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync

from memories.access import Scope
from memories.actions import MemoryDraft, remember_all
from memories.embeddings import EmbeddingError, embedder
from memories.evaluation.database import temporary_database
from memories.index import copied_index, memory_index
from memories.models import Memory
from memories.recall import recall
from whisper import outbox
from whisper.database.access import in_database
from whisper.evaluations import SetError

DEPTHS = (5, 10, 20)
OVERALL = "overall"
# Standard deviations on each side of an interval that holds the true value 95 times in 100.
DEVIATIONS = 1.96


@dataclass(frozen=True, slots=True)
class Case:
    """One query, and the origins of the memories that should come to mind."""

    query: str
    category: str
    wanted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """One person's memories and the queries about them; each draft has an origin."""

    person_id: int
    drafts: Sequence[MemoryDraft]
    cases: Sequence[Case]


@dataclass(slots=True)
class Score:
    """Recall of one category: the mean share of the wanted that was found, by depth."""

    queries: int = 0
    found: dict[int, float] = field(default_factory=lambda: dict.fromkeys(DEPTHS, 0.0))
    squares: dict[int, float] = field(default_factory=lambda: dict.fromkeys(DEPTHS, 0.0))

    def add(self, case: Case, origins: Sequence[str]) -> None:
        """Count one query, given the origins of what was recalled, best first."""
        self.queries += 1
        for depth in DEPTHS:
            share = len(case.wanted.intersection(origins[:depth])) / len(case.wanted)
            self.found[depth] += share
            self.squares[depth] += share * share

    def include(self, other: Score) -> None:
        """Count all queries of another score too."""
        self.queries += other.queries
        for depth in DEPTHS:
            self.found[depth] += other.found[depth]
            self.squares[depth] += other.squares[depth]

    def percent(self, depth: int) -> float:
        """Return the recall at a depth, 0 to 100."""
        return round(100 * self.found[depth] / self.queries, 1) if self.queries else 0.0

    def interval(self, depth: int) -> tuple[float, float]:
        """Return the 95 % interval of the recall at a depth, each end 0 to 100.

        A query may find a part of what is wanted, so it comes from the spread of the shares, with
        half a query more of each kind so that it is never empty.
        """
        if not self.queries:
            return 0.0, 100.0
        number = self.queries + 1
        mean = (self.found[depth] + 0.5) / number
        variance = max((self.squares[depth] + 0.5) / number - mean * mean, 0.0)
        reach = DEVIATIONS * sqrt(variance / number)
        low, high = (100 * min(1.0, max(0.0, mean + side * reach)) for side in (-1, 1))
        return round(low, 1), round(high, 1)


Progress = Callable[[str], None]


def measure(people: Sequence[Person], progress: Progress = lambda _: None) -> dict[str, Score]:
    """Return the score of each category and of all queries together.

    Memories and queries take the usual way, in a separate database: actions, outbox,
    index, ranking.
    """
    scores: dict[str, Score] = {}
    with temporary_database():
        for person in people:
            progress(f"{len(person.drafts)} memories, {len(person.cases)} queries")
            remember_all(person.drafts)
            async_to_sync(_measure)(person, scores)
    return in_order(scores)


async def settled(person: Person) -> dict[UUID, str]:
    """Let the index take in what a person said; return where each memory comes from, by id.

    Raises:
        SetError: there is no embedder, so that nothing would be measured.
    """
    await asyncio.to_thread(_require_embedder)
    while await outbox.drain():
        pass
    copy = copied_index()
    if copy is not None:
        await copy.refresh()
    await memory_index().prepare(Scope.direct(person.person_id), whole=True)
    return await in_database(_origins, person.person_id)


def _require_embedder() -> None:
    try:
        embedder()
    except EmbeddingError as error:
        raise SetError(str(error)) from error


async def _measure(person: Person, scores: dict[str, Score]) -> None:
    origins = await settled(person)
    for case in person.cases:
        told = await recall(case.query, Scope.direct(person.person_id), k=max(DEPTHS))
        found = [origins[memory.entry.id] for memory in told]
        for name in (case.category, OVERALL):
            scores.setdefault(name, Score()).add(case, found)


def _origins(person_id: int) -> dict[UUID, str]:
    return dict(Memory.objects.filter(person_id=person_id).values_list("pk", "origin"))


def in_order(scores: Mapping[str, Score]) -> dict[str, Score]:
    """Return scores by category, and those of all together last."""
    return dict(sorted(scores.items(), key=lambda item: (item[0] == OVERALL, item[0])))


def report(scores: Mapping[str, Score]) -> dict[str, dict[str, Any]]:
    """Return the scores as JSON shows them."""
    return {
        name: {"queries": score.queries}
        | {f"recall@{depth}": score.percent(depth) for depth in DEPTHS}
        | {"intervals": {f"recall@{depth}": score.interval(depth) for depth in DEPTHS}}
        for name, score in scores.items()
    }
