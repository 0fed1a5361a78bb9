"""Tests of actions of the console on more rows than one statement takes."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from memories.models import Memory, Place
from memories.tasks import ask_for_many
from memories.tests.factories import ANN
from whisper.action_log import Actor
from whisper.models import ActionEntry
from whisper.tasks import files
from whisper.tasks.actions import claim
from whisper.tasks.running import do
from whisper.tests.reading import give_reason

MANY = 1_100
PARAMETERS = 1_000


@pytest.fixture
def _few_parameters(db):
    """Let statements have as few parameters as in some builds of SQLite, for fewer rows."""
    if connection.vendor != "sqlite":
        yield  # PostgreSQL has no such setting.
        return
    connection.ensure_connection()
    known = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS)
    yield
    connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, known)


@pytest.mark.heavy
@pytest.mark.usefixtures("_few_parameters")
def test_any_number_of_memories_is_forgotten(admin_client):
    said_at = timezone.now()
    common = {"person_id": ANN, "kind": "conversation", "place": Place.DIRECT}
    common |= {"said_at": said_at, "valid_from": said_at}
    rows = (Memory(text=f"line {n}", revision=n, **common) for n in range(MANY))
    Memory.objects.bulk_create(rows, batch_size=20)
    give_reason(admin_client)
    url = reverse("admin:memories_memory_changelist")
    chosen = {
        "action": "forget_memories",
        "select_across": "1",
        "_selected_action": [str(Memory.objects.all()[0].pk)],
    }
    asked = admin_client.post(url, chosen).content.decode()
    assert f"{MANY:,} rows" in asked
    assert 'name="select_across"' in asked
    answer = admin_client.post(url, chosen | {"confirmed": "yes", "reason": "They asked."})
    task = claim()
    assert task is not None
    # What is done where the page waits takes a few batches at most.
    assert answer["Location"] == reverse("console:task", args=[task.pk])
    assert Memory.objects.count() == MANY
    async_to_sync(do)(task, asyncio.Event())
    assert f"Changed: {MANY:,}." in admin_client.get(answer["Location"]).content.decode()
    assert not Memory.objects.exists()
    forgotten = ActionEntry.objects.filter(action="memory.forget", reason="They asked.")
    assert sum(forgotten.values_list("count", flat=True)) == MANY


FEW, SEVERAL, AT_ONCE = 30, 120, 10


def remember(count, **values):
    said_at = timezone.now()
    common = {"person_id": ANN, "kind": "conversation", "place": Place.DIRECT}
    common |= {"said_at": said_at, "valid_from": said_at, "hidden": True, **values}
    Memory.objects.bulk_create(Memory(text=f"line {n}", **common) for n in range(count))


def approve_all(client, **filters):
    """Have all be approved that a list shows, and return the queries of the page and the job."""
    url = reverse("admin:memories_memory_changelist", query=filters)
    chosen = {
        "action": "approve_memories",
        "select_across": "1",
        "_selected_action": [str(Memory.objects.all()[0].pk)],
    }
    with CaptureQueriesContext(connection) as queries:
        client.post(url, chosen)
    task = claim()
    assert task is not None
    return [one["sql"] for one in queries], task


@pytest.mark.heavy
def test_a_page_hands_all_rows_to_a_job_without_reading_which_they_are(admin_client, monkeypatch):
    monkeypatch.setattr("memories.admin.records.AT_ONCE", AT_ONCE)
    monkeypatch.setattr("memories.tasks.BATCH", AT_ONCE)
    give_reason(admin_client)
    asked, sizes = [], []
    for count in (FEW, SEVERAL):
        Memory.objects.all().delete()
        remember(count)
        queries, task = approve_all(admin_client)
        asked.append(len(queries))
        sizes.append(sum(one.stat().st_size for one in files.folder_of(task.folder).iterdir()))
        rows = [one for one in queries if 'FROM "memories_memory"' in one and "COUNT" not in one]
        assert [one for one in rows if "LIMIT" not in one] == []
        async_to_sync(do)(task, asyncio.Event())
        assert not Memory.objects.filter(hidden=True).exists()
    assert asked[0] == asked[1]
    assert sizes[0] == pytest.approx(sizes[1], abs=10)


def test_a_job_changes_what_was_filtered_and_was_there(admin_client, monkeypatch):
    monkeypatch.setattr("memories.admin.records.AT_ONCE", AT_ONCE)
    give_reason(admin_client)
    remember(FEW)
    remember(FEW, place=Place.IMPORT)
    _, task = approve_all(admin_client, place__exact=Place.IMPORT, hidden__exact=1)
    remember(1, place=Place.IMPORT)
    async_to_sync(do)(task, asyncio.Event())
    left = Memory.objects.filter(hidden=True)
    assert (left.count(), left.filter(place=Place.IMPORT).count()) == (FEW + 1, 1)
    assert not files.folder_of(task.folder).exists()


def test_a_file_that_somebody_else_wrote_is_no_list(admin_client):
    remember(3)
    task = ask_for_many("pin_memories", Memory.objects.all(), actor=Actor.admin(1), reason="Test.")
    (chosen,) = files.folder_of(task.folder).iterdir()
    chosen.write_bytes(chosen.read_bytes()[:-1] + b"!")
    claimed = claim()
    assert claimed is not None
    async_to_sync(do)(claimed, asyncio.Event())
    page = admin_client.get(reverse("console:task", args=[task.pk])).content.decode()
    assert "Choose again." in page
    assert not Memory.objects.filter(pinned=True).exists()


def test_a_job_whose_list_is_gone_says_so(admin_client):
    task = ask_for_many("pin_memories", Memory.objects.all(), actor=Actor.admin(1), reason="Test.")
    files.drop(task.folder)
    claimed = claim()
    assert claimed is not None
    async_to_sync(do)(claimed, asyncio.Event())
    page = admin_client.get(reverse("console:task", args=[task.pk])).content.decode()
    assert "Choose again." in page
