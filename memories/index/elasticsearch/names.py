"""Names of indices and aliases; all begin with the configured prefix."""

from __future__ import annotations

import re

from whisper.environment import environment


def read_alias() -> str:
    """Return the alias of the one index that is searched."""
    return f"{environment.elasticsearch_index_prefix}-memories-read"


def write_alias() -> str:
    """Return the alias of all indices that follow the database."""
    return f"{environment.elasticsearch_index_prefix}-memories-write"


def index_name(version: int) -> str:
    """Return the name of a version of the index."""
    return f"{environment.elasticsearch_index_prefix}-memories-v{version}"


def version_of(name: str) -> int | None:
    """Return which version of the index a name is of, None for another index."""
    prefix = re.escape(environment.elasticsearch_index_prefix)
    found = re.fullmatch(rf"{prefix}-memories-v([1-9][0-9]*)", name)
    return int(found[1]) if found else None


def all_indices() -> str:
    """Return the pattern of all versions."""
    return f"{environment.elasticsearch_index_prefix}-memories-v*"


def template() -> str:
    """Return the name of the template that keeps Elasticsearch from creating indices on its own."""
    return f"{environment.elasticsearch_index_prefix}-memories"


def repository() -> str:
    """Return the name of the repository of snapshots, and of its folder."""
    return f"{environment.elasticsearch_index_prefix}-memories"
