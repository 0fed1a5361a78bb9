"""The snapshot that Elasticsearch takes beside a backup of the database."""

from __future__ import annotations

from asgiref.sync import async_to_sync

from whisper.backups.snapshots import takes_snapshots
from whisper.environment import environment


@takes_snapshots("Elasticsearch")
def snapshot() -> str | None:
    """Take one where Elasticsearch is used and has somewhere to put it.

    Raises:
        RuntimeError: it failed; the text says why.
    """
    if environment.memory_index != "elasticsearch" or not environment.elasticsearch_snapshot_path:
        return None
    # These bring packages that another index does not need.
    from memories.index.elasticsearch.client import FAULTS, reason
    from memories.index.elasticsearch.snapshots import take

    try:
        return async_to_sync(take)().name
    except FAULTS as error:
        raise RuntimeError(reason(error)) from error
