"""Compare a version of the index with the database, in the order of ids, and repair it.

It can be stopped and restarted at any point: what is equal is only read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from elasticsearch import AsyncElasticsearch

from memories.index.elasticsearch.client import connected
from memories.index.elasticsearch.document import source_of
from memories.index.elasticsearch.writer import BATCH, Target, Write, write, writes_of
from memories.models import Memory
from whisper.database.access import in_database

STEP = 1_000
KINDS = ("missing", "stale", "different", "ahead", "extra")
# Repaired by writing what the database has, over an equal revision if necessary.
WRITTEN_ANEW = ("missing", "stale", "different")


@dataclass(frozen=True, slots=True)
class Step:
    """What one stretch of ids showed.

    Args:
        looked_at: memories of the database in it.
        missing: ids that the index lacks.
        stale: ids of an older revision than the database's.
        different: ids of the same revision and another content.
        ahead: ids of a newer revision than the database's, as after an older backup was restored.
        extra: what the index has and the database does not, as (id, routing, revision).
        refused: how many documents Elasticsearch refused for good in repairing.
    """

    looked_at: int
    missing: Sequence[UUID]
    stale: Sequence[UUID]
    different: Sequence[UUID]
    ahead: Sequence[UUID]
    extra: Sequence[tuple[UUID, str, int]]
    refused: int = 0

    def counts(self) -> dict[str, int]:
        """Return how many there are of each kind of difference."""
        return {kind: len(getattr(self, kind)) for kind in KINDS}

    def and_again(self, later: Step) -> Step:
        """Return the differences that a later look at the same stretch shows as well."""
        gone = {one for one, _, _ in later.extra}
        return replace(
            self,
            missing=_common(self.missing, later.missing),
            stale=_common(self.stale, later.stale),
            different=_common(self.different, later.different),
            ahead=_common(self.ahead, later.ahead),
            extra=[one for one in self.extra if one[0] in gone],
        )


async def compare(
    target: Target,
    *,
    after: UUID | None = None,
    content: bool = False,
    repair: bool = False,
    twice: bool = False,
) -> AsyncIterator[Step]:
    """Compare a version of the index with the database; yield what each stretch of ids showed.

    Args:
        after: the id after which to begin.
        content: whether contents are compared too, besides ids and revisions.
        repair: whether to write what is missing, stale or different, and to remove what is extra.
        twice: whether only what a second look shows as well is a difference; the rest was a change
            on its way.
    """
    client = await connected()
    # Only refreshed documents are visible; the rest would be written a second time.
    await client.indices.refresh(index=target.name)
    while True:
        upto = await in_database(_end_of_stretch, after)
        step, stretch = await _look(client, target, after, upto, content=content)
        if twice and any(step.counts().values()):
            await client.indices.refresh(index=target.name)
            later, _ = await _look(client, target, after, upto, content=content)
            step = step.and_again(later)
        if repair:
            step = replace(step, refused=await _repair(client, target, step, stretch))
        yield step
        if upto is None:
            return
        after = upto


async def _look(
    client: AsyncElasticsearch,
    target: Target,
    after: UUID | None,
    upto: UUID | None,
    *,
    content: bool,
) -> tuple[Step, dict[UUID, Memory]]:
    """Return how a stretch differs, and its memories."""
    # The index is read first: what the database lacks after that is really gone.
    held = await _held(client, target, after, upto, content=content)
    stretch = await in_database(_stretch, after, upto)
    return _compared(target, held, stretch, content=content), stretch


def _common(ids: Sequence[UUID], others: Sequence[UUID]) -> list[UUID]:
    known = set(others)
    return [one for one in ids if one in known]


def _end_of_stretch(after: UUID | None) -> UUID | None:
    rows = Memory.objects.order_by("pk").values_list("pk", flat=True)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return rows[STEP - 1 : STEP].first()


def _stretch(after: UUID | None, upto: UUID | None) -> dict[UUID, Memory]:
    rows = Memory.objects.all()
    if after is not None:
        rows = rows.filter(pk__gt=after)
    if upto is not None:
        rows = rows.filter(pk__lte=upto)
    return {memory.pk: memory for memory in rows}


async def _held(
    client: AsyncElasticsearch,
    target: Target,
    after: UUID | None,
    upto: UUID | None,
    *,
    content: bool,
) -> dict[UUID, Mapping[str, Any]]:
    """Return the hits of a stretch by id, tombstones left out."""
    bounds = {"gt": after and str(after), "lte": upto and str(upto)}
    stretch: list[dict[str, Any]] = [
        {"exists": {"field": "partition"}},
        {"range": {"id": {name: value for name, value in bounds.items() if value}}},
    ]
    held: dict[UUID, Mapping[str, Any]] = {}
    last: Any = None
    while True:
        page = await client.search(
            index=target.name,
            query={"bool": {"filter": stretch}},
            sort=["id"],
            size=STEP,
            version=True,
            source=content,
            stored_fields=["_routing", "_source"] if content else ["_routing"],
            search_after=last,
            allow_partial_search_results=False,
        )
        hits = page["hits"]["hits"]
        held |= {UUID(hit["_id"]): hit for hit in hits}
        if len(hits) < STEP:
            return held
        last = hits[-1]["sort"]


def _compared(
    target: Target,
    held: Mapping[UUID, Mapping[str, Any]],
    stretch: Mapping[UUID, Memory],
    *,
    content: bool,
) -> Step:
    both = {one: (memory, held[one]) for one, memory in stretch.items() if one in held}
    same = {one: pair for one, pair in both.items() if pair[0].revision == pair[1]["_version"]}
    return Step(
        looked_at=len(stretch),
        missing=[one for one in stretch if one not in held],
        stale=[one for one, (memory, hit) in both.items() if memory.revision > hit["_version"]],
        different=[
            one
            for one, (memory, hit) in same.items()
            if content and hit["_source"] != _without_vector(target, memory)
        ],
        ahead=[one for one, (memory, hit) in both.items() if memory.revision < hit["_version"]],
        extra=[
            (one, hit["_routing"], hit["_version"])
            for one, hit in held.items()
            if one not in stretch
        ],
    )


def _without_vector(target: Target, memory: Memory) -> dict[str, Any]:
    """Return what `_source` shows: without the vector, for which the digest stands."""
    source = source_of(memory, target.model, target.dimension)
    return {name: value for name, value in source.items() if not name.startswith("vector_")}


async def _repair(
    client: AsyncElasticsearch, target: Target, step: Step, stretch: Mapping[UUID, Memory]
) -> int:
    """Write what the database has, remove the rest; return the number refused for good."""
    ids = [one for kind in WRITTEN_ANEW for one in getattr(step, kind)]
    gone = [Write(one, routing, version + 1, None) for one, routing, version in step.extra]
    refused = 0
    for start in range(0, len(ids), BATCH):
        part = [stretch[one] for one in ids[start : start + BATCH]]
        refused += await write(client, target.name, writes_of(part, target), equal_too=True)
    if gone:
        await write(client, target.name, gone)
    return refused
