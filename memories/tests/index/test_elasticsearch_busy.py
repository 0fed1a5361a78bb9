"""A real node that takes little at once: writing slows down, and nothing is lost."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import async_to_sync

from memories.index import copied_index, reset
from memories.index.elasticsearch import writer
from memories.index.elasticsearch.temporary import temporary_index
from memories.index.elasticsearch.upkeep import checked
from memories.tests.cluster import start_cluster
from memories.tests.factories import DIMENSION, MODEL, said
from memories.tests.indices import Searched
from whisper.outbox import AwayError
from whisper.tests.waiting import until_it_succeeds

pytestmark = [
    pytest.mark.slow,
    pytest.mark.service,
    pytest.mark.timeout(200),
    pytest.mark.xdist_group("nodes"),
    pytest.mark.django_db(transaction=True),
]

LITTLE = (
    "indexing_pressure.memory.limit=40kb",
    "thread_pool.write.size=1",
    "thread_pool.write.queue_size=1",
)


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = start_cluster(tmp_path_factory.mktemp("busy"), 1, *LITTLE)
    yield node
    node.stop()


@pytest.fixture
def index(node, monkeypatch):
    node.use(monkeypatch)
    reset()
    with temporary_index(MODEL, DIMENSION):
        yield Searched()
    reset()


def refused():
    return writer.REFUSED._value.get()


def differences():
    return async_to_sync(checked)(None, lambda _: None, repair=False)[1].total()


def test_what_a_node_refuses_at_once_it_takes_in_parts(index):
    for number in range(100):
        said(f"Miso {number} " + "sleeps " * 100)
    before = refused()
    index.settle()
    assert refused() > before
    assert differences() == 0


def test_single_items_that_a_full_queue_refuses_are_tried_again(index):
    memories = [said(f"Miso {number}") for number in range(60)]

    async def all_at_once():
        copy = copied_index()
        assert copy is not None
        await asyncio.gather(*(until_taken(copy, memory.pk) for memory in memories))

    async def until_taken(copy, memory):
        # As the outbox does.
        await until_it_succeeds(lambda: copy.follow([memory], []), AwayError)

    before = refused()
    async_to_sync(all_at_once)()
    assert refused() > before
    index.refresh()
    assert differences() == 0
