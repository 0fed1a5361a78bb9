"""An index of one's own to measure or test in, far from anybody's data."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from asgiref.sync import async_to_sync

from memories.index.elasticsearch.administration import create, switch, versions
from memories.index.elasticsearch.client import connected
from memories.index.elasticsearch.names import template
from whisper.environment import environment

# Measured or tested is what Elasticsearch finds, however long it takes.
PATIENCE_SECONDS = 10.0


@contextmanager
def temporary_index(model: str, dimension: int) -> Iterator[None]:
    """Let this process use an empty index with its own prefix, removed at the end.

    Args:
        model: who makes the vectors that it holds.
        dimension: length of the vectors.
    """
    own = environment.elasticsearch_index_prefix
    patience = environment.elasticsearch_search_timeout
    environment.elasticsearch_index_prefix = f"whisper-temporary-{uuid.uuid4().hex[:12]}"
    environment.elasticsearch_search_timeout = PATIENCE_SECONDS
    try:
        async_to_sync(_make)(model, dimension)
        yield
    finally:
        async_to_sync(_remove)()
        environment.elasticsearch_index_prefix = own
        environment.elasticsearch_search_timeout = patience


async def _make(model: str, dimension: int) -> None:
    await switch((await create(model, dimension)).name)


async def _remove() -> None:
    client = await connected()
    for version in await versions():
        await client.indices.delete(index=version.name)
    await client.options(ignore_status=404).indices.delete_index_template(name=template())
