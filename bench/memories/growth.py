"""How much longer a recall takes of a person who has said more."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from asgiref.sync import async_to_sync
from django.utils import timezone

from bench.memories.engines import (
    ELASTICSEARCH,
    LOCAL,
    WithoutFallback,
    elasticsearch_answers,
    fill,
)
from bench.memories.synthetic import Talk, fill_owner
from bench.registry import Row, benchmark, percentile, tell
from memories.access import Scope
from memories.embeddings import embedder
from memories.evaluation.database import temporary_database
from memories.index.base import MemoryIndex
from memories.index.elasticsearch.names import read_alias
from memories.index.elasticsearch.temporary import temporary_index
from memories.index.elasticsearch.upkeep import merge
from memories.index.local import LocalIndex
from memories.recall import CANDIDATES, explain, query_for
from whisper.environment import environment
from whisper.processes import garbage_collection

SIZES = 2_000, 10_000, 20_000
ROUNDS, FIRST_ROUNDS = 200, 10
LOCAL_MEGABYTES = 1024
MOST_GROWTH = 2.0

Times = Mapping[tuple[str, int], Sequence[float]]


@benchmark("growth")
def measure_growth(scale: float) -> Sequence[Row]:
    """Measure recall with embedding of people with few and many memories, turn by turn."""
    sizes = [max(round(size * scale), 10) for size in SIZES]
    talk = Talk()
    room, environment.memory_index_megabytes = environment.memory_index_megabytes, LOCAL_MEGABYTES
    try:
        with temporary_database():
            for owner, size in enumerate(sizes):
                fill_owner(talk, owner, size)
            with _indices() as indices:
                times = async_to_sync(_measure)(
                    talk, indices, len(sizes), max(round(ROUNDS * scale), 5)
                )
    finally:
        environment.memory_index_megabytes = room
    return _rows(times, list(indices), sizes)


async def recall_by(index: MemoryIndex, text: str, owner: int) -> float:
    """Recall what a text brings to mind, as a reply does; return the milliseconds it took."""
    scope = Scope.direct(owner)
    began = time.perf_counter()
    query = await query_for(text, scope, index)
    explain(await index.pool(query, scope, limit=CANDIDATES), k=10, now=timezone.now())
    return (time.perf_counter() - began) * 1000


@contextmanager
def _indices() -> Iterator[dict[str, MemoryIndex]]:
    """Yield the engines that can be reached here by name, filled."""
    if not async_to_sync(elasticsearch_answers)():
        tell("Elasticsearch does not answer at ELASTICSEARCH_URL: left out.")
        yield {LOCAL: LocalIndex()}
        return
    with temporary_index(embedder().model, embedder().dimension):
        external = WithoutFallback()
        fill(external, ELASTICSEARCH)
        async_to_sync(merge)(read_alias())
        yield {LOCAL: LocalIndex(), ELASTICSEARCH: external}


async def _measure(
    talk: Talk, indices: Mapping[str, MemoryIndex], owners: int, rounds: int
) -> Times:
    times = defaultdict(list)
    for owner in range(owners):
        await indices[LOCAL].prepare(Scope.direct(owner), whole=True)
    garbage_collection.settle()
    # The first rounds warm up, as a bot is that runs.
    for number in range(rounds + FIRST_ROUNDS):
        for name, index in indices.items():
            for owner in range(owners):
                # Each text is new: the vector of one that was asked before is kept.
                took = await recall_by(index, f"what about {talk.text(6)}?", owner)
                if number >= FIRST_ROUNDS:
                    times[name, owner].append(took)
    return times


def _rows(times: Times, names: Sequence[str], sizes: Sequence[int]) -> list[Row]:
    def p95(name: str, owner: int) -> float:
        return percentile(times[name, owner], 0.95)

    rows = []
    for owner, size in enumerate(sizes):
        told = {
            name: f"p50 {percentile(times[name, owner], 0.5):.1f}, p95 {p95(name, owner):.1f}"
            for name in names
        }
        rows.append(Row(f"milliseconds a recall with embedding, {size:,} memories", told))
    growth = {name: p95(name, len(sizes) - 1) / p95(name, 0) for name in names}
    return [
        *rows,
        Row(
            "p95 of the most memories by that of the fewest",
            {name: f"{ratio:.2f}" for name, ratio in growth.items()},
            f"local: below {MOST_GROWTH:.0f}",
            growth[LOCAL] < MOST_GROWTH,
        ),
    ]
