"""What it takes to load the memories of one person who has very many, and what others notice."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from asgiref.sync import async_to_sync

from bench.memories.growth import recall_by
from bench.memories.synthetic import Talk, fill_owner
from bench.registry import Row, benchmark, percentile, resident_megabytes, tell
from memories.access import Scope
from memories.evaluation.database import temporary_database
from memories.index.local import LocalIndex
from whisper.environment import environment
from whisper.processes import garbage_collection

LARGE, OTHERS, MEMORIES_OF_EACH = 200_000, 20, 500
RECALLS = 300
LOCAL_MEGABYTES = 2048


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured.

    Args:
        first: milliseconds of the person's first recall, among the latest memories.
        loading: seconds until all memories are searched.
        megabytes: how much the process grew.
        before: milliseconds of others' recalls while nothing is loaded.
        meanwhile: the same while the person's memories are loaded.
        own: milliseconds of the person's recalls once they are.
    """

    first: float
    loading: float
    megabytes: float
    before: Sequence[float]
    meanwhile: Sequence[float]
    own: Sequence[float]


@benchmark("large")
def measure_large(scale: float) -> Sequence[Row]:
    """Measure the first recall of a person with very many memories, and others' meanwhile."""
    count, recalls = max(round(LARGE * scale), 1), max(round(RECALLS * scale), 10)
    talk = Talk()
    room, environment.memory_index_megabytes = environment.memory_index_megabytes, LOCAL_MEGABYTES
    try:
        with temporary_database():
            tell(f"{count:,} memories of one person are made up …")
            for other in range(OTHERS):
                fill_owner(talk, other, MEMORIES_OF_EACH)
            fill_owner(talk, OTHERS, count)
            figures = async_to_sync(_measure)(talk, recalls)
    finally:
        environment.memory_index_megabytes = room
    return _rows(figures, count)


async def _measure(talk: Talk, recalls: int) -> Figures:
    index = LocalIndex()

    async def ask(owner: int) -> float:
        return await recall_by(index, f"what about {talk.text(6)}?", owner)

    for other in range(OTHERS):
        await ask(other)
    garbage_collection.settle()
    before = [await ask(number % OTHERS) for number in range(recalls)]
    held, began = resident_megabytes(), time.perf_counter()
    first = await ask(OTHERS)
    meanwhile: list[float] = []
    while not index.loaded().get(Scope.direct(OTHERS).partition_keys[0]):
        meanwhile.append(await ask(len(meanwhile) % OTHERS))
    loading, grown = time.perf_counter() - began, resident_megabytes() - held
    own = [await ask(OTHERS) for _ in range(recalls)]
    return Figures(first, loading, grown, before, meanwhile, own)


def _rows(figures: Figures, count: int) -> list[Row]:
    def row(what: str, told: str) -> Row:
        return Row(what, {"local": told})

    rows = [
        row(f"milliseconds of the first recall of {count:,} memories", f"{figures.first:.0f}"),
        row("seconds until all of them are searched", f"{figures.loading:.1f}"),
        row("megabytes that they take", f"{figures.megabytes:,.0f}"),
        row("milliseconds a recall among all of them", _middle_and_most(figures.own)),
        row("milliseconds a recall of others, before", _middle_and_most(figures.before)),
    ]
    if figures.meanwhile:
        told = _middle_and_most(figures.meanwhile)
        rows.append(row("the same, while they are loaded", told))
    return rows


def _middle_and_most(times: Sequence[float]) -> str:
    return f"p50 {percentile(times, 0.5):.1f}, p95 {percentile(times, 0.95):.1f}"
