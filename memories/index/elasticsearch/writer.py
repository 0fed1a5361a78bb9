"""Write what the database has to every index that follows it: late, twice, in any order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from elasticsearch import ApiError, AsyncElasticsearch
from prometheus_client import Counter

from memories.index.changes import Removal
from memories.index.elasticsearch.client import FAULTS, connected, failure
from memories.index.elasticsearch.document import SCHEMA, source_of
from memories.index.elasticsearch.names import write_alias
from memories.models import Memory
from whisper.database.access import in_database
from whisper.outbox import AwayError, PermanentError

logger = logging.getLogger(__name__)

BATCH = 250
PROBE_SECONDS = 1.0
# A busy node answers with 429 and this.
BUSY = "es_rejected_execution_exception"
# Each time it gets twice as long to catch its breath.
TRIES, FIRST_WAIT = 5, 0.1
# Longer than any write can be under way.
KEEP_TOMBSTONES = timedelta(days=1)
PURGE = 500

WRITTEN = Counter("whisper_index_written", "Memories written to Elasticsearch.")
REFUSED = Counter("whisper_index_refused", "Items that Elasticsearch was too busy to take.")


@dataclass(frozen=True, slots=True)
class Target:
    """An index that follows the database, with the model of its vectors."""

    name: str
    model: str
    dimension: int


@dataclass(frozen=True, slots=True)
class Write:
    """One document to be written unless the index has a newer one; None removes it."""

    id: UUID
    partition: str
    revision: int
    source: Mapping[str, Any] | None


async def follow(changed: Sequence[UUID], removed: Sequence[Removal]) -> None:
    """Write changed memories as they are in the database now, and tombstones of removed ones.

    Raises:
        AwayError: Elasticsearch is away or takes no writes.
        PermanentError: it refuses a document for good; all others were written.
    """
    try:
        client = await connected()
        refused = 0
        for start in range(0, len(changed), BATCH):
            refused += await _write_changed(client, changed[start : start + BATCH])
        for start in range(0, len(removed), BATCH):
            await _write_removed(client, removed[start : start + BATCH])
    except FAULTS as error:
        raise AwayError(failure(error)) from error
    if refused:
        raise PermanentError(f"Elasticsearch refuses {refused} of the documents")


async def targets(client: AsyncElasticsearch) -> list[Target]:
    """Return the indices that follow the database.

    Raises:
        AwayError: there is none, or one is of another mapping than this code writes.
    """
    # It is asked first, and soon given up: other work of the outbox waits meanwhile.
    asked = client.options(request_timeout=PROBE_SECONDS)
    found = (await asked.indices.get(index=write_alias(), features="mappings")).body
    result = []
    for name, index in sorted(found.items()):
        meta = index["mappings"].get("_meta", {})
        if meta.get("schema") != SCHEMA:
            raise AwayError(f"{name} has another mapping: run `memory_index rebuild`")
        result.append(Target(name, meta["model"], meta["dimension"]))
    return result


def writes_of(memories: Iterable[Memory], target: Target) -> list[Write]:
    """Return the documents of memories as an index takes them."""
    return [
        Write(
            memory.pk,
            memory.partition_key,
            memory.revision,
            source_of(memory, target.model, target.dimension),
        )
        for memory in memories
    ]


async def write(
    client: AsyncElasticsearch, index: str, writes: Sequence[Write], *, equal_too: bool = False
) -> int:
    """Write to one index; return how many documents it refuses for good.

    Args:
        equal_too: whether documents of the same revision are written again.

    Raises:
        AwayError: the index takes no writes now, or is too busy.
    """
    left, refused, wait, size = list(writes), 0, FIRST_WAIT, max(len(writes), 1)
    for _ in range(TRIES):
        busy: list[Write] = []
        for start in range(0, len(left), size):
            part = left[start : start + size]
            again, bad = await _write_once(client, index, part, equal_too=equal_too)
            busy += again
            refused += bad
        if not busy:
            return refused
        REFUSED.inc(len(busy))
        await asyncio.sleep(wait)
        # What is too much in one request may be accepted in smaller ones.
        left, wait, size = busy, wait * 2, max(size // 2, 1)
    raise AwayError("Elasticsearch: it is too busy")


async def _write_changed(client: AsyncElasticsearch, ids: Sequence[UUID]) -> int:
    # What is gone by now has its own removal in the outbox.
    memories = await in_database(lambda: list(Memory.objects.filter(pk__in=ids)))
    refused = 0
    # Asked only now: an index that begins to follow after the rows were read reads them itself.
    for target in await targets(client):
        refused += await write(client, target.name, writes_of(memories, target))
    WRITTEN.inc(len(memories))
    return refused


async def _write_removed(client: AsyncElasticsearch, removed: Sequence[Removal]) -> None:
    tombstones = [Write(one.id, one.partition, one.revision, None) for one in removed]
    for target in await targets(client):
        await write(client, target.name, tombstones)
        await _purge(client, target.name)


async def _write_once(
    client: AsyncElasticsearch, index: str, writes: Sequence[Write], *, equal_too: bool
) -> tuple[list[Write], int]:
    """Return what was not taken for now, and how many documents are refused for good."""
    operations: list[Mapping[str, Any]] = []
    for one in writes:
        address = _address(one) | {"version_type": "external_gte" if equal_too else "external"}
        operations += [{"index": address}, one.source or _tombstone(one)]
    try:
        response = await client.bulk(index=index, operations=operations, timeout="5s")
    except ApiError as fault:
        if fault.error != BUSY:
            raise
        return list(writes), 0
    busy, refused = [], 0
    for one, item in zip(writes, response["items"], strict=True):
        status, error = item["index"]["status"], item["index"].get("error", {})
        kind = error.get("type", "")
        # 409: something newer is there already.
        if status < 300 or status == 409:
            continue
        if kind == BUSY:
            busy.append(one)
        elif status == 400 and kind != "strict_dynamic_mapping_exception":
            logger.error("elasticsearch: memory %s is refused (%s)", one.id, kind)
            refused += 1
        else:
            raise AwayError(f"Elasticsearch: {status} {kind}")
    return busy, refused


def _address(one: Write) -> dict[str, Any]:
    return {"_id": str(one.id), "routing": one.partition, "version": one.revision}


def _tombstone(one: Write) -> dict[str, Any]:
    """Return what is left of a removed memory; without a partition no search finds it."""
    return {"id": str(one.id), "revision": one.revision, "removed_at": datetime.now(UTC)}


async def _purge(client: AsyncElasticsearch, index: str) -> None:
    """Drop tombstones that no late write can pass any more."""
    old = {"range": {"removed_at": {"lt": (datetime.now(UTC) - KEEP_TOMBSTONES).isoformat()}}}
    found = await client.search(
        index=index, query=old, size=PURGE, source=False, version=True, stored_fields="_routing"
    )
    operations = [
        {
            "delete": {
                "_id": hit["_id"],
                "routing": hit["_routing"],
                "version": hit["_version"] + 1,
                "version_type": "external",
            }
        }
        for hit in found["hits"]["hits"]
    ]
    if operations:
        await client.bulk(index=index, operations=operations)
