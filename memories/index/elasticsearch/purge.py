"""How deleted texts leave the segments of Elasticsearch."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from memories.index.health import behind
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.personal_data.purging import PurgeError, purges

if TYPE_CHECKING:
    from elasticsearch import AsyncElasticsearch

# Merging large segments takes long, and nothing waits for it.
SECONDS = 1_800.0
# What was deleted just now is kept a while for copies of a shard that have yet to hear of it.
RETAINED_SECONDS = 65.0


@purges("Elasticsearch")
async def purge() -> str:
    """Merge the segments that hold anything deleted, so that it is gone from the disk."""
    if environment.memory_index != "elasticsearch":
        return "not used"
    # It brings packages that another index does not need.
    from memories.index.elasticsearch import names
    from memories.index.elasticsearch.client import FAULTS, connected, failure

    if await in_database(behind):
        raise PurgeError("changes are waiting to be sent to Elasticsearch")
    client = (await connected()).options(request_timeout=SECONDS)
    try:
        if await _merge(client, names.all_indices()):
            await asyncio.sleep(RETAINED_SECONDS)
            # Of an index in use these may be newer ones: no reason to do it all again.
            if left := await _merge(client, names.all_indices()):
                return f"segments merged; {left} deleted documents are kept for now"
    except FAULTS as error:
        raise PurgeError(failure(error)) from error
    return "segments with deleted documents merged"


async def _merge(client: AsyncElasticsearch, pattern: str) -> int:
    """Merge, and return how many deleted documents are kept all the same."""
    await client.indices.flush(index=pattern)
    await client.indices.forcemerge(index=pattern, only_expunge_deletes=True)
    await client.indices.flush(index=pattern, force=True)
    stats = await client.indices.stats(index=pattern, metric=["docs"])
    left: int = stats["_all"]["total"].get("docs", {}).get("deleted", 0)
    return left
