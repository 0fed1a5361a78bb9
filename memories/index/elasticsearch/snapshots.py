"""Snapshots of the version that is searched, and the way back from one.

A restored one is synced with the database before it is searched: people erased since, and
what was forgotten, does not come back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from elasticsearch import ApiError, AsyncElasticsearch

from memories.index.elasticsearch import names
from memories.index.elasticsearch.administration import (
    AdministrationError,
    Version,
    drop,
    live_one,
    named,
    switch,
    versions,
)
from memories.index.elasticsearch.client import connected
from memories.index.elasticsearch.document import SCHEMA
from memories.index.elasticsearch.upkeep import align
from whisper.environment import environment
from whisper.progress import Advance

# For a large index; only the caller waits for it.
SECONDS = 3_600.0
WHOLE = "SUCCESS"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot.

    Args:
        made_at: ISO time, UTC.
        state: SUCCESS, or what Elasticsearch says of one that is under way, partial or failed.
        index: the version of the index that it holds.
    """

    name: str
    made_at: str
    state: str
    index: str


async def take() -> Snapshot:
    """Take a snapshot of the version that is searched; the oldest beyond those kept go away.

    Raises:
        AdministrationError: there is nothing to take it of, nowhere to put it, or it is not whole.
    """
    live = live_one(await versions())
    if live is None:
        raise AdministrationError("No version of the index is searched: run create, then sync.")
    client, repository = await _opened()
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    await client.snapshot.create(
        repository=repository,
        snapshot=name,
        indices=[live.name],
        include_global_state=False,
        wait_for_completion=True,
    )
    found = await _all(client, repository)
    taken = _named(found, name)
    if taken.state != WHOLE:
        raise AdministrationError(f"The snapshot {name} is not whole: {taken.state}.")
    for old in found[: -environment.backup_retention_count]:
        await client.snapshot.delete(repository=repository, snapshot=old.name)
    return taken


async def snapshots() -> list[Snapshot]:
    """Return all snapshots, oldest first.

    Raises:
        AdministrationError: there is nowhere to keep them.
    """
    return await _all(*await _opened())


async def restore(
    name: str | None, model: str, dimension: int, advance: Advance
) -> tuple[Version, Counter[str]]:
    """Create a version from a snapshot, sync it with the database, and search it.

    Args:
        name: of the snapshot, the newest whole one by default.
        model: whose vectors it must hold.
        dimension: length of the vectors.

    Returns:
        The version, and how many memories of it differed from the database, by kind.

    Raises:
        AdministrationError: it can't be used; the version that was searched still is.
    """
    client, repository = await _opened()
    whole = [one for one in await _all(client, repository) if one.state == WHOLE]
    if not whole:
        raise AdministrationError("There is no snapshot.")
    chosen = _named(whole, name) if name else whole[-1]
    number = max((version.number for version in await versions()), default=0) + 1
    index = names.index_name(number)
    await _bring(client, repository, chosen, index)
    try:
        return await _follow(client, index, model, dimension, advance)
    except AdministrationError:
        await drop(index)
        raise


async def _bring(client: AsyncElasticsearch, repository: str, chosen: Snapshot, index: str) -> None:
    done = await client.snapshot.restore(
        repository=repository,
        snapshot=chosen.name,
        indices=[chosen.index],
        rename_pattern=".+",
        rename_replacement=index,
        include_aliases=False,
        include_global_state=False,
        # The nodes may be more or fewer than they were.
        index_settings={"index.number_of_replicas": environment.elasticsearch_replicas},
        wait_for_completion=True,
    )
    if failed := done["snapshot"]["shards"]["failed"]:
        await client.indices.delete(index=index)
        raise AdministrationError(f"{failed} shard(s) of {chosen.name} could not be restored.")


async def _follow(
    client: AsyncElasticsearch, index: str, model: str, dimension: int, advance: Advance
) -> tuple[Version, Counter[str]]:
    version = named(await versions(), index)
    if (version.schema, version.model, version.dimension) != (SCHEMA, model, dimension):
        raise AdministrationError(
            "The snapshot is of another mapping or embedding model: run rebuild."
        )
    # From here on every change is written to it; what changed before, the comparison finds.
    await client.indices.put_alias(index=index, name=names.write_alias())
    totals = await align(version, advance, content=True, repair=True)
    if totals["ahead"] or totals["refused"]:
        raise AdministrationError("The snapshot is ahead of the database: run rebuild.")
    # What was synced must be found from the first moment.
    await client.indices.refresh(index=index)
    await switch(index)
    return named(await versions(), index), totals


async def _opened() -> tuple[AsyncElasticsearch, str]:
    """Return a patient client and the repository, which is created if missing."""
    path = environment.elasticsearch_snapshot_path
    if not path:
        raise AdministrationError(
            "There is nowhere to keep snapshots: set ELASTICSEARCH_SNAPSHOT_PATH, and path.repo "
            "in the nodes' elasticsearch.yml."
        )
    client, name = (await connected()).options(request_timeout=SECONDS), names.repository()
    settings = {"location": f"{path.rstrip('/')}/{name}", "compress": True}
    try:
        await client.snapshot.create_repository(
            name=name, repository={"type": "fs", "settings": settings}
        )
    except ApiError as error:
        if error.error not in ("repository_exception", "repository_verification_exception"):
            raise
        raise AdministrationError(
            f'The nodes can\'t keep snapshots at {path}: set `path.repo: ["{path}"]` in the '
            "elasticsearch.yml of every node and restart them, one after the other. Several nodes "
            "need one directory that all of them can write to, as on NFS."
        ) from error
    return client, name


async def _all(client: AsyncElasticsearch, repository: str) -> list[Snapshot]:
    found = await client.snapshot.get(repository=repository, snapshot="*")
    return sorted((_snapshot(one) for one in found["snapshots"]), key=lambda one: one.name)


def _snapshot(found: dict[str, Any]) -> Snapshot:
    (index,) = found["indices"] or [""]
    return Snapshot(found["snapshot"], found["start_time"], found["state"], index)


def _named(found: list[Snapshot], name: str) -> Snapshot:
    for one in found:
        if one.name == name:
            return one
    raise AdministrationError(f"There is no complete snapshot {name!r}.")
