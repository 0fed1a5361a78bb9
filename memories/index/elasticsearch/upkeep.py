"""Sync versions of the index with the database, and report their progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

from django.db.models import Max

from memories.index.changes import Removal
from memories.index.differences import Differences
from memories.index.elasticsearch import names
from memories.index.elasticsearch.administration import (
    AdministrationError,
    Version,
    create,
    described,
    live_one,
    named,
    switch,
    unfinished,
    versions,
)
from memories.index.elasticsearch.client import FAULTS, connected, failure
from memories.index.elasticsearch.comparison import compare
from memories.index.elasticsearch.document import SCHEMA
from memories.index.health import backlog, behind
from memories.models import Memory
from whisper.database.access import in_database
from whisper.outbox import AwayError
from whisper.progress import Advance

NOT_SEARCHED = "No version of the index is searched: run create, then sync."
LARGEST_PAGE = 1_000
# A hundred thousand memories take half a minute.
MERGE_SECONDS = 3_600.0


async def align(
    version: Version, advance: Advance, *, content: bool = False, repair: bool = False
) -> Counter[str]:
    """Compare a version with the database; return how many differ, by kind, and were refused.

    Args:
        content: whether contents are compared too.
        repair: whether differences are repaired; what is ahead of the database can't be.
    """
    totals: Counter[str] = Counter()
    async for step in compare(version.target, content=content, repair=repair):
        totals += Counter(step.counts() | {"refused": step.refused})
        advance(step.looked_at)
    return totals


async def first_version(model: str, dimension: int) -> Version:
    """Make the first version, for vectors of a model.

    Raises:
        AdministrationError: a version exists already.
    """
    found = await versions()
    if found:
        raise AdministrationError(f"{found[-1].name} is there: run sync, or rebuild for another.")
    return await create(model, dimension)


async def sync(advance: Advance) -> dict[str, Counter[str]]:
    """Write what they lack to all versions that follow; where none is searched, search the newest.

    Raises:
        AdministrationError: no version follows the database.
    """
    followers = [one for one in await versions() if one.follows and one.schema == SCHEMA]
    if not followers:
        raise AdministrationError("No version of the index follows the database: run create.")
    totals = {one.name: await align(one, advance, repair=True) for one in followers}
    if live_one(await versions()) is None:
        await switch(followers[-1].name)
    return totals


async def checked(
    name: str | None, advance: Advance, *, repair: bool
) -> tuple[Version, Counter[str]]:
    """Compare ids, revisions and contents of a version (default: the live one) with the database.

    Raises:
        AdministrationError: the version does not exist.
    """
    found = await versions()
    version = named(found, name) if name else live_one(found)
    if version is None:
        raise AdministrationError(NOT_SEARCHED)
    return version, await align(version, advance, content=True, repair=repair)


async def differences(after: UUID | None) -> AsyncGenerator[Differences, None]:
    """Yield where each stretch of the live version after an id differs from the database.

    Raises:
        AwayError: Elasticsearch can't be asked, or no version is searched.
    """
    try:
        version = live_one(await versions())
        if version is None:
            raise AwayError(NOT_SEARCHED)
        async for step in compare(version.target, after=after, content=True, twice=True):
            yield Differences(
                step.looked_at,
                behind={"missing": step.missing, "stale": step.stale},
                extra=[Removal(one, part, number + 1) for one, part, number in step.extra],
                others={"different": len(step.different), "ahead": len(step.ahead)},
            )
    except FAULTS as error:
        raise AwayError(failure(error)) from error


async def begin_rebuild(model: str, dimension: int) -> Version:
    """Return a new version to be filled, or the one that a stopped rebuild left."""
    return await unfinished(model, dimension) or await create(model, dimension)


async def fill(version: Version, advance: Advance) -> Counter[str]:
    """Write the whole database to a version, and in a second pass what the first one missed.

    Changes made meanwhile arrive by the outbox, since the version already follows the database.
    """
    totals = await align(version, advance, repair=True)
    await merge(version.name)
    again = await align(version, lambda _: None, repair=True)
    return Counter(refused=again["refused"], ahead=again["ahead"], written=totals["missing"])


async def merge(name: str) -> None:
    """Put the many small segments that filling leaves into one, before it is searched.

    Each search looks into every segment; and while they are merged later, on the same processors,
    some searches take ten times as long.
    """
    client = (await connected()).options(request_timeout=MERGE_SECONDS)
    await client.indices.forcemerge(index=name, max_num_segments=1)


async def status() -> dict[str, Any]:
    """Return how the cluster, the versions and the backlog are."""
    client = await connected()
    health = await client.cluster.health()
    found = await versions()
    live = live_one(found)
    counts = await in_database(_counts)
    return {
        "elasticsearch": (await client.info())["version"]["number"],
        "cluster": health["status"],
        "nodes": health["number_of_nodes"],
        "versions": [described(one) for one in found],
        **counts,
        "partitions_behind": await _partitions_behind(live) if live else None,
    }


def _counts() -> dict[str, Any]:
    waiting, set_aside = backlog()
    return {
        "memories": Memory.objects.count(),
        "waiting": waiting,
        "behind_seconds": round(behind().total_seconds(), 1),
        "set_aside": set_aside,
    }


async def _partitions_behind(live: Version) -> int:
    """Return the number of partitions whose newest revision the index lacks."""
    newest = await in_database(_newest)
    client = await connected()
    after: dict[str, Any] = {}
    while True:
        composite = {
            "size": LARGEST_PAGE,
            "sources": [{"partition": {"terms": {"field": "partition"}}}],
        }
        page = await client.search(
            index=names.read_alias(),
            size=0,
            aggs={
                "partitions": {
                    "composite": composite | after,
                    "aggs": {"newest": {"max": {"field": "revision"}}},
                }
            },
        )
        found = page["aggregations"]["partitions"]
        for bucket in found["buckets"]:
            if newest.get(bucket["key"]["partition"]) == bucket["newest"]["value"]:
                del newest[bucket["key"]["partition"]]
        if "after_key" not in found:
            return len(newest)
        after = {"after": found["after_key"]}


def _newest() -> dict[str, int]:
    rows = Memory.objects.order_by().values("person_id", "guild_id")
    found: dict[str, int] = {}
    for row in rows.annotate(newest=Max("revision")):
        key = Memory(person_id=row["person_id"], guild_id=row["guild_id"]).partition_key
        found[key] = max(found.get(key, 0), row["newest"])
    return found
