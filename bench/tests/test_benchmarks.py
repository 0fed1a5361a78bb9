"""Tests of the benchmarks, at a scale that tells nothing but that they measure what they say."""

from __future__ import annotations

import os

import pytest
from pydantic import SecretStr

from bench import console, conversation, servers
from bench.console import pages
from bench.console.world import fill
from bench.memories import engines, growth, imports, large, search, sizes
from bench.memories.crowd import NEAREST, Crowd
from botrunner.console.urls import urlpatterns
from botrunner.tests.console.test_limits import NO_PAGES
from conftest import require_service
from memories.models import Memory
from memories.tests.factories import said
from memories.tests.legacy.with_chroma import require_chroma
from whisper.environment import environment

pytestmark = pytest.mark.django_db

TINY = 0.001


@pytest.fixture
def elasticsearch(monkeypatch):
    """Let the benchmark reach Elasticsearch."""
    address = SecretStr(require_service("elasticsearch"))
    monkeypatch.setattr(environment, "elasticsearch_url", [address])


@pytest.mark.process
def test_a_process_that_never_gets_ready_ends_the_benchmark(monkeypatch):
    monkeypatch.setattr(conversation, "READY_WITHIN", 0)
    with pytest.raises(RuntimeError, match="isn't ready after 0 seconds"):
        conversation._ready_after(os.environ, "-c", "import time; time.sleep(60)")


@pytest.mark.long
@pytest.mark.process
def test_each_process_is_started_until_it_is_ready(monkeypatch):
    monkeypatch.setattr(conversation, "STARTS", 1)
    rows = conversation.measure_start(TINY)
    assert [row.what.partition(" until ")[0].partition(" to ")[0] for row in rows] == [
        "seconds from the start of runbot",
        "MB resident with 10 memories",
        "seconds from the start of runworker",
        "seconds from the start of the console alone",
    ]


@pytest.fixture
def few_queries(monkeypatch):
    """Ask little, and no ChromaDB, which takes long to start."""
    monkeypatch.setattr(search, "QUERIES_A_TURN", 5)
    monkeypatch.setattr(engines, "find_spec", lambda name: None)


def recalls(rows):
    """Return the recall of each engine in each row that tells it."""
    return [float(told) for row in rows if "recall@" in row.what for told in row.values.values()]


def test_a_crowd_asks_for_the_nearest_of_who_asks():
    crowd = Crowd(3, 100)
    crowd.fill()
    (asked,) = crowd.ask(1, [1])
    owners = Memory.objects.filter(pk__in=asked.nearest).values_list("person_id", flat=True)
    assert list(owners) == [1] * NEAREST
    assert Memory.objects.count() == crowd.memories


@pytest.mark.heavy
@pytest.mark.long
def test_engines_that_are_not_there_are_left_out_and_told(few_queries, monkeypatch, capsys):
    monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr("http://127.0.0.1:1")])
    rows = list(search.measure_search(TINY))
    assert {name for row in rows for name in row.values} == {"local"}
    assert "Elasticsearch does not answer" in capsys.readouterr().err


@pytest.mark.service
@pytest.mark.long
def test_engines_are_compared_over_the_same_queries(elasticsearch, few_queries):
    said("Ann's own memory")
    rows = list(search.measure_search(TINY))
    assert {name for row in rows for name in row.values} == {
        "local",
        "elasticsearch",
        "elasticsearch-py",
    }
    assert min(recalls(rows)) > 0.9
    assert Memory.objects.count() == 1


@pytest.mark.service
@pytest.mark.long
def test_each_kind_of_vector_has_its_size_and_finds_the_nearest(elasticsearch, monkeypatch):
    monkeypatch.setattr(sizes, "KINDS", ("int8_hnsw", "flat"))
    first, *rows = sizes.measure_sizes(TINY)
    room = {name: int(told.replace(",", "")) for name, told in first.values.items()}
    assert set(room) == {"local", "int8_hnsw", "flat"}
    assert room["int8_hnsw"] < room["flat"] == 4 * 384
    assert min(recalls(rows)) > 0.9


@pytest.mark.heavy
@pytest.mark.long
def test_recall_of_people_with_few_and_many_memories_is_compared(monkeypatch):
    monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr("http://127.0.0.1:1")])
    said("Ann's own memory")
    *sizes_measured, ratio = growth.measure_growth(TINY * 3)
    assert [row.what.split(", ")[1] for row in sizes_measured] == [
        "10 memories",
        "30 memories",
        "60 memories",
    ]
    assert float(ratio.values["local"]) > 0
    assert Memory.objects.count() == 1


@pytest.mark.service
@pytest.mark.long
def test_recall_by_elasticsearch_is_compared_too(elasticsearch):
    *_, ratio = growth.measure_growth(TINY * 3)
    assert set(ratio.values) == {"local", "elasticsearch"}


@pytest.mark.heavy
@pytest.mark.long
def test_recall_of_one_person_with_very_many_memories_is_measured(monkeypatch):
    monkeypatch.setattr("memories.index.local.MANY", 10)
    monkeypatch.setattr(large, "MEMORIES_OF_EACH", 5)
    said("Ann's own memory")
    first, *_ = large.measure_large(TINY)
    assert first.what == "milliseconds of the first recall of 200 memories"
    assert float(first.values["local"]) > 0
    assert Memory.objects.count() == 1


@pytest.mark.long
def test_imports_are_measured_in_a_record_of_their_own():
    require_chroma()
    said("Ann's own memory")
    rows = list(imports.measure_import(TINY))
    assert len(rows) == 4
    assert Memory.objects.count() == 1


@pytest.mark.heavy
@pytest.mark.long
def test_each_page_of_the_console_is_measured_with_its_queries(monkeypatch):
    monkeypatch.setattr(console, "REQUESTS", 1)
    fill(TINY / 10)
    *rows, everything = console.measure()
    assert not [row.what for row in rows if "status" in row.values]
    assert [row.what for row in rows if int(row.values["queries"]) == 0] == []
    assert [row.what for row in rows if row.what.endswith("older, ms")]
    assert "p95" in everything.values


def test_no_page_of_the_console_is_left_out():
    measured = {*pages.PLAIN, *pages.ABOUT}
    assert {one.name for one in urlpatterns} == measured | NO_PAGES


@pytest.mark.heavy
@pytest.mark.long
def test_servers_are_measured_in_a_database_of_their_own(monkeypatch):
    monkeypatch.setattr(servers, "MESSAGES", 50)
    said("Ann's own memory")
    rows = list(servers.measure_servers(TINY))
    assert [row.values["one process"] != "" for row in rows] == [True] * 4
    assert Memory.objects.count() == 1


def test_suggestions_are_measured_for_memories_and_for_words():
    (row,) = conversation.measure_suggestions(TINY)
    assert row.values.keys() == {"memories", "words to search for"}
