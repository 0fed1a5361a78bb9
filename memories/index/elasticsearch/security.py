"""An API key that may do to its own indices what Whisper does, and nothing to those of others."""

from __future__ import annotations

import json
from typing import Any

from elasticsearch import ApiError

from memories.index.elasticsearch import names
from memories.index.elasticsearch.administration import AdministrationError
from memories.index.elasticsearch.client import connected, reason
from whisper.environment import environment

# Templates, repositories and snapshots are the cluster's: it knows no privilege for one of them.
CLUSTER = ("monitor", "manage_index_templates")
SNAPSHOTS = ("cluster:admin/repository/put", "cluster:admin/snapshot/*")
# Less than `manage` may neither name an alias nor move one.
INDEX = ("read", "write", "manage")


def key_request() -> dict[str, Any]:
    """Return what asks for a key with as few privileges as do."""
    snapshots = SNAPSHOTS if environment.elasticsearch_snapshot_path else ()
    # Of nothing else in the cluster, and of no other bot.
    own = [names.all_indices(), names.read_alias(), names.write_alias()]
    return {
        "name": names.repository(),
        "role_descriptors": {
            "whisper": {
                "cluster": [*CLUSTER, *snapshots],
                "indices": [{"names": own, "privileges": list(INDEX)}],
            }
        },
    }


def as_text(request: dict[str, Any]) -> str:
    """Return a request for a key in a form that an administrator can send."""
    return f"POST /_security/api_key\n{json.dumps(request, indent=2)}"


async def make_key() -> str:
    """Create a key and return it in the form of ELASTICSEARCH_API_KEY; it can't be read again.

    Raises:
        AdministrationError: security is off there, or these credentials may make none.
    """
    request = key_request()
    try:
        made = await (await connected()).security.create_api_key(**request)
    except ApiError as error:
        if error.status_code in (401, 403):
            raise AdministrationError(
                "These credentials may make no API key: run it with ELASTICSEARCH_USER and "
                "ELASTICSEARCH_PASSWORD of one who may, and without ELASTICSEARCH_API_KEY."
            ) from error
        why = "has security off" if _is_off(error) else f"made no key ({reason(error)})"
        raise AdministrationError(
            f"Elasticsearch {why}. With security, this creates a key:\n\n{as_text(request)}"
        ) from error
    encoded: str = made["encoded"]
    return encoded


def _is_off(error: ApiError) -> bool:
    return "no handler found" in str(error.body) or "must be explicitly enabled" in str(error.body)
