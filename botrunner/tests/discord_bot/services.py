"""Elasticsearch and an embedder, which a bot reaches over a network that tests break."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from botrunner.tests.discord_bot.databases import Fault
from conftest import require_service
from memories.tests.embeddings.embedding_server import embedding_server
from memories.tests.proxy import Proxy

# Seconds on the way, twice as many at most, and the share of what arrives that was sent again.
DELAY, LOSS = 0.02, 0.05
ANSWER_SECONDS = 30


class Services:
    """Everything that a bot reaches by a network, each by a way of its own.

    Args:
        ways: to what there is, by its name.
        address: of Elasticsearch, for the test itself.
    """

    def __init__(self, ways: Mapping[str, Proxy], address: str) -> None:
        self._ways, self._address = ways, address
        self._prefix = f"whisper-chaos-{uuid.uuid4().hex[:8]}"

    def variables(self, database: Mapping[str, str]) -> dict[str, str]:
        """Return the settings of a bot.

        Args:
            database: what they say of its database.
        """
        ways = {name: f"127.0.0.1:{way.port}" for name, way in self._ways.items()}
        given = urlsplit(database["DATABASE_URL"])
        url = given._replace(netloc=f"{given.username}@{ways['database']}")
        return {
            **database,
            "DATABASE_URL": url.geturl(),
            "REDIS_URL": f"redis://{ways['redis']}/0",
            "MEMORY_INDEX": "elasticsearch",
            "ELASTICSEARCH_URL": f"http://{ways['Elasticsearch']}",
            "ELASTICSEARCH_INDEX_PREFIX": self._prefix,
            "ELASTICSEARCH_REQUEST_TIMEOUT": "2",
            "LLM_EMBEDDING_API_URL": f"http://{ways['embedder']}/v1",
        }

    def faults(self) -> dict[str, Fault]:
        """Return what can be broken, by its name."""
        return {
            "Elasticsearch away": lambda seconds: self._away("Elasticsearch", seconds),
            "Elasticsearch silent": self._silent,
            "Elasticsearch's disk full": self._disk_full,
            "embedder crashed": lambda seconds: self._away("embedder", seconds),
            "network slow and lossy": self._lossy,
        }

    def texts(self) -> str:
        """Return all that Elasticsearch holds, as it would be found."""
        self._ask("POST", "_refresh")
        return str(self._ask("POST", "_search", {"size": 10_000}))

    def remove(self) -> None:
        """Remove the bot's index."""
        self._ask("DELETE", "?ignore_unavailable=true")

    async def _away(self, name: str, seconds: float) -> None:
        self._ways[name].refuse()
        await asyncio.sleep(seconds)
        self._ways[name].accept()

    async def _silent(self, seconds: float) -> None:
        self._ways["Elasticsearch"].hold()
        await asyncio.sleep(seconds)
        self._ways["Elasticsearch"].release()

    async def _disk_full(self, seconds: float) -> None:
        """Refuse to write, as Elasticsearch does where its disk is nearly full."""
        for refuses in (True, None):
            block = {"index.blocks.read_only_allow_delete": refuses}
            await asyncio.to_thread(self._ask, "PUT", "_settings", block)
            await asyncio.sleep(seconds if refuses else 0)

    async def _lossy(self, seconds: float) -> None:
        for way in self._ways.values():
            way.worsen(delay=DELAY, loss=LOSS)
        await asyncio.sleep(seconds)
        for way in self._ways.values():
            way.worsen(delay=0, loss=0)

    def _ask(self, method: str, what: str, body: object = None) -> Any:
        address = f"{self._address}/{self._prefix}-memories-v1/{what}"
        data = None if body is None else json.dumps(body).encode()
        request = Request(address, data, {"Content-Type": "application/json"}, method=method)
        with urlopen(request, timeout=ANSWER_SECONDS) as answer:
            return json.load(answer)


@contextmanager
def running_services(database: str, redis: str) -> Iterator[Services]:
    """Run what a bot needs beside its database and Redis, and the ways to all of it.

    Args:
        database: the database's address.
        redis: Redis's address.
    """
    elasticsearch = require_service("elasticsearch")
    with embedding_server() as embedder, ExitStack() as ending:
        addresses = {
            "database": database,
            "redis": redis,
            "Elasticsearch": elasticsearch,
            "embedder": embedder.url,
        }
        ways = {name: Proxy(address) for name, address in addresses.items()}
        for way in ways.values():
            ending.callback(way.refuse)
        services = Services(ways, elasticsearch)
        ending.callback(services.remove)
        yield services
