"""Connections to Elasticsearch: one for each event loop, closed with it."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import AsyncGenerator
from typing import Any
from weakref import WeakKeyDictionary

from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, AsyncElasticsearch
from elasticsearch.serializer import NdjsonSerializer, OrjsonSerializer

from whisper.addresses import without_password
from whisper.environment import environment
from whisper.networking import chain_of, system_reason

# It logs every request and failure; our callers log what matters.
logging.getLogger("elastic_transport").setLevel(logging.CRITICAL)

NOT_CREATED = "there is no index yet: run `manage.py memory_index prepare`"
# What each version of OpenSSL says of an answer without TLS.
NOT_TLS = re.compile("wrong version number|record layer failure", re.IGNORECASE)
FAULTS = (ApiError, TransportError, OSError, TimeoutError)


class _Lines(NdjsonSerializer, OrjsonSerializer):
    """Lines of JSON; with vectors in them the standard library takes ten times as long."""


SERIALIZERS = {
    "application/vnd.elasticsearch+json": OrjsonSerializer(),
    "application/vnd.elasticsearch+x-ndjson": _Lines(),
}

_Held = AsyncGenerator[AsyncElasticsearch, None]
_held: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[AsyncElasticsearch, _Held]] = (
    WeakKeyDictionary()
)


async def connected() -> AsyncElasticsearch:
    """Return the running event loop's client."""
    loop = asyncio.get_running_loop()
    if loop not in _held:
        # An event loop that ends closes the generators that it ran, and this one its client.
        holder = _hold()
        _held[loop] = (await anext(holder), holder)
    return _held[loop][0]


def reset() -> None:
    """Forget the clients, so that the next call reads the configuration again."""
    _held.clear()


def options() -> dict[str, Any]:
    """Return what the environment says of hosts, credentials and times."""
    found: dict[str, Any] = {
        "hosts": [node.get_secret_value() for node in environment.elasticsearch_url],
        "request_timeout": environment.elasticsearch_request_timeout,
        # Another node may answer; who waits decides what is tried again and when.
        "max_retries": len(environment.elasticsearch_url) - 1,
        "retry_on_status": (502,),
    }
    # The client refuses one for an address without TLS.
    is_encrypted = any(host.startswith("https:") for host in found["hosts"])
    if environment.elasticsearch_ca_file and is_encrypted:
        found["ca_certs"] = str(environment.elasticsearch_ca_file)
    if environment.elasticsearch_api_key:
        found["api_key"] = environment.elasticsearch_api_key.get_secret_value()
    elif environment.elasticsearch_user:
        password = environment.elasticsearch_password
        secret = password.get_secret_value() if password else ""
        found["basic_auth"] = (environment.elasticsearch_user, secret)
    return found


def failure(error: BaseException) -> str:
    """Return which Elasticsearch failed and why, for an operator."""
    return f"Elasticsearch ({addresses()}): {reason(error)}"


def addresses() -> str:
    """Return where Elasticsearch is, without passwords."""
    nodes = (node.get_secret_value() for node in environment.elasticsearch_url)
    return ", ".join(map(without_password, nodes))


def reason(error: BaseException) -> str:
    """Return why Elasticsearch failed, in a phrase that holds no address, text or secret."""
    if isinstance(error, ApiError):
        if error.status_code in (401, 403) and "block" not in error.error:
            return "it refuses the credentials"
        return refusal(error.status_code, error.error)
    if isinstance(error, (ConnectionTimeout, TimeoutError)):
        return "no answer in time"
    if isinstance(error, ssl.SSLError):
        # It is made of the settings before anything is sent.
        return "its authority can't be read: see ELASTICSEARCH_CA_FILE"
    if isinstance(error, TlsError):
        if any(NOT_TLS.search(str(each)) for each in chain_of(error)):
            return "it speaks HTTP without TLS: see ELASTICSEARCH_URL"
        return "its certificate is not trusted: see ELASTICSEARCH_CA_FILE"
    why = system_reason(error)
    return f"it can't be reached: {why}" if why else "it can't be reached"


def refusal(status: int, kind: str) -> str:
    """Return why Elasticsearch refuses a request.

    Args:
        status: of HTTP.
        kind: the type of error that it names.
    """
    return NOT_CREATED if kind == "index_not_found_exception" else f"{status} {kind}"


async def _hold() -> _Held:
    client = AsyncElasticsearch(**options(), serializers=SERIALIZERS)
    try:
        yield client
    finally:
        await client.close()
