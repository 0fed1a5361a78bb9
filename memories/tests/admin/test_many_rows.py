"""Tests of actions of the console on more rows than one statement takes."""

from __future__ import annotations

import sqlite3

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from memories.models import Memory, Place
from memories.tests.factories import ANN
from whisper.models import ActionEntry
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
    admin_client.post(url, chosen | {"confirmed": "yes", "reason": "They asked."})
    assert not Memory.objects.exists()
    forgotten = ActionEntry.objects.filter(action="memory.forget", reason="They asked.")
    assert sum(forgotten.values_list("count", flat=True)) == MANY
