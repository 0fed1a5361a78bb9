"""Tests of the engine in this process: what it finds, and that it follows the database."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import numpy as np
import pytest
from asgiref.sync import async_to_sync
from django.db import OperationalError, connections
from django.utils import timezone

from memories.access import Scope
from memories.actions import erase_person, forget, remember_all
from memories.index import latest, local, memory_index, pool_from_database, reset
from memories.index.local import LocalIndex
from memories.models import Memory, Partition, Place
from memories.tests.factories import (
    ANN,
    BEN,
    CHANNEL,
    CLEO,
    GUILD,
    NOON,
    asked,
    axis,
    draft,
    give_vector,
    said,
    texts,
)
from whisper.environment import environment

ALONE = Scope.direct(ANN)


@pytest.fixture
def index(db):
    return LocalIndex()


def test_a_memory_written_by_another_process_is_found_at_the_next_search(index):
    said("first")
    assert texts(index.search(asked("second"), ALONE)) == ["first"]
    said("second")
    assert sorted(texts(index.search(asked("second"), ALONE))) == ["first", "second"]


def test_a_vector_that_comes_later_counts_without_loading_the_rest_again(index):
    memory = said("Miso sleeps")
    index.search(asked("x"), ALONE)
    before = index.search(asked("x"), ALONE)[0].entry
    give_vector(memory, axis(3))
    (found,) = index.search(asked("x", axis(3)), ALONE)
    assert found.dense == pytest.approx(1)
    assert found.entry.revision > before.revision


def test_a_line_whose_vector_is_not_made_yet_stands_beside_one_that_has_its(index):
    for number in range(3):
        give_vector(said(f"thing {number}"), axis(number))
    index.search(asked("thing", axis(0)), ALONE)
    said("thing 3")
    assert len(index.search_pool(asked("thing", axis(0)), ALONE).entries) == 4


def test_lines_of_another_model_stand_beside_those_of_the_first(index):
    for number in range(3):
        give_vector(said(f"thing {number}"), axis(number))
    index.search(asked("thing", axis(0)), ALONE)
    for number in range(3):
        give_vector(said(f"more {number}"), axis(number), model="another")
    pool = index.search_pool(asked("thing", axis(0)), ALONE)
    assert len(pool.entries) == 6
    assert np.isfinite(pool.cosines).sum() == 3


def test_a_removed_memory_is_gone_from_every_process(index):
    other = LocalIndex()
    kept, gone = said("kept"), said("gone")
    assert len(index.search(asked("gone"), ALONE)) == len(other.search(asked("gone"), ALONE)) == 2
    forget([gone.pk])
    for one in (index, other):
        assert [found.entry.id for found in one.search(asked("gone"), ALONE)] == [kept.pk]


def test_an_erased_person_is_held_no_longer(index):
    said("secret")
    index.search(asked("secret"), ALONE)
    erase_person(ANN)
    assert index.search(asked("secret"), ALONE) == []
    assert index.loaded() == {}


def test_a_copy_of_an_erased_person_is_not_taken_for_what_they_say_afterwards(index):
    said("secret")
    index.search(asked("secret"), ALONE)
    erase_person(ANN)
    said("hello again")
    assert texts(index.search(asked("secret"), ALONE)) == ["hello again"]


def test_what_ended_while_it_was_held_is_not_found(index, monkeypatch):
    memory = said("On holiday")
    later = timezone.now() + timedelta(hours=1)
    Memory.objects.filter(pk=memory.pk).update(valid_to=later)
    assert texts(index.search(asked("holiday"), ALONE)) == ["On holiday"]
    monkeypatch.setattr("memories.index.local.timezone.now", lambda: later + timedelta(seconds=1))
    assert index.search(asked("holiday"), ALONE) == []


def test_a_vector_made_anew_by_another_model_takes_the_place_of_the_old(index):
    memory = said("Miso")
    give_vector(memory, axis(0), model="older")
    index.search(asked("miso", axis(0)), ALONE)
    give_vector(memory, axis(1))
    assert index.search(asked("miso", axis(1)), ALONE)[0].dense == pytest.approx(1)


@pytest.mark.parametrize(
    "damaged",
    [
        b"\x00\x01\x02",
        *(np.full(8, value, "<f4").tobytes() for value in (np.nan, -np.inf, 3e38, 0)),
    ],
    ids=("short", "not_numbers", "infinite", "huge", "zeros"),
)
def test_damaged_vector_bytes_leave_words_to_decide(index, damaged):
    memory = said("Miso")
    give_vector(said("Nori"), axis(0))
    Memory.objects.filter(pk=memory.pk).update(
        embedding=damaged, embedding_model="axes", embedding_dimension=8
    )
    found = {one.entry.text: one.dense for one in index.search(asked("miso", axis(0)), ALONE)}
    assert found == {"Miso": None, "Nori": 1.0}


def test_a_record_set_back_to_an_earlier_state_is_loaded_anew(index):
    said("first")
    later = said("later")
    index.search(asked("first"), ALONE)
    Memory.objects.filter(pk=later.pk).delete()
    Partition.objects.filter(key=f"person:{ANN}").update(revision=1)
    assert texts(index.search(asked("first"), ALONE)) == ["first"]


def test_the_least_recently_used_owner_leaves_first(index, monkeypatch):
    for owner in (ANN, BEN, CLEO):
        said("x" * 300_000, owner)
    monkeypatch.setattr(environment, "memory_index_megabytes", 2)
    for owner in (ANN, BEN, ANN, CLEO):
        assert index.search(asked("x"), Scope.direct(owner))
    assert list(index.loaded()) == [f"person:{ANN}", f"person:{CLEO}"]


def test_an_owner_larger_than_the_room_is_searched_all_the_same(index, monkeypatch):
    said("y" * 600_000)
    monkeypatch.setattr(environment, "memory_index_megabytes", 1)
    assert len(index.search(asked("y"), ALONE)) == 1


def test_a_hit_that_the_mask_let_through_wrongly_is_dropped_and_logged(index, monkeypatch, caplog):
    said("top secret")
    monkeypatch.setattr("memories.index.partition.is_visible", lambda *_: True)
    with caplog.at_level(logging.ERROR):
        found = index.search(asked("secret"), Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD))
    assert found == []
    assert "dropped" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "the of and",
        "🎉🎉",
        "user:* OR 1=1",
        "a" * 100_000,
        "miso " * 20_000,
        "\ud800",
    ],
    ids=["empty", "space", "nul", "stop", "emoji", "lucene", "long", "longer", "surrogate"],
)
def test_odd_queries_are_searched_like_any_other(index, text):
    said("Miso sleeps")
    assert texts(index.search(asked(text), ALONE)) == ["Miso sleeps"]


@pytest.mark.django_db(transaction=True)
def test_threads_search_while_others_write():
    index = LocalIndex()
    remember_all(draft(f"note {number}") for number in range(20))

    def work(number):
        try:
            said(f"more {number}")
            return len(index.search(asked("note"), ALONE, limit=200))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(work, range(20)))
    assert all(21 <= count <= 40 for count in counts)
    assert len(index.search(asked("note"), ALONE, limit=200)) == 40


def test_a_search_finds_all_although_another_failed_to_read_what_is_new(index, monkeypatch):
    said("first")
    looked, read = index._fresh, local._newer_rows

    def unreadable(*_):
        raise OperationalError

    def interrupted(keys, **options):
        held = looked(keys, **options)
        monkeypatch.setattr(index, "_fresh", looked)
        said("second")
        monkeypatch.setattr(local, "_newer_rows", unreadable)
        with pytest.raises(OperationalError):
            index.search(asked("second"), ALONE)
        monkeypatch.setattr(local, "_newer_rows", read)
        return held

    monkeypatch.setattr(index, "_fresh", interrupted)
    assert sorted(texts(index.search(asked("second"), ALONE))) == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_for_a_persons_memories_keeps_nobody_else_waiting(monkeypatch):
    said("everyone knows", None)
    said("hers")
    said("his", BEN)
    index = LocalIndex()
    loading, loaded = Event(), Event()
    read = local._rows

    def slowly(key, since):
        if key == f"person:{ANN}":
            loading.set()
            assert loaded.wait(60)
        return read(key, since)

    def search(person):
        try:
            return texts(index.search(asked("knows"), Scope.direct(person)))
        finally:
            connections.close_all()

    monkeypatch.setattr(local, "_rows", slowly)
    with ThreadPoolExecutor(3) as pool:
        waiting = [pool.submit(search, ANN) for _ in range(2)]
        assert loading.wait(60)
        others = pool.submit(search, BEN).result(60)
        loaded.set()
    assert sorted(others) == ["everyone knows", "his"]
    assert [sorted(one.result()) for one in waiting] == [["everyone knows", "hers"]] * 2


@pytest.fixture
def slow_loading(monkeypatch):
    """Let a person of three memories have very many, which are loaded when the event is set."""
    may_load, read = Event(), local._rows

    def slowly(key, since):
        assert may_load.wait(60)
        return read(key, since)

    monkeypatch.setattr(local, "MANY", 2)
    monkeypatch.setattr(local, "_rows", slowly)
    yield may_load
    may_load.set()


@pytest.mark.django_db(transaction=True)
def test_while_very_many_memories_are_loaded_the_latest_are_searched(slow_loading, monkeypatch):
    monkeypatch.setattr(pool_from_database, "LATEST", 2)
    for number in range(3):
        said(f"miso {number}", said_at=NOON + timedelta(days=number))
    index = LocalIndex()
    pool = async_to_sync(index.pool)
    assert sorted(texts(pool(asked("miso"), ALONE).candidates())) == ["miso 1", "miso 2"]
    assert index.loaded() == {}
    slow_loading.set()
    async_to_sync(index.prepare)(ALONE, whole=True)
    assert sorted(texts(pool(asked("miso"), ALONE).candidates())) == ["miso 0", "miso 1", "miso 2"]
    said("miso 3")
    assert len(pool(asked("miso"), ALONE).candidates()) == 4


@pytest.mark.django_db(transaction=True)
def test_the_latest_are_read_once_while_nothing_changes(slow_loading, monkeypatch):
    monkeypatch.setattr(pool_from_database, "LATEST", 3)
    first, *_ = [said(f"miso {number}") for number in range(3)]
    index, read = LocalIndex(), []

    def counted(scope):
        read.append(scope)
        return pool_from_database.latest_of(scope)

    monkeypatch.setattr(latest, "latest_of", counted)

    def found(text):
        return sorted(texts(async_to_sync(index.pool)(asked(text), ALONE).candidates()))

    assert found("miso") == found("nori") == ["miso 0", "miso 1", "miso 2"]
    assert len(read) == 1
    forget([first.pk])
    said("miso 3", said_at=NOON + timedelta(days=1))
    assert found("miso") == ["miso 1", "miso 2", "miso 3"]
    assert len(read) == 2


@pytest.mark.django_db(transaction=True)
def test_when_one_of_very_many_is_forgotten_it_is_so_before_the_others_are_loaded_again(
    slow_loading,
):
    first, *_ = [said(f"miso {number}") for number in range(4)]
    index = LocalIndex()
    slow_loading.set()
    async_to_sync(index.prepare)(ALONE, whole=True)
    slow_loading.clear()
    forget([first.pk])
    found = texts(async_to_sync(index.pool)(asked("miso"), ALONE).candidates())
    assert sorted(found) == ["miso 1", "miso 2", "miso 3"]
    assert index.loaded() == {}


@pytest.mark.django_db(transaction=True)
def test_many_memories_that_could_not_be_loaded_are_loaded_at_the_next_search(monkeypatch, caplog):
    for number in range(3):
        said(f"miso {number}")
    monkeypatch.setattr(local, "MANY", 2)
    read = local._rows
    faults = [OperationalError("gone")]

    def failing(key, since):
        if faults:
            raise faults.pop()
        return read(key, since)

    monkeypatch.setattr(local, "_rows", failing)
    index = LocalIndex()
    async_to_sync(index.prepare)(ALONE, whole=True)
    assert index.loaded() == {f"person:{ANN}": 3}
    assert "many memories were not loaded" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_is_prepared_needs_no_loading_at_the_search(monkeypatch):
    said("My cat is called Miso")
    index = LocalIndex()
    async_to_sync(index.prepare)(ALONE)
    monkeypatch.setattr(local, "_rows", None)
    assert texts(index.search(asked("cat"), ALONE)) == ["My cat is called Miso"]


def test_a_process_has_one_engine_until_it_is_reset():
    first = memory_index()
    assert memory_index() is first
    reset()
    assert memory_index() is not first
