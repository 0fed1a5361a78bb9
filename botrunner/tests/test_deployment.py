"""The deployment of compose.yml comes up, watches itself, and comes back."""

from __future__ import annotations

import json
import uuid
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from elasticsearch import Elasticsearch

from botrunner.tests.deployment import deployment
from conftest import require_service
from whisper.tests.database.postgres_server import PostgresServer
from whisper.tests.redis.redis_server import RedisServer
from whisper.tests.waiting import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.service, pytest.mark.xdist_group("deployment")]


@pytest.fixture(scope="module")
def elasticsearch():
    """Give an address and a prefix of indices that go with the tests."""
    address, prefix = require_service("elasticsearch"), f"deployed-{uuid.uuid4().hex[:8]}"
    yield address, prefix
    with Elasticsearch(address) as client:
        for name in client.indices.get(index=f"{prefix}-*"):
            client.indices.delete(index=name)
        for name in client.indices.get_index_template(name=f"{prefix}-*")["index_templates"]:
            client.indices.delete_index_template(name=name["name"])


@pytest.fixture(scope="module")
def postgres():
    with PostgresServer() as server:
        server.execute("CREATE ROLE whisper LOGIN")
        server.execute("CREATE DATABASE whisper OWNER whisper")
        yield server


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="module")
def deployed(postgres, redis, elasticsearch):
    """Give a deployment whose services were started in their order."""
    address, prefix = elasticsearch
    stores = {
        "postgres:5432/whisper\n": f"127.0.0.1:{postgres.port}/whisper\n",
        "redis:6379": f"127.0.0.1:{redis.port}",
        "https://elasticsearch:9200\n": f"{address}\nELASTICSEARCH_INDEX_PREFIX={prefix}\n",
    }
    with deployment(stores) as deployed:
        deployed.write_secrets()
        deployed.run("migrate")
        deployed.start("whisper")
        deployed.start("worker")
        yield deployed


def health(deployed, name):
    """Return the state of each part, as a process says."""
    try:
        answer = urlopen(f"{deployed.address(name)}/health", timeout=10)
    except HTTPError as error:
        answer = error
    with answer:
        return {part: found["status"] for part, found in json.load(answer)["checks"].items()}


@pytest.mark.long
def test_what_starts_in_order_gets_healthy_and_what_is_killed_comes_back(deployed):
    deployed.wait_until_healthy("whisper", "worker")
    wait_until(lambda: set(health(deployed, "whisper").values()) == {"ok"})
    wait_until(lambda: set(health(deployed, "worker").values()) == {"ok"})
    deployed.kill("whisper")
    deployed.start("whisper")
    deployed.wait_until_healthy("whisper")


@pytest.mark.long
def test_the_worker_comes_back(deployed):
    deployed.kill("worker")
    deployed.start("worker")
    deployed.wait_until_healthy("worker")


@pytest.mark.long
def test_without_its_database_it_is_unhealthy_until_that_is_back(deployed, postgres):
    deployed.wait_until_healthy("worker")
    postgres.kill()
    wait_until(lambda: not deployed.is_ready("worker"))
    assert not deployed.is_healthy("worker")
    postgres.start()
    deployed.wait_until_healthy("whisper", "worker")


@pytest.mark.long
def test_redis_is_missed_without_traffic_and_makes_nothing_unhealthy(deployed, redis):
    redis.kill()
    wait_until(lambda: health(deployed, "worker")["redis"] == "degraded")
    assert deployed.is_ready("worker")
    redis.start()
    wait_until(lambda: health(deployed, "worker")["redis"] == "ok")


@pytest.mark.long
def test_what_is_stopped_ends_within_its_grace_period(deployed):
    deployed.wait_until_healthy("whisper", "worker")
    assert [deployed.stop(name) for name in ("whisper", "worker")] == [0, 0]
