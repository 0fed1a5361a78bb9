"""An embedding server that accepts and never answers holds up its own topic alone."""

from __future__ import annotations

import asyncio

import pytest

from memories import embeddings
from memories.actions import EMBED
from memories.models import Memory
from memories.tests.embeddings.embedding_server import embedding_server
from memories.tests.factories import said
from whisper import outbox
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.models import OutboxEntry
from whisper.outbox import topics, worker
from whisper.tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]

MEMORIES, ENTRIES = 60, 50


@pytest.fixture
def server(monkeypatch):
    with embedding_server() as running:
        monkeypatch.setattr(environment, "llm_embedding_api_url", running.url)
        monkeypatch.setattr(environment, "embedding_backend", "api")
        embeddings.reset()
        yield running
    embeddings.reset()


@pytest.fixture
def done(monkeypatch):
    """Return what handlers of two other topics did, by topic."""
    done: dict[str, list[int]] = {"second": [], "third": []}

    def handler(topic):
        async def handle(payloads):
            done[topic] += [payload["number"] for payload in payloads]

        return handle

    for topic in done:
        monkeypatch.setitem(topics.HANDLERS, topic, handler(topic))
    for state in ("_paused_until", "_most"):
        monkeypatch.setattr(worker, state, {})
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.0)
    return done


def say_much() -> None:
    """Keep memories, and then let both topics have work."""
    for number in range(MEMORIES):
        said(f"I planted tree {number}.")
    for number in range(ENTRIES):
        for topic in ("second", "third"):
            outbox.enqueue(topic, {"number": number})


def without_a_vector() -> int:
    return Memory.objects.filter(embedding=None).count()


async def test_an_embedding_server_that_never_answers_holds_up_no_other_topic(server, done):
    server.behaviours = ["stall"]
    await in_database(say_much)
    stop = asyncio.Event()
    working = asyncio.create_task(outbox.run(stop, idle_seconds=0.01))
    await until(lambda: server.asked)
    await until(lambda: all(len(numbers) == ENTRIES for numbers in done.values()))
    # All that while it waited for the answer to its first request.
    assert len(server.asked) == 1
    assert await in_database(without_a_vector) == MEMORIES
    assert all(numbers == list(range(ENTRIES)) for numbers in done.values())
    server.behaviours = ["right"]
    server.stop_stalling.set()

    def embedded() -> bool:
        waiting = OutboxEntry.objects.filter(topic=EMBED).exists()
        return not waiting and without_a_vector() == 0

    await until(lambda: in_database(embedded))
    stop.set()
    await working
