"""Tests on three real nodes: one that is killed under load costs no memory and no recall."""

from __future__ import annotations

import asyncio
from unittest.mock import AsyncMock

import pytest

from memories.access import Scope
from memories.actions import EMBED
from memories.index import memory_index, reset
from memories.index.changes import INDEX
from memories.index.elasticsearch import names
from memories.index.elasticsearch.client import connected
from memories.index.elasticsearch.engine import ElasticsearchIndex
from memories.index.elasticsearch.temporary import temporary_index
from memories.index.elasticsearch.upkeep import checked
from memories.models import Memory
from memories.tests.cluster import start_cluster
from memories.tests.factories import DIMENSION, MODEL, asked, said, texts
from whisper import health, outbox
from whisper.database.access import in_database
from whisper.environment import environment
from whisper.models import OutboxEntry
from whisper.outbox import topics
from whisper.tests.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.service,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("nodes"),
    pytest.mark.django_db(transaction=True),
]

PEOPLE = range(2001, 2031)
AFTER = 60


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    cluster = start_cluster(tmp_path_factory.mktemp("nodes"), 3)
    yield cluster
    cluster.stop()


@pytest.fixture
def spread(cluster, monkeypatch):
    """Keep memories on all nodes: three shards, each on two of them."""
    cluster.use(monkeypatch)
    monkeypatch.setattr(environment, "elasticsearch_shards", 3)
    monkeypatch.setattr(environment, "elasticsearch_replicas", 1)
    monkeypatch.setitem(topics.HANDLERS, EMBED, AsyncMock())
    reset()
    with temporary_index(MODEL, DIMENSION):
        cluster.wait_for("wait_for_status=green&wait_for_no_initializing_shards=true")
        yield
    reset()


async def until_drained():
    async def drained():
        await outbox.drain()
        return not await in_database(OutboxEntry.objects.filter(topic=INDEX).exists)

    await until(drained)


async def refresh():
    index = memory_index()
    assert isinstance(index, ElasticsearchIndex)
    await index.refresh()


async def shards_of(person):
    """Return in which shards anything of a person is."""
    client = await connected()
    found = set()
    for shard in range(3):
        count = await client.count(
            index=names.read_alias(),
            preference=f"_shards:{shard}",
            query={"term": {"person_id": str(person)}},
        )
        if count["count"]:
            found.add(shard)
    return found


class Load:
    """People who remember and recall all the time, and a worker; counts what they saw."""

    def __init__(self):
        self.committed = 0
        self.recalls = 0
        self.missed = []
        self.stopping, self.went_on = asyncio.Event(), asyncio.Event()

    async def remember(self):
        while not self.stopping.is_set():
            person = PEOPLE[self.committed % len(PEOPLE)]
            await in_database(said, f"thing{self.committed}", person)
            self.committed += 1
            self.went_on.set()

    async def recall(self):
        while not self.stopping.is_set():
            for person in PEOPLE:
                found = await memory_index().candidates(asked("miso"), Scope.direct(person))
                self.recalls += 1
                self.went_on.set()
                if texts(found) != [f"Miso of {person}"]:
                    self.missed.append((person, texts(found)))

    async def work(self):
        await outbox.run(self.stopping, idle_seconds=0.05)

    async def more(self, count):
        """Wait until some more memories were committed, and some more recalls answered.

        Each is counted on its own: memories are committed faster than recalls are answered.
        """
        committed, recalls = self.committed + count, self.recalls + count
        while self.committed < committed or self.recalls < recalls:
            self.went_on.clear()
            await self.went_on.wait()


@pytest.mark.long
async def test_each_persons_memories_are_in_one_shard_and_people_in_all(spread):
    for person in PEOPLE:
        for number in range(3):
            await in_database(said, f"thing{number} of {person}", person)
    await until_drained()
    await refresh()
    shards = [await shards_of(person) for person in PEOPLE]
    assert {len(one) for one in shards} == {1}
    assert set.union(*shards) == {0, 1, 2}


@pytest.mark.long
async def test_a_node_killed_under_load_costs_no_memory_and_no_recall(cluster, spread):
    for person in PEOPLE:
        await in_database(said, f"Miso of {person}", person)
    await until_drained()
    await refresh()
    load = Load()
    async with asyncio.TaskGroup() as tasks:
        for doing in (load.remember, load.recall, load.work):
            tasks.create_task(doing())
        await load.more(AFTER)
        await asyncio.to_thread(cluster.kill, await asyncio.to_thread(cluster.master))
        await load.more(AFTER)
        # The two that are left hold all of it, and the killed one's part has moved on.
        await asyncio.to_thread(cluster.wait_for, "wait_for_nodes=2&wait_for_status=yellow")
        await load.more(AFTER)
        load.stopping.set()
    await until_drained()
    await refresh()
    assert load.missed == []
    everything = await in_database(Memory.objects.count)
    assert everything == load.committed + len(PEOPLE)
    client = await connected()
    assert (await client.count(index=names.read_alias()))["count"] == everything
    _, differences = await checked(None, lambda _: None, repair=False)
    assert not +differences

    async def healthy():
        return (await health.report())["memory index"].status == "ok"

    await until(healthy)
