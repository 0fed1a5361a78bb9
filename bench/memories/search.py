"""How fast and how well each engine searches, turn by turn over the same queries."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.memories.crowd import NEAREST, Asked, Crowd
from bench.memories.engines import BARE, ELASTICSEARCH, LOCAL, Engine, engines
from bench.registry import Row, benchmark, percentile, tell
from memories.evaluation.database import temporary_database
from whisper.environment import environment
from whisper.processes import garbage_collection

PEOPLE, MEMORIES, PEOPLE_OF_CHROMA = 200, 100_000, 40
TURNS, QUERIES_A_TURN, AT_A_TIME = 10, 100, 4
REQUIRED_RECALL, REQUIRED_RATE = 0.98, 1_000
# The largest person asks fewer of the queries, and the older bot's engine, which takes twenty times
# as long, gets fewer.
OF_LARGEST, OF_PARTIAL = 5, 10
LOCAL_MEGABYTES = 1024

WORDS_TOO, VECTOR_ALONE, LARGEST = "words and vector", "vector alone", "largest person"
MOST_MILLISECONDS = {WORDS_TOO: 100, VECTOR_ALONE: 20, LARGEST: 100}


@dataclass
class Figures:
    """What was measured of an engine.

    Args:
        milliseconds: of each search, by kind.
        recall: share of the nearest that was found by each search, by kind.
        rates: searches a second in each turn, several at a time.
    """

    milliseconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    recall: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    rates: list[float] = field(default_factory=list)


@benchmark("memories")
def measure_search(scale: float) -> Sequence[Row]:
    """Measure search without embedding in all engines over the same memories."""
    people = max(round(PEOPLE * scale), 4)
    crowd = Crowd(people, max(round(MEMORIES * scale), people * 10))
    # Everyone fits, as they would if the operator gave the index the memory that it needs.
    room, environment.memory_index_megabytes = environment.memory_index_megabytes, LOCAL_MEGABYTES
    try:
        with temporary_database():
            tell(f"{crowd.memories:,} memories of {people} people are made up …")
            crowd.fill()
            with engines(crowd, max(round(PEOPLE_OF_CHROMA * scale), 2)) as found:
                # As in the bot, where database work has its own threads as well.
                garbage_collection.settle()
                figures = asyncio.run(_measure(found, crowd, max(round(TURNS * scale), 2)))
    finally:
        environment.memory_index_megabytes = room
    return _rows(figures, crowd)


async def _measure(found: Sequence[Engine], crowd: Crowd, turns: int) -> dict[str, Figures]:
    figures = {engine.name: Figures() for engine in found}
    most = range(1, len(crowd.counts))
    # One turn to warm up, as a bot is that runs.
    for turn in range(turns + 1):
        asked = {
            WORDS_TOO: crowd.ask(QUERIES_A_TURN, most),
            VECTOR_ALONE: crowd.ask(QUERIES_A_TURN, most, words=False),
            LARGEST: crowd.ask(QUERIES_A_TURN // OF_LARGEST, range(1)),
        }
        order = [*found[turn % len(found) :], *found[: turn % len(found)]]
        for engine in order:
            into = figures[engine.name] if turn else Figures()
            for kind, queries in asked.items():
                await _one_by_one(engine, kind, queries, into)
            into.rates.append(await _several(engine, asked[WORDS_TOO]))
        if turn:
            tell(f"turn {turn} of {turns}")
    for engine in found:
        await engine.close()
    return figures


async def _one_by_one(engine: Engine, kind: str, asked: Sequence[Asked], into: Figures) -> None:
    for one in _of(engine, asked):
        prepared = engine.prepare(one)
        began = time.perf_counter()
        found = await engine.search(prepared)
        into.milliseconds[kind].append((time.perf_counter() - began) * 1000)
        near = one.nearest.intersection(engine.nearest(found))
        into.recall[kind].append(len(near) / len(one.nearest))


async def _several(engine: Engine, asked: Sequence[Asked]) -> float:
    """Return how many searches a second there are with several at a time."""
    waiting = [engine.prepare(one) for one in _of(engine, asked)]
    count = len(waiting)

    async def work() -> None:
        while waiting:
            await engine.search(waiting.pop())

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(AT_A_TIME)))
    return count / (time.perf_counter() - began)


def _of(engine: Engine, asked: Sequence[Asked]) -> list[Asked]:
    """Return what can be asked of an engine that does not hold everybody."""
    known = [one for one in asked if one.scope.person_id >= engine.first_person]
    return known if engine.first_person == 0 else known[: max(len(asked) // OF_PARTIAL, 1)]


def _rows(figures: Mapping[str, Figures], crowd: Crowd) -> list[Row]:
    people = len(crowd.counts)
    others = f"{people - 1} people of {crowd.counts[1]:,} memories"
    kinds = {
        WORDS_TOO: f"a search by words and vector, {others}",
        VECTOR_ALONE: f"a search by vector alone, {others}",
        LARGEST: f"a search by words and vector, one person of {crowd.counts[0]:,} memories",
    }
    rows = []
    for kind, what in kinds.items():
        rows += [_latency(kind, what, figures), _recall(kind, figures)]
    return [*rows, _rate(figures), *_share_of_bare(figures)]


def _latency(kind: str, what: str, figures: Mapping[str, Figures]) -> Row:
    times = {
        name: one.milliseconds[kind] for name, one in figures.items() if one.milliseconds[kind]
    }
    told = {
        name: " / ".join(f"{percentile(held, share):.1f}" for share in (0.5, 0.95, 0.99))
        for name, held in times.items()
    }
    measured = [percentile(times[name], 0.95) for name in (LOCAL, ELASTICSEARCH) if name in times]
    most = MOST_MILLISECONDS[kind]
    required = f"p95 below {most}"
    return Row(f"milliseconds (p50 / p95 / p99) of {what}", told, required, max(measured) < most)


def _recall(kind: str, figures: Mapping[str, Figures]) -> Row:
    shares = {
        name: sum(one.recall[kind]) / len(one.recall[kind])
        for name, one in figures.items()
        if one.recall[kind]
    }
    told = {name: f"{share:.3f}" for name, share in shares.items()}
    met = all(shares.get(name, 1.0) >= REQUIRED_RECALL for name in (LOCAL, ELASTICSEARCH))
    return Row(f"  recall@{NEAREST} against exact search", told, "at least 0.98", met)


def _rate(figures: Mapping[str, Figures]) -> Row:
    told = {name: f"{median(one.rates):,.0f}" for name, one in figures.items()}
    what = f"searches a second by words and vector, {AT_A_TIME} at a time"
    met = median(figures[LOCAL].rates) >= REQUIRED_RATE
    return Row(what, told, "local: at least 1,000", met)


def _share_of_bare(figures: Mapping[str, Figures]) -> list[Row]:
    if BARE not in figures:
        return []
    pairs = zip(figures[ELASTICSEARCH].rates, figures[BARE].rates, strict=True)
    share = median(ours / bare for ours, bare in pairs)
    told = {ELASTICSEARCH: f"{share:.0%}"}
    return [Row("  of what elasticsearch-py does alone", told, "at least 70 %", share >= 0.7)]
