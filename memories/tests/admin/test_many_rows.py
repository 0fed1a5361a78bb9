"""Tests of actions of the console on more rows than one statement takes."""

from __future__ import annotations

import asyncio
import sqlite3
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
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
    """Let statements have so few parameters as some builds of SQLite do, for fewer rows."""
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
    assert f"{MANY} rows" in asked
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


def test_a_job_whose_list_is_gone_says_so(admin_client):
    chosen = [uuid4() for _ in range(3)]
    task = ask_for_many("pin_memories", chosen, actor=Actor.admin(1), reason="Test.")
    files.drop(task.folder)
    claimed = claim()
    assert claimed is not None
    async_to_sync(do)(claimed, asyncio.Event())
    page = admin_client.get(reverse("console:task", args=[task.pk])).content.decode()
    assert "Choose again." in page
