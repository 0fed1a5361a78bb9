"""Elasticsearch away, slow, full or of another mapping: recall goes on, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from pydantic import SecretStr

from conftest import require_service
from memories.access import Scope
from memories.actions import EMBED, forget
from memories.index import memory_index, reset
from memories.index.changes import INDEX
from memories.index.elasticsearch import client, names
from memories.index.elasticsearch.document import index_body, source_of
from memories.index.elasticsearch.engine import ElasticsearchIndex
from memories.index.elasticsearch.temporary import temporary_index
from memories.index.local import LocalIndex
from memories.tests.factories import ANN, DIMENSION, MODEL, asked, axis, give_vector, said, texts
from memories.tests.indices import Searched
from memories.tests.proxy import Proxy
from memories.tests.search.searching import find
from whisper import health, outbox
from whisper.circuit_breaker import FAILURES_TO_OPEN
from whisper.environment import Environment, environment
from whisper.models import OutboxEntry
from whisper.outbox import topics, worker
from whisper.tests.moving import moving
from whisper.tests.waiting import wait_until

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

ALONE = Scope.direct(ANN)
drain = async_to_sync(outbox.drain)


@pytest.fixture
def proxy():
    proxy = Proxy(require_service("elasticsearch"))
    yield proxy
    proxy.release()
    proxy.refuse()


@pytest.fixture
def index(proxy, monkeypatch):
    """Reach Elasticsearch by a way that can be cut."""
    monkeypatch.setattr(environment, "memory_index", "elasticsearch")
    monkeypatch.setitem(topics.HANDLERS, EMBED, AsyncMock())
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(worker, "_paused_until", {})
    monkeypatch.setattr(worker, "_most", {})
    monkeypatch.setattr("memories.index.elasticsearch.engine.LOOK_SECONDS", 0.0)
    monkeypatch.setattr("whisper.circuit_breaker.PROBE_SECONDS", 0.01)
    address = [SecretStr(require_service("elasticsearch"))]
    monkeypatch.setattr(environment, "elasticsearch_url", address)
    reset()
    with temporary_index(MODEL, DIMENSION):
        monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr(proxy.url)])
        yield Searched()
        monkeypatch.setattr(environment, "elasticsearch_url", address)
    reset()


@pytest.fixture
def searched_in_process(monkeypatch):
    """Count the searches that went without Elasticsearch."""
    searches = []
    search = LocalIndex.search_pool

    def counted(*args, **how):
        searches.append(args)
        return search(*args, **how)

    monkeypatch.setattr(LocalIndex, "search_pool", counted)
    return searches


def of_index():
    return OutboxEntry.objects.filter(topic=INDEX)


def breaker():
    index = memory_index()
    assert isinstance(index, ElasticsearchIndex)
    return index.breaker


def detail():
    return async_to_sync(health.report)()["memory index"]


def elasticsearch(work):
    """Run something on the client of an event loop of its own."""

    async def run():
        return await work(await client.connected())

    return async_to_sync(run)()


def recalled(index, text="miso"):
    return texts(index.search_as_it_is(asked(text), ALONE))


def test_recall_goes_on_in_process_while_elasticsearch_is_away(index, proxy, searched_in_process):
    said("Miso sleeps")
    index.settle()
    assert recalled(index) == ["Miso sleeps"]
    assert searched_in_process == []
    assert detail().status == "ok"
    proxy.refuse()
    for _ in range(FAILURES_TO_OPEN + 1):
        assert recalled(index) == ["Miso sleeps"]
    assert len(searched_in_process) == FAILURES_TO_OPEN + 1
    assert (detail().status, "away for " in detail().detail) == ("degraded", True)
    proxy.accept()
    wait_until(lambda: not breaker().is_open)
    assert recalled(index) == ["Miso sleeps"]
    assert len(searched_in_process) == FAILURES_TO_OPEN + 1
    assert detail().status == "ok"


def test_metrics_tell_what_is_held_searched_waits_and_was_refused(index, proxy, monkeypatch):
    detail()
    with moving("whisper_index_entries", "whisper_index_search_seconds_bucket"):
        said("Miso sleeps")
        index.settle()
        recalled(index)
        detail()
    refusing = AsyncMock(side_effect=outbox.PermanentError("refused"))
    monkeypatch.setitem(topics.HANDLERS, INDEX, refusing)
    with moving(
        "whisper_index_fallbacks_total",
        "whisper_index_set_aside",
        "whisper_index_waiting",
        "whisper_index_behind_seconds",
    ):
        said("Miso purrs")
        drain()
        said("Miso eats")
        proxy.refuse()
        recalled(index)
        detail()


def open_breaker(index, proxy):
    said("Miso sleeps")
    index.settle()
    proxy.refuse()
    for _ in range(FAILURES_TO_OPEN):
        recalled(index)
    assert breaker().is_open


def lag(monkeypatch):
    """Let the index be further behind than recall bears."""
    said("Miso purrs")
    monkeypatch.setattr("memories.index.elasticsearch.engine.MOST_BEHIND", timedelta(0))


def test_a_server_that_is_back_is_not_called_away_while_the_index_lags(index, proxy, monkeypatch):
    open_breaker(index, proxy)
    proxy.accept()
    lag(monkeypatch)
    monkeypatch.setattr("memories.index.health.MOST_BEHIND", timedelta(0))
    assert "behind" in detail().detail
    assert not breaker().is_open


def test_whoever_searches_does_not_wait_for_a_probe(index, proxy, monkeypatch):
    monkeypatch.setattr("whisper.circuit_breaker.PROBE_SECONDS", 3600.0)
    open_breaker(index, proxy)
    proxy.accept()
    monkeypatch.setattr(ElasticsearchIndex, "_ask", AsyncMock(side_effect=AssertionError))
    assert recalled(index) == ["Miso sleeps"]
    assert breaker().is_open


@pytest.mark.parametrize("lagging", [False, True])
def test_the_breaker_closes_though_nobody_searches(index, proxy, monkeypatch, lagging):
    open_breaker(index, proxy)
    if lagging:
        lag(monkeypatch)

    proxy.accept()
    wait_until(lambda: not breaker().is_open)
    assert "away" not in detail().detail


def test_nobody_waits_longer_than_they_would_notice(index, proxy, monkeypatch):
    said("Miso sleeps")
    index.settle()
    shipped = Environment.model_fields["elasticsearch_search_timeout"].default
    assert shipped < 0.1
    monkeypatch.setattr(environment, "elasticsearch_search_timeout", shipped)
    proxy.hold()
    for _ in range(10):
        assert recalled(index) == ["Miso sleeps"]
    assert breaker().last_error == "no answer in time"


def test_an_open_breaker_lets_nobody_wait_at_all(index, proxy, monkeypatch):
    monkeypatch.setattr("whisper.circuit_breaker.PROBE_SECONDS", 60.0)
    monkeypatch.setattr(environment, "elasticsearch_search_timeout", 0.05)
    proxy.hold()
    for _ in range(FAILURES_TO_OPEN):
        recalled(index)
    assert breaker().is_open
    monkeypatch.setattr(ElasticsearchIndex, "_ask", AsyncMock(side_effect=AssertionError))
    assert recalled(index) == []


@pytest.mark.parametrize("fault", ["refuse", "hold"])
def test_writes_wait_uncounted_and_are_made_good(index, proxy, fault, searched_in_process):
    gone = said("Miso of old")
    index.settle()
    getattr(proxy, fault)()
    said("Miso sleeps")
    forget([gone.pk])
    drain()
    waiting = of_index().values_list("attempts", "failed_at", "last_error")
    assert [row[:2] for row in waiting] == [(0, None)] * 2
    assert all(row[2].startswith("Elasticsearch (http:") for row in waiting)
    proxy.release() if fault == "hold" else proxy.accept()
    while of_index().exists():
        drain()
    index.refresh()
    assert recalled(index) == ["Miso sleeps"]
    assert searched_in_process == []


def test_a_copy_that_is_far_behind_is_not_searched(index, monkeypatch, searched_in_process):
    said("Miso sleeps")
    monkeypatch.setattr("memories.index.elasticsearch.engine.MOST_BEHIND", timedelta(0))
    assert recalled(index) == ["Miso sleeps"]
    assert len(searched_in_process) == 1


def set_block(to):
    block = {"index.blocks.read_only_allow_delete": to}
    elasticsearch(lambda es: es.indices.put_settings(index=names.all_indices(), settings=block))


def test_a_full_disk_lets_writes_wait(index):
    set_block(True)
    said("Miso sleeps")
    drain()
    (entry,) = of_index()
    assert (entry.attempts, entry.failed_at) == (0, None)
    assert "block" in entry.last_error
    set_block(None)
    index.settle()
    assert recalled(index) == ["Miso sleeps"]


def replace_index(**changes):
    """Put an index of another making in the place of the live one."""
    name = names.index_name(1)
    body = index_body(MODEL, DIMENSION)
    for part, change in changes.items():
        body[part] |= change
    aliases: dict[str, Any] = {names.read_alias(): {}, names.write_alias(): {}}
    elasticsearch(lambda es: es.indices.delete(index=name))
    elasticsearch(
        lambda es: es.indices.create(index=name, aliases=aliases, wait_for_active_shards=0, **body)
    )


def test_an_index_of_another_mapping_is_neither_written_nor_searched(index, searched_in_process):
    replace_index(mappings={"_meta": {"schema": 0}})
    said("Miso sleeps")
    drain()
    assert "another mapping: run" in of_index().get().last_error
    assert recalled(index) == ["Miso sleeps"]
    assert len(searched_in_process) == 1
    assert "another mapping" in breaker().last_error


def test_a_field_that_the_index_lacks_loses_nothing(index):
    mapping = index_body(MODEL, DIMENSION)["mappings"]
    del mapping["properties"]["slot"]
    replace_index(mappings=mapping)
    said("Miso sleeps")
    drain()
    (entry,) = of_index()
    assert (entry.attempts, entry.failed_at) == (0, None)
    assert "strict_dynamic_mapping" in entry.last_error


def test_a_red_index_is_neither_written_nor_searched(index, searched_in_process):
    nowhere = {"index.routing.allocation.require._name": "nowhere"}
    replace_index(settings=nowhere)
    said("Miso sleeps")
    drain()
    (entry,) = of_index()
    assert (entry.attempts, entry.failed_at) == (0, None)
    assert recalled(index) == ["Miso sleeps"]
    assert len(searched_in_process) == 1


def test_an_index_that_was_not_created_is_told_from_a_server_that_is_away(index, caplog):
    elasticsearch(lambda es: es.indices.delete(index=names.index_name(1)))
    said("Miso sleeps")
    drain()
    recalled(index)
    status, said_of_it = detail().status, detail().detail
    assert (status, "away" in said_of_it) == ("degraded", False)
    for told in (said_of_it, breaker().last_error, of_index().get().last_error, caplog.text):
        assert "run `manage.py memory_index prepare`" in told
    assert "index_not_found" not in caplog.text


def test_figures_and_search_of_an_index_that_was_not_created_say_so_in_the_log(index, caplog):
    elasticsearch(lambda es: es.indices.delete(index=names.index_name(1)))
    call_command("analytics", "--person", str(ANN))
    find("miso")
    lines = [line for line in caplog.messages if "run `manage.py memory_index prepare`" in line]
    assert [line.partition(":")[0] for line in lines] == ["analytics", "search", "elasticsearch"]
    assert "index_not_found" not in caplog.text


def test_no_index_at_all_leaves_recall_and_record_as_they_are(index, searched_in_process):
    elasticsearch(lambda es: es.indices.delete(index=names.index_name(1)))
    said("Miso sleeps")
    drain()
    assert of_index().get().failed_at is None
    assert recalled(index) == ["Miso sleeps"]
    assert not elasticsearch(lambda es: es.indices.exists(index=names.write_alias()))


def test_a_document_that_is_refused_holds_up_no_other(index, monkeypatch):
    good, bad = said("Miso sleeps"), said("Miso broken")

    def broken(memory, *rest):
        fault = {"revision": "no number"} if memory.pk == bad.pk else {}
        return source_of(memory, *rest) | fault

    monkeypatch.setattr("memories.index.elasticsearch.writer.source_of", broken)
    drain()
    index.refresh()
    assert recalled(index) == ["Miso sleeps"]
    assert of_index().get().failed_at is not None
    assert good.text not in of_index().get().last_error


def test_a_busy_node_gets_time_to_catch_its_breath(index, monkeypatch):
    from memories.index.elasticsearch import writer

    waits: list[float] = []
    once = writer._write_once

    async def busy_twice(client, name, writes, *, equal_too):
        if len(waits) < 2:
            return writes, 0
        return await once(client, name, writes, equal_too=equal_too)

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr(writer, "_write_once", busy_twice)
    monkeypatch.setattr("memories.index.elasticsearch.writer.asyncio.sleep", sleep)
    give_vector(said("Miso sleeps"), axis(0))
    index.settle()
    assert recalled(index) == ["Miso sleeps"]
    assert waits == [0.1, 0.2]


def test_a_node_that_stays_busy_lets_writes_wait(index, monkeypatch):
    from memories.index.elasticsearch import writer

    async def busy(client, name, writes, *, equal_too):
        return writes, 0

    monkeypatch.setattr(writer, "_write_once", busy)
    monkeypatch.setattr(writer, "FIRST_WAIT", 0.0)
    said("Miso sleeps")
    drain()
    assert of_index().get().last_error == "Elasticsearch: it is too busy"
