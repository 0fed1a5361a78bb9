"""The circuit breaker of Elasticsearch."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from elasticsearch import Elasticsearch
from prometheus_client import Enum

from memories.index.elasticsearch.client import FAULTS, addresses, options, reason
from memories.index.elasticsearch.document import SCHEMA
from memories.index.elasticsearch.names import read_alias
from whisper.circuit_breaker import CircuitBreaker, State
from whisper.environment import environment

logger = logging.getLogger(__name__)

HEALTH_SECONDS = 1.0
STATE = Enum("whisper_index_state", "Who searches memories.", states=["elasticsearch", "local"])


class ElasticsearchError(OSError):
    """What Elasticsearch holds or replies can't be used; the text says why."""


class ElasticsearchBreaker(CircuitBreaker):
    """Stops searches in Elasticsearch until it replies in time again."""

    def __init__(self) -> None:
        super().__init__("elasticsearch", _probe, faults=FAULTS, reason=reason_of)

    def opened(self, when: str) -> None:
        """Say that it is not used: it may be reachable without an index."""
        STATE.state("local")
        logger.error("elasticsearch: %s is not used for now (%s)", addresses(), self.last_error)

    def closed(self, before: State) -> None:
        """Tell that it is used again."""
        STATE.state("elasticsearch")
        super().closed(before)


def reason_of(error: BaseException) -> str:
    """Return why a search failed, in a phrase that holds no address, text or secret."""
    return str(error) if isinstance(error, ElasticsearchError) else reason(error)


def require_schema(mappings: Mapping[str, Any]) -> None:
    """Check that an index is of this code's making.

    Args:
        mappings: what Elasticsearch says of the mappings of its indices.

    Raises:
        ElasticsearchError: one is not.
    """
    for index in mappings.values():
        if index["mappings"].get("_meta", {}).get("schema") != SCHEMA:
            raise ElasticsearchError("the index has another mapping: run memory_index rebuild")


def _probe() -> None:
    """Return when a search is answered as fast as people need it."""
    began = time.perf_counter()
    with Elasticsearch(**options() | {"request_timeout": HEALTH_SECONDS}) as client:
        require_schema(client.indices.get_mapping(index=read_alias()).body)
        client.search(index=read_alias(), size=0, allow_partial_search_results=False)
    if time.perf_counter() - began > environment.elasticsearch_search_timeout:
        raise TimeoutError
