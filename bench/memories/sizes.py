"""How much room memories take in each engine, and what that costs in what is found."""

from __future__ import annotations

import time
import tracemalloc
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from asgiref.sync import async_to_sync
from elasticsearch.exceptions import GeneralAvailabilityWarning

from bench.memories.crowd import DIMENSION, MODEL, Asked, Crowd
from bench.memories.engines import (
    LOCAL,
    Engine,
    WithoutFallback,
    elasticsearch_answers,
    fill,
    searching,
)
from bench.registry import Row, benchmark, percentile, tell
from memories.evaluation.database import temporary_database
from memories.index.elasticsearch.client import connected
from memories.index.elasticsearch.names import read_alias
from memories.index.elasticsearch.temporary import temporary_index
from memories.index.elasticsearch.upkeep import merge
from memories.index.local import LocalIndex
from whisper.environment import environment

VectorType = Literal["int8_hnsw", "bbq_hnsw", "flat"]

PEOPLE, MEMORIES, QUERIES = 20, 10_000, 200
KINDS: tuple[VectorType, ...] = ("int8_hnsw", "bbq_hnsw", "flat")
ROOM = 2 * 2**30
LOCAL_MEGABYTES = 1024


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that a memory takes, and what is found for it.

    Args:
        searched: what every search reads, so that it has to be in memory.
        whole: all bits of vectors that are searched by few; read for the best alone.
        disk: all of it, texts included.
        milliseconds: of the middle one of all searches.
    """

    searched: float
    whole: float
    disk: float
    recall: float
    milliseconds: float


@benchmark("sizes")
def measure_sizes(scale: float) -> Sequence[Row]:
    """Measure the room that a memory takes by how its vector is kept."""
    crowd = Crowd(max(round(PEOPLE * scale), 2), max(round(MEMORIES * scale), 100))
    rooms = {}
    with temporary_database():
        crowd.fill()
        asked = crowd.ask(max(round(QUERIES * scale), 10), range(len(crowd.counts)))
        rooms[LOCAL] = _local(crowd, asked)
        if async_to_sync(elasticsearch_answers)():
            rooms |= {kind: _elasticsearch(kind, asked) for kind in KINDS}
        else:
            tell("Elasticsearch does not answer at ELASTICSEARCH_URL: left out.")
    return _rows(rooms, crowd.memories)


def _local(crowd: Crowd, asked: Sequence[Asked]) -> Room:
    kept, environment.memory_index_megabytes = environment.memory_index_megabytes, LOCAL_MEGABYTES
    try:
        index = LocalIndex()
        tracemalloc.start()
        for one in asked:
            index.search(one.query, one.scope)
        held, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        recall, milliseconds = async_to_sync(_ask)(Engine(LOCAL, searching(index)), asked)
    finally:
        environment.memory_index_megabytes = kept
    return Room(held / sum(index.loaded().values()), 0, 0, recall, milliseconds)


def _elasticsearch(kind: VectorType, asked: Sequence[Asked]) -> Room:
    kept, environment.elasticsearch_vector_type = environment.elasticsearch_vector_type, kind
    try:
        with temporary_index(MODEL, DIMENSION):
            index = WithoutFallback()
            fill(index, kind)
            found = async_to_sync(_bytes)()
            recall, milliseconds = async_to_sync(_ask)(Engine(kind, searching(index)), asked)
    finally:
        environment.elasticsearch_vector_type = kept
    return Room(*found, recall, milliseconds)


async def _bytes() -> tuple[float, float, float]:
    """Return what is searched, whole vectors, and all on disk, in bytes per memory."""
    await merge(read_alias())
    indices = (await connected()).indices
    stats = (await indices.stats(index=read_alias(), metric="dense_vector"))["_all"]["primaries"]
    with warnings.catch_warnings(action="ignore", category=GeneralAvailabilityWarning):
        disk = await indices.disk_usage(index=read_alias(), run_expensive_tasks=True)
    stored = sum(one["store_size_in_bytes"] for name, one in disk.items() if name != "_shards")
    count, off_heap = stats["dense_vector"]["value_count"], stats["dense_vector"]["off_heap"]
    whole = off_heap["total_vec_size_bytes"]
    searched = off_heap["total_size_bytes"] - whole
    # Without a second form in fewer bits, the vectors themselves are searched.
    searched, whole = (searched, whole) if searched else (whole, 0)
    return searched / count, whole / count, stored / count


async def _ask(engine: Engine, asked: Sequence[Asked]) -> tuple[float, float]:
    """Return the recall and the milliseconds of the middle one of all searches."""
    times, found = [], 0
    for one in asked:
        began = time.perf_counter()
        candidates = await engine.search(engine.prepare(one))
        times.append((time.perf_counter() - began) * 1000)
        found += len(one.nearest.intersection(engine.nearest(candidates)))
    return found / sum(len(one.nearest) for one in asked), percentile(times, 0.5)


def _rows(rooms: Mapping[str, Room], memories: int) -> list[Row]:
    def row(what: str, value: Callable[[Room], Any], form: str = "{:,.0f}") -> Row:
        told = {name: form.format(found) for name, one in rooms.items() if (found := value(one))}
        return Row(what, told)

    return [
        row(f"bytes a memory that must be in memory, of {memories:,}", lambda one: one.searched),
        row("bytes per memory of whole vectors, read for the best alone", lambda one: one.whole),
        row("bytes per memory on disk", lambda one: one.disk),
        row("memories in 2 GB", lambda one: ROOM / one.searched),
        row("memories in 2 GB, whole vectors too", lambda one: ROOM / (one.searched + one.whole)),
        row("recall@10 against exact search", lambda one: one.recall, "{:.3f}"),
        row("milliseconds a search, p50", lambda one: one.milliseconds, "{:.1f}"),
    ]
