"""Tests of the console's page of figures."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils import timezone

from memories.actions import remember
from memories.analytics import sql
from memories.models import Memory
from memories.tests.factories import ANN, BEN, GUILD, draft
from whisper.tests.reading import REASON, let_read

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(client):
    """Return a browser of somebody who may see memories, and has said why."""
    user = User.objects.create_user("cleo", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_memory"))
    let_read(user)
    client.force_login(user)
    client.post(reverse("admin:memories_memory_figures"), {"reading_reason": REASON})
    return client


def page(client, query=""):
    return client.get(reverse("admin:memories_memory_figures") + query)


def test_it_shows_charts_with_tables_of_all(staff):
    for owner, text in ((ANN, "My cat <b>Miso</b>"), (BEN, "My dog")):
        remember(draft(text, owner, said_at=timezone.now(), emotion="happy"))
    Memory.objects.filter(person_id=ANN).update(recall_count=3, recalled_at=timezone.now())
    shown = page(staff).content.decode()
    assert "<b>2</b> memories of <b>2</b> people" in shown
    assert '<svg role="img" aria-label="Memories per day' in shown
    assert shown.count("<table") >= 3
    assert "Memories by hour of the day" in shown
    assert "Happy 2" in shown
    # What people said is text, not markup.
    assert "My cat &lt;b&gt;Miso&lt;/b&gt;" in shown


def test_it_narrows_to_a_person_or_a_server(staff):
    remember(draft("My cat"))
    remember(draft("My dog", BEN))
    assert "<b>1</b> memory" in page(staff, f"?person={ANN}&server=").content.decode()
    assert "<b>0</b> memories" in page(staff, f"?server={GUILD}").content.decode()


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("?person=abc", "Enter a whole number"),
        ("?person=-1", "greater than or equal to 0"),
        (f"?server={2**63}", "less than or equal to"),
        ("?person=1&server=2", "not both"),
    ],
)
def test_what_is_no_id_is_told(staff, query, answer):
    shown = page(staff, query)
    assert shown.status_code == 200
    assert answer in shown.content.decode()


def test_what_takes_too_long_is_told(staff, monkeypatch):
    remember(draft("My cat"))
    monkeypatch.setattr(sql, "SECONDS", 0.0001)
    assert "No figures:" in page(staff).content.decode()


def test_who_may_not_see_memories_sees_no_figures(client):
    client.force_login(User.objects.create_user("ben", is_staff=True))
    assert page(client).status_code == 403
