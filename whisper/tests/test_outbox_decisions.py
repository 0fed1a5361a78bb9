"""Tests of what an admin decides about work that was set aside, by command and in the console."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from whisper import outbox
from whisper.models import ActionEntry, OutboxEntry
from whisper.tasks import many
from whisper.tests.tasks import done_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def bad():
    """One entry that was set aside, beside one that waits."""
    outbox.enqueue("embed", {})
    entry = outbox.enqueue("facts", {})
    OutboxEntry.objects.filter(pk=entry.pk).update(
        failed_at=timezone.now(), attempts=20, last_error="ValueError in a:1, 20 times"
    )
    return entry.pk


def run(*arguments, **options):
    shown = StringIO()
    call_command("outbox", *arguments, stdout=shown, **options)
    return shown.getvalue()


def test_the_list_tells_what_waits_and_why_something_was_set_aside(bad):
    shown = run("list")
    assert "embed: 1 wait, 0 set aside" in shown
    assert "facts: 0 wait, 1 set aside" in shown
    assert f"{bad} facts" in shown
    assert "ValueError in a:1, 20 times" in shown


def test_an_empty_outbox_is_said_to_be_empty():
    assert run("list") == "Nothing waits.\n"


def test_a_retried_entry_begins_again(bad):
    assert run("retry", bad, reason="mended") == "1 entry will be tried again.\n"
    entry = OutboxEntry.objects.get(pk=bad)
    assert (entry.failed_at, entry.attempts) == (None, 0)
    logged = ActionEntry.objects.get(action="outbox.retry")
    assert (logged.actor_kind, logged.reason) == (ActionEntry.ActorKind.COMMAND, "mended")


@pytest.mark.parametrize("which", [{"topic": "facts"}, {"all": True}])
def test_only_what_was_set_aside_is_dropped(bad, which):
    assert run("drop", **which) == "1 entry dropped.\n"
    assert [entry.topic for entry in OutboxEntry.objects.all()] == ["embed"]


def test_of_another_topic_nothing_is_dropped(bad):
    assert run("drop", topic="embed") == "0 entries dropped.\n"


def test_nothing_is_dropped_by_mistake(bad):
    with pytest.raises(CommandError, match="Which entries"):
        run("drop")
    assert OutboxEntry.objects.count() == 2


def decide(client, action, pk, **fields):
    url = reverse("admin:whisper_outboxentry_changelist")
    return client.post(url, {"action": action, "_selected_action": [pk], **fields}, follow=True)


def test_the_console_retries(bad, admin_client):
    assert "This concerns 1 row." in decide(admin_client, "retry", bad).content.decode()
    assert OutboxEntry.objects.get(pk=bad).failed_at is not None
    done = decide(admin_client, "retry", bad, confirmed="yes", reason="mended")
    assert "1 will be tried again" in done.content.decode()
    assert OutboxEntry.objects.get(pk=bad).failed_at is None


def test_the_console_drops_after_a_reason_was_given(bad, admin_client, admin_user):
    asked = decide(admin_client, "drop", bad)
    assert "This concerns 1 row." in asked.content.decode()
    decide(admin_client, "drop", bad, confirmed="yes", reason=" ")
    assert OutboxEntry.objects.filter(pk=bad).exists()
    decide(admin_client, "drop", bad, confirmed="yes", reason="the model is gone")
    assert not OutboxEntry.objects.filter(pk=bad).exists()
    logged = ActionEntry.objects.get(action="outbox.drop")
    assert (logged.actor_id, logged.reason) == (admin_user.pk, "the model is gone")


@pytest.mark.parametrize(("action", "left"), [("retry", 31), ("drop", 1)])
def test_a_job_decides_about_many(bad, admin_client, monkeypatch, action, left):
    monkeypatch.setattr(many, "AT_ONCE", 10)
    monkeypatch.setattr(many, "BATCH", 10)
    outbox.enqueue_all(outbox.entry("facts", {}) for _ in range(29))
    OutboxEntry.objects.filter(topic="facts").update(failed_at=timezone.now(), attempts=20)
    fields = {"select_across": "1", "confirmed": "yes", "reason": "mended"}
    decide(admin_client, action, bad, **fields)
    assert OutboxEntry.objects.filter(failed_at__isnull=False).count() == 30
    task = done_now()
    assert (task.result, task.reason) == ({"changed": 30}, "mended")
    assert OutboxEntry.objects.filter(failed_at=None).count() == left
    assert not OutboxEntry.objects.filter(failed_at__isnull=False).exists()
    logged = ActionEntry.objects.filter(action=f"outbox.{action}")
    assert sum(logged.values_list("count", flat=True)) == 30


def test_who_may_only_look_decides_nothing(bad, client, django_user_model):
    from django.contrib.auth.models import Permission

    ben = django_user_model.objects.create_user("ben", is_staff=True)
    ben.user_permissions.add(Permission.objects.get(codename="view_outboxentry"))
    client.force_login(ben)
    decide(client, "retry", bad, confirmed="yes", reason="mended")
    assert OutboxEntry.objects.get(pk=bad).failed_at is not None
