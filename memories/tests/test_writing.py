"""Tests of writing memories in batches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import numpy as np
import pytest

from memories.actions import (
    EMBED,
    MemoryDraft,
    change_text,
    erase_person,
    forget,
    remember,
    remember_all,
    store_embeddings,
)
from memories.models import Memory, Partition, Place
from whisper.models import OutboxEntry

ANN, BEN = 301, 302
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
MODEL = "some-model"

pytestmark = pytest.mark.django_db


def draft(owner=ANN, text="Ann likes tea", **values):
    """Return what is remembered of a person."""
    return MemoryDraft(
        person_id=owner,
        kind=values.pop("kind", Memory.Kind.CONVERSATION),
        text=text,
        place=Place.DIRECT,
        said_at=values.pop("said_at", NOON),
        **values,
    )


def unit(count, dimension=4):
    """Return unit vectors, each along another axis."""
    return np.eye(dimension, dtype=np.float32)[np.arange(count) % dimension]


def revision_of(key):
    """Return a partition's revision, None if there is no such partition."""
    return Partition.objects.filter(key=key).values_list("revision", flat=True).first()


def test_an_origin_is_remembered_once_within_and_across_batches():
    first = remember_all([draft(origin="a"), draft(origin="a"), draft(origin="b")])
    again = remember_all([draft(origin="b"), draft(BEN, origin="b")])
    assert first[0] == first[1] != first[2] == again[0]
    assert again[1].person_id == BEN
    assert Memory.objects.count() == 3


def test_drafts_without_an_origin_are_all_remembered():
    assert len({one.pk for one in remember_all([draft(), draft()])}) == 2


def test_a_batch_raises_each_partition_so_that_every_row_is_newer_than_before():
    remember_all([draft(), draft(BEN)])
    before = revision_of(f"person:{ANN}"), revision_of(f"person:{BEN}")
    remember_all([draft(), draft(), draft(BEN)])
    for person, older, count in ((ANN, before[0], 2), (BEN, before[1], 1)):
        newer = Memory.objects.filter(person_id=person, revision__gt=older)
        raised = sorted(newer.values_list("revision", flat=True))
        assert len(set(raised)) == count
        assert raised[-1] == revision_of(f"person:{person}")


def test_of_facts_about_the_same_thing_the_latest_said_holds_whatever_their_order():
    days = [NOON + timedelta(days=number) for number in (1, 3, 2)]
    facts = [
        draft(text=f"Day {day.day}", said_at=day, slot="pet.name", kind=Memory.Kind.USER_FACT)
        for day in days
    ]
    remember_all(facts)
    assert [row.text for row in Memory.objects.filter(valid_to=None)] == ["Day 4"]
    remember(draft(text="Day 4 too", said_at=days[1], slot="pet.name", kind="user_fact"))
    assert [row.text for row in Memory.objects.filter(valid_to=None)] == ["Day 4 too"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_facts_about_the_same_thing_each_holds_until_the_next(order):
    days = [NOON + timedelta(days=number) for number in order]
    facts = [draft(said_at=day, slot="pet.name", kind=Memory.Kind.USER_FACT) for day in days]
    remember_all(facts)
    held = Memory.objects.order_by("said_at").values_list("valid_from", "valid_to")
    first, second, third = sorted(days)
    assert list(held) == [(first, second), (second, third), (third, None)]


def test_only_memories_without_a_vector_are_left_to_the_worker():
    remember_all([draft()], vectors=unit(1), model=MODEL)
    remember_all([draft()], embed_later=False)
    later = remember_all([draft()])
    entries = OutboxEntry.objects.filter(topic=EMBED)
    assert [entry.payload for entry in entries] == [{"memory": str(later[0].pk)}]
    assert Memory.objects.filter(embedding_model=MODEL, embedding_dimension=4).count() == 1


def test_nothing_of_a_batch_is_kept_when_a_part_of_it_is_refused():
    with pytest.raises(ValueError, match="zip"):
        remember_all([draft(), draft()], vectors=unit(1), model=MODEL)
    assert not Memory.objects.exists()


def test_vectors_are_kept_as_they_are_and_raise_a_partition_once():
    memories = remember_all([draft(), draft(), draft(BEN)])
    before = revision_of(f"person:{ANN}")
    store_embeddings(memories, unit(3), model=MODEL)
    rows = [Memory.objects.get(pk=memory.pk) for memory in memories]
    stored = np.stack([np.frombuffer(row.embedding or b"", "<f4") for row in rows])
    assert np.array_equal(stored, unit(3))
    assert {row.embedding_model for row in rows} == {MODEL}
    assert revision_of(f"person:{ANN}") == before + 1 == rows[0].revision == rows[1].revision


def test_a_vector_of_a_text_that_changed_meanwhile_is_dropped():
    changed, same = remember_all([draft(), draft()])
    change_text(changed, "Ann likes coffee now")
    store_embeddings([changed, same], unit(2), model=MODEL)
    assert not Memory.objects.get(pk=changed.pk).embedding
    assert Memory.objects.get(pk=same.pk).embedding


def test_vectors_of_a_person_who_was_erased_meanwhile_leave_no_trace():
    memories = remember_all([draft()])
    erase_person(ANN)
    store_embeddings(memories, unit(1), model=MODEL)
    assert not Memory.objects.exists()
    assert revision_of(f"person:{ANN}") is None


def test_forgetting_tells_every_copy_to_load_anew():
    memory = remember(draft())
    assert forget([memory.pk, memory.pk]) == 1
    partition = Partition.objects.get(key=f"person:{ANN}")
    assert partition.removed_at_revision == partition.revision > memory.revision
    assert forget([memory.pk]) == 0


@pytest.mark.heavy
def test_thousands_of_memories_take_few_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(250):
        remember_all(draft(text=f"Line {number}", origin=str(number)) for number in range(1200))
    assert Memory.objects.count() == 1200
