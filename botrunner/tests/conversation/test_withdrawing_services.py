"""A deleted message is found in no service either: PostgreSQL, Redis and Elasticsearch."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest
from asgiref.sync import sync_to_async
from pydantic import SecretStr

from botrunner import history
from botrunner.history import conversation_cache
from botrunner.tests.byte_search import where
from botrunner.tests.conversation.test_withdrawing import delete, edit, facts, tell
from botrunner.tests.fakes import ANN
from conftest import require_service
from memories.embeddings import embedder
from memories.index import copied_index, reset
from whisper.environment import environment
from whisper.redis import breaker
from whisper.redis.breaker import RedisBreaker
from whisper.redis.keys import Keys

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.service]


@pytest.fixture
def index(monkeypatch, transactional_db):
    """Let the test use Elasticsearch, and return its address."""
    address = require_service("elasticsearch")
    monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr(address)])
    monkeypatch.setattr(environment, "memory_index", "elasticsearch")
    from memories.index.elasticsearch.temporary import temporary_index

    reset()
    by = embedder()
    with temporary_index(by.model, by.dimension):
        yield address
    reset()


@pytest.fixture
async def services(index, settings):
    """Let the test use Redis as well, and leave it empty."""
    settings.REDIS_ADDRESS = require_service("redis")
    history.reset()
    breaker.use(RedisBreaker(settings.REDIS_ADDRESS, keys=Keys("whisper-test-withdrawing")))
    await conversation_cache().clear()
    yield index
    await conversation_cache().clear()
    await conversation_cache().aclose()
    history.reset()


def indexed(address: str) -> str:
    """Return everything that can be found in the index, as text."""
    name = f"{environment.elasticsearch_index_prefix}-memories-v*"
    with urlopen(f"{address}/{name}/_search?size=1000") as answer:
        return json.dumps(json.load(answer), ensure_ascii=False)


async def test_deletions_and_edits_reach_every_service(services):
    one = await tell("My cat Zorblax is terribly ill.", "Poor Zorblax!")
    other = await tell("My dog is called Quuxifer.", "Quuxifer and Zorblax, then.")
    await tell("They get along well with each other.", "Zorblax and Quuxifer do?")
    copy = copied_index()
    assert copy
    await copy.refresh()
    assert "Zorblax" in await sync_to_async(indexed)(services)
    assert [place for place in await where("Zorblax", ANN) if place.startswith("redis")]
    assert await conversation_cache().healthy()
    await delete(one)
    await edit(other, "My dog is called Rex.")
    await copy.refresh()
    for word in ("Zorblax", "Quuxifer", "terribly"):
        assert await where(word, ANN) == [], word
        assert word not in await sync_to_async(indexed)(services)
    assert "Their dog is called Rex." in await facts()
