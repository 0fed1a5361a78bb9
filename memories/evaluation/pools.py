"""The pools of a set of questions: asked of the index once, scored as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from asgiref.sync import async_to_sync
from django.utils import timezone

from memories.access import Scope
from memories.actions import remember_all
from memories.evaluation.database import temporary_database
from memories.evaluation.measure import (
    DEPTHS,
    OVERALL,
    Case,
    Person,
    Progress,
    Score,
    in_order,
    settled,
)
from memories.index import memory_index
from memories.index.pool import Pool
from memories.recall import CANDIDATES, explain, query_for
from memories.recall.weights import SAME_SESSION, Weights


@dataclass(frozen=True, slots=True)
class AskedPool:
    """A question, and what the index proposed for it.

    Args:
        origins: where each memory of the person comes from, by id.
    """

    case: Case
    pool: Pool
    origins: dict[UUID, str]


def pools_of(
    people: Sequence[Person], progress: Progress = lambda _: None
) -> list[list[AskedPool]]:
    """Return the pools of each person's questions, by the engine of this process."""
    found = []
    with temporary_database():
        for person in people:
            progress(f"{len(person.drafts)} memories, {len(person.cases)} queries")
            remember_all(person.drafts)
            found.append(async_to_sync(_ask)(person))
    return found


async def _ask(person: Person) -> list[AskedPool]:
    origins = await settled(person)
    scope = Scope.direct(person.person_id)
    return [
        AskedPool(
            case,
            await memory_index().pool(await query_for(case.query, scope), scope, limit=CANDIDATES),
            origins,
        )
        for case in person.cases
    ]


def scored(asked: Iterable[AskedPool], by: Weights) -> dict[str, Score]:
    """Return the score of each category and of all together under some weights."""
    scores: dict[str, Score] = {}
    now = timezone.now()
    for one in asked:
        told = explain(one.pool, k=max(DEPTHS), now=now, by=by).found
        found = [one.origins[memory.entry.id] for memory in told]
        for name in (one.case.category, OVERALL):
            scores.setdefault(name, Score()).add(one.case, found)
    return in_order(scores)


def without_each(asked: Sequence[AskedPool], by: Weights) -> Iterator[tuple[str, dict[str, Score]]]:
    """Yield each feature's name with the scores that are reached without it."""
    for name in (*by.question, SAME_SESSION):
        yield name, scored(asked, by.without(name))
