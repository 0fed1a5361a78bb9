"""New rows that are written without composing a statement."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from memories.models import Memory, Message
from memories.tests.factories import ANN, NOON
from whisper.database.inserting import insert, insert_all
from whisper.models import OutboxClaim, OutboxEntry

pytestmark = pytest.mark.django_db
NOON_OF_MARCH = datetime(2026, 3, 1, 12, tzinfo=UTC)


def entry(topic: str) -> OutboxEntry:
    return OutboxEntry(topic=topic, payload={"n": [1, "é"]}, person_id=7, due_at=NOON_OF_MARCH)


def columns(row):
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_a_row_is_as_if_it_had_been_saved():
    written, saved = entry("a"), entry("a")
    insert(written)
    saved.save(force_insert=True)
    assert written.pk is not None
    assert not written._state.adding
    found, other = (OutboxEntry.objects.get(pk=one.pk) for one in (written, saved))
    assert columns(found) == columns(other) | {"id": found.pk, "created_at": found.created_at}


def test_defaults_of_the_database_are_in_the_row_at_once():
    message = Message(
        platform="local",
        platform_id=1,
        channel_id=2,
        place="direct",
        sent_at=NOON,
        text="Hello!",
    )
    insert(message)
    assert columns(Message.objects.get(pk=message.pk)) == columns(message)


def test_a_key_that_the_row_brings_is_kept():
    memory = Memory(
        person_id=ANN,
        kind=Memory.Kind.CONVERSATION,
        text="My cat is Miso.",
        place="direct",
        said_at=NOON,
        valid_from=NOON,
        revision=1,
    )
    insert(memory)
    assert columns(Memory.objects.get(pk=memory.pk)) == columns(memory)


def test_what_a_constraint_forbids_is_an_error_that_leaves_the_transaction_alone():
    insert(OutboxClaim(token="t", topic="a"))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(OutboxClaim(token="t", topic="b"))
    assert OutboxClaim.objects.get().topic == "a"


@pytest.mark.parametrize("topics", ["", "a", "abc"])
def test_any_number_of_rows_is_written_in_its_order_at_once(topics):
    with CaptureQueriesContext(connection) as asked:
        insert_all(entry(topic) for topic in topics)
    assert list(OutboxEntry.objects.order_by("pk").values_list("topic", flat=True)) == [*topics]
    assert sum("INSERT" in one["sql"] for one in asked) == bool(topics)
