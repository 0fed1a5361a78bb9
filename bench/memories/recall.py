"""How fast memories are recalled."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
from asgiref.sync import async_to_sync
from django.utils import timezone

from bench.memories.synthetic import Talk, fill_owner
from bench.registry import Row, benchmark, percentile
from memories.access import Scope
from memories.actions import MemoryDraft, remember
from memories.embeddings import embedder
from memories.evaluation.database import temporary_database
from memories.index.base import Query
from memories.index.local import LocalIndex
from memories.models import Memory, Place
from memories.recall import CANDIDATES, explain, recall
from whisper.database.access import in_database
from whisper.environment import environment

OWNERS, MEMORIES_OF_EACH, LARGE_OWNER = 200, 500, 10_000
RECALLS, QUERIES = 2_000, 300


@benchmark("recall")
def measure_recall(scale: float) -> Sequence[Row]:
    """Measure recall over many owners without embedding, and over one large owner with it."""
    owners = max(int(OWNERS * scale), 1)
    large = max(int(LARGE_OWNER * scale), 1)
    talk = Talk()
    # All owners fit, as they would if the operator gave the index the memory that it needs.
    room, environment.memory_index_megabytes = environment.memory_index_megabytes, 1024
    try:
        with temporary_database():
            for owner in range(owners):
                fill_owner(talk, owner, MEMORIES_OF_EACH)
            fill_owner(talk, owners, large)
            return [
                *_many_owners(talk, owners),
                *async_to_sync(_one_owner)(talk, owners, large),
            ]
    finally:
        environment.memory_index_megabytes = room


def _many_owners(talk: Talk, owners: int) -> list[Row]:
    model, index = embedder().model, LocalIndex()
    of_nothing = [
        (Query(f"what about {talk.text(6)}?", vector, model), Scope.direct(number % owners))
        for number, vector in enumerate(talk.vectors(RECALLS))
    ]
    of_something = [
        question for owner in range(owners) for question in _questions_of(talk, owner, owners)
    ]
    for query, scope in of_nothing[:owners]:
        index.search(query, scope)
    return [
        *_searched(
            index,
            of_nothing,
            f"recalls a second without embedding, {owners} owners of {MEMORIES_OF_EACH} memories",
        ),
        *_searched(index, of_something, "the same for questions that recall something"),
    ]


def _questions_of(talk: Talk, owner: int, owners: int) -> Iterator[tuple[Query, Scope]]:
    """Yield questions about what an owner said: half of its words, and a vector near its own."""
    lines = Memory.objects.filter(person_id=owner)[: max(RECALLS // owners, 1)]
    for line, aside in zip(lines, talk.vectors(len(lines)), strict=True):
        vector = np.frombuffer(line.embedding or b"", np.float32) + aside
        vector /= np.linalg.norm(vector)
        words = " ".join(line.text.split()[::2])
        yield Query(f"what about {words}?", vector, line.embedding_model), Scope.direct(owner)


def _searched(
    index: LocalIndex, asked: Sequence[tuple[Query, Scope]], what: str
) -> tuple[Row, Row]:
    began, used = time.perf_counter(), time.process_time()
    for query, scope in asked:
        explain(index.search_pool(query, scope, limit=CANDIDATES), k=8, now=timezone.now())
    rate = len(asked) / (time.perf_counter() - began)
    milliseconds = (time.process_time() - used) / len(asked) * 1000
    return (
        Row(what, {"local": f"{rate:,.0f}"}, "at least 1,000 on one core", rate >= 1_000),
        Row("milliseconds of processor time for one", {"local": f"{milliseconds:.2f}"}),
    )


async def _one_owner(talk: Talk, owner: int, count: int) -> list[Row]:
    began = time.perf_counter()
    await recall(f"what about {talk.text(6)}?", Scope.direct(owner))
    first = time.perf_counter() - began
    times = [await _timed(talk, owner) for _ in range(QUERIES)]
    after_write = []
    for _ in range(QUERIES // 10):
        await in_database(remember, _draft(talk, owner))
        after_write.append(await _timed(talk, owner))
    half, most = percentile(times, 0.5), percentile(times, 0.95)
    return [
        Row(
            f"milliseconds a recall with embedding, one owner of {count:,} memories",
            {"local": f"p50 {half:.1f}, p95 {most:.1f}"},
            "p95 below 20",
            most < 20,
        ),
        Row(
            "the same, each after a new memory",
            {
                "local": f"p50 {percentile(after_write, 0.5):.1f}, p95 "
                f"{percentile(after_write, 0.95):.1f}"
            },
        ),
        Row("seconds of the first recall, which loads them", {"local": f"{first:.2f}"}),
    ]


async def _timed(talk: Talk, owner: int) -> float:
    text = f"what about {talk.text(6)}?"
    began = time.perf_counter()
    await recall(text, Scope.direct(owner))
    return (time.perf_counter() - began) * 1000


def _draft(talk: Talk, owner: int) -> MemoryDraft:
    return MemoryDraft(
        person_id=owner,
        kind=Memory.Kind.CONVERSATION,
        text=talk.text(),
        place=Place.DIRECT,
        said_at=timezone.now(),
    )
