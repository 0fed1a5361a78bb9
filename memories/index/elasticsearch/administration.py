"""Make, switch and drop versions of the index; the live one stays until another is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from memories.index.elasticsearch import names
from memories.index.elasticsearch.client import connected
from memories.index.elasticsearch.document import SCHEMA, index_body
from memories.index.elasticsearch.writer import Target


class AdministrationError(Exception):
    """What was asked for can't be done; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the index.

    Args:
        live: whether it is searched.
        follows: whether every change is written to it.
        schema: number of its mapping; None of an index that is not ours.
        vector_type: how it keeps vectors.
    """

    name: str
    number: int
    live: bool
    follows: bool
    schema: int | None
    model: str
    dimension: int
    vector_type: str
    documents: int
    bytes: int

    @property
    def target(self) -> Target:
        """Return it as writers take it."""
        return Target(self.name, self.model, self.dimension)


async def versions() -> list[Version]:
    """Return all versions that there are, oldest first."""
    client = await connected()
    pattern = names.all_indices()
    found = (await client.indices.get(index=pattern)).body
    stats = (await client.indices.stats(index=pattern, metric=["docs", "store"])).body["indices"]
    result = []
    for name, index in found.items():
        number = names.version_of(name)
        if number is not None:
            result.append(_version(name, number, index, stats.get(name, {}).get("total", {})))
    return sorted(result, key=lambda version: version.number)


def live_one(found: Sequence[Version]) -> Version | None:
    """Return the version that is searched."""
    return next((version for version in found if version.live), None)


def named(found: Sequence[Version], name: str) -> Version:
    """Return a version by its name.

    Raises:
        AdministrationError: no version has that name.
    """
    for version in found:
        if version.name == name:
            return version
    raise AdministrationError(f"There is no version {name!r} of the index.")


async def create(model: str, dimension: int) -> Version:
    """Create a version that follows the database from now on; it starts empty and is not searched.

    Args:
        model: who makes the vectors that it holds; of others only the words are found.
        dimension: length of the vectors.
    """
    client = await connected()
    # Otherwise a write to a missing index makes Elasticsearch create one with a guessed mapping.
    await client.indices.put_index_template(
        name=names.template(), index_patterns=[names.all_indices()], allow_auto_create=False
    )
    number = max((version.number for version in await versions()), default=0) + 1
    name = names.index_name(number)
    aliases: dict[str, Any] = {names.write_alias(): {}}
    await client.indices.create(index=name, aliases=aliases, **index_body(model, dimension))
    return named(await versions(), name)


async def unfinished(model: str, dimension: int) -> Version | None:
    """Return the version for a model that a rebuild which was stopped left behind."""
    found = await versions()
    live = live_one(found)
    wanted = (True, SCHEMA, model, dimension)
    newer = [one for one in found if live is None or one.number > live.number]
    return next(
        (
            one
            for one in newer[::-1]
            if (one.follows, one.schema, one.model, one.dimension) == wanted
        ),
        None,
    )


async def switch(name: str) -> None:
    """Let a version be searched instead of the live one, in one step.

    Raises:
        AdministrationError: it does not follow the database, so it would be out of date.
    """
    version = named(await versions(), name)
    if not version.follows or version.schema != SCHEMA:
        raise AdministrationError(f"{name} does not follow the database: rebuild instead.")
    read = names.read_alias()
    await (await connected()).indices.update_aliases(
        actions=[
            {"remove": {"index": names.all_indices(), "alias": read, "must_exist": False}},
            {"add": {"index": name, "alias": read}},
        ]
    )


async def rollback() -> Version:
    """Let the version before the live one be searched again and return it.

    Raises:
        AdministrationError: there is none.
    """
    found = await versions()
    live = live_one(found)
    older = [one for one in found if live and one.number < live.number and one.follows]
    if not older:
        raise AdministrationError("There is no older version that follows the database.")
    await switch(older[-1].name)
    return older[-1]


async def drop(name: str) -> None:
    """Remove a version for good.

    Raises:
        AdministrationError: it is the live one.
    """
    if named(await versions(), name).live:
        raise AdministrationError(f"{name} is searched: switch to another version first.")
    await (await connected()).indices.delete(index=name)


def described(version: Version) -> dict[str, Any]:
    """Return a version as JSON shows it."""
    return asdict(version)


def _version(name: str, number: int, index: dict[str, Any], stats: dict[str, Any]) -> Version:
    aliases, mapping = index["aliases"], index["mappings"]
    meta = mapping.get("_meta", {})
    vectors = [
        field["index_options"]["type"]
        for field in mapping.get("properties", {}).values()
        if field.get("type") == "dense_vector" and "index_options" in field
    ]
    return Version(
        name=name,
        number=number,
        live=names.read_alias() in aliases,
        follows=names.write_alias() in aliases,
        schema=meta.get("schema"),
        model=meta.get("model", ""),
        dimension=meta.get("dimension", 0),
        vector_type=vectors[0] if vectors else "",
        documents=stats.get("docs", {}).get("count", 0),
        bytes=stats.get("store", {}).get("size_in_bytes", 0),
    )
