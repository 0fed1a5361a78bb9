"""Statements that are composed once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from whisper.database.prepared import prepared, prepared_delete, prepared_update
from whisper.models import OutboxEntry

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def entries():
    """Return entries that are due at noon, and one and two hours later."""
    return [
        OutboxEntry.objects.create(
            topic=topic, payload={"n": number}, person_id=number, due_at=NOON + number * HOUR
        )
        for number, topic in enumerate(("a", "b", "a"))
    ]


HOUR = timedelta(hours=1)


def test_it_yields_the_models_that_the_queryset_yields(entries):
    due = prepared(
        lambda topic, at: OutboxEntry.objects.filter(
            Q(failed_at=None) | Q(failed_at__gt=at), topic=topic, due_at__lte=at
        ).order_by("-due_at")
    )
    assert due("a", NOON) == [entries[0]]
    assert due("a", NOON + 3 * HOUR) == [entries[2], entries[0]]
    assert due.first("c", NOON) is None
    found, asked = due.first("a", NOON), OutboxEntry.objects.get(pk=entries[0].pk)
    held = [name for name in vars(asked) if name != "_state"]
    assert {name: vars(found)[name] for name in held} == {name: vars(asked)[name] for name in held}


def test_it_yields_values_as_the_queryset_does(entries):
    times = prepared(
        lambda topic: (
            OutboxEntry.objects.filter(topic=topic).order_by("pk").values_list("due_at", flat=True)
        )
    )
    assert times("a") == [NOON, NOON + 2 * HOUR]
    pairs = prepared(
        lambda one, other: (
            OutboxEntry.objects.filter(topic__in=(one, other))
            .order_by("-pk")
            .values_list("payload", "topic")
        )
    )
    assert pairs("b", "c") == [({"n": 1}, "b")]


def test_what_is_deferred_is_read_when_it_is_needed(entries):
    light = prepared(lambda pk: OutboxEntry.objects.filter(pk=pk).defer("payload"))
    (found,) = light(entries[1].pk)
    assert found.get_deferred_fields() == {"payload"}
    assert found.payload == {"n": 1}


@pytest.mark.parametrize("count", [1, 2, 3, 64, 65, 900])
def test_it_takes_any_number_of_values(entries, count):
    among = prepared(
        lambda topic, *pks: OutboxEntry.objects.filter(topic=topic, pk__in=pks).order_by("pk")
    )
    first = entries[0].pk
    assert among("a", *range(first, first + count)) == entries[:count:2]
    with CaptureQueriesContext(connection) as asked:
        assert among("a") == []
    assert not asked


def test_each_call_is_one_statement(entries):
    by_topic = prepared(lambda topic: OutboxEntry.objects.filter(topic=topic))
    with CaptureQueriesContext(connection) as asked:
        by_topic("a")
        by_topic("b")
    assert len(asked) == 2


def test_rows_are_changed_as_those_of_a_queryset_are(entries):
    (found,) = prepared(lambda pk: OutboxEntry.objects.filter(pk=pk))(entries[0].pk)
    found.topic = "z"
    found.save(update_fields=["topic"])
    assert OutboxEntry.objects.get(pk=entries[0].pk).topic == "z"


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_within_a_transaction_alone(entries):
    held = prepared(lambda pk: OutboxEntry.objects.select_for_update().filter(pk=pk))
    with transaction.atomic():
        assert held.first(entries[0].pk) == entries[0]
    if connection.features.has_select_for_update:
        with pytest.raises(transaction.TransactionManagementError):
            held.first(entries[0].pk)


def test_an_update_changes_each_row_once_and_says_how_many(entries):
    delay = prepared_update(
        lambda topic, until, *people: (
            OutboxEntry.objects.filter(topic=topic, person_id__in=people),
            {"due_at": until, "attempts": F("attempts") + 1},
        )
    )
    later = NOON + 5 * HOUR
    assert delay("a", later, 0, 1, 2) == 2
    assert delay("a", later) == delay("c", later, 0) == 0
    held = OutboxEntry.objects.order_by("pk").values_list("due_at", "attempts")
    assert list(held) == [(later, 1), (NOON + HOUR, 0), (later, 1)]


def test_a_deletion_removes_what_the_queryset_has_and_says_how_many(entries):
    remove = prepared_delete(
        lambda topic, *pks: OutboxEntry.objects.filter(topic=topic, pk__in=pks)
    )
    assert remove("a") == 0
    assert remove("a", *(one.pk for one in entries)) == 2
    assert list(OutboxEntry.objects.all()) == [entries[1]]
