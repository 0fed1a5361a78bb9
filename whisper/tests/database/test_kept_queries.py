"""Queries that are kept as texts, to be asked later."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.core.signing import BadSignature
from django.db.models import Q

from memories.models import Memory
from memories.tests.factories import ANN, BEN, NOON, said
from whisper.database.kept_queries import query_of_text, text_of_query

pytestmark = pytest.mark.django_db
SOON = NOON + timedelta(microseconds=1)


@pytest.fixture
def memories():
    """Return a memory of Ann at noon, one a microsecond later, and one of Ben."""
    return [
        said("100% tea", said_at=NOON),
        said('She said "tea" %s', said_at=SOON),
        said("Tea, too", owner=BEN),
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Q(), [0, 1, 2]),
        (Q(person_id=ANN), [0, 1]),
        (Q(said_at__gte=SOON, person_id=ANN), [1]),
        (Q(text__contains="% tea"), [0]),
        (Q(text__icontains='"TEA" %s'), [1]),
        (Q(sources__isnull=True) & ~Q(person_id=BEN), [0, 1]),
        (Q(pk=UUID(int=0)), []),
    ],
    ids=str,
)
def test_a_query_finds_the_same_once_it_was_a_text(memories, wanted, found):
    text = text_of_query(Memory.objects.filter(wanted).order_by("-said_at").distinct())
    assert {*query_of_text(Memory, text)} == {memories[number] for number in found}


def test_a_query_by_ids_can_be_narrowed(memories):
    low, high = sorted(one.pk for one in memories[:2])
    rows = query_of_text(Memory, text_of_query(Memory.objects.filter(pk__in=[low, high])))
    assert {one.pk for one in rows} == {low, high}
    assert [one.pk for one in rows.filter(pk__gt=low)] == [high]


@pytest.mark.parametrize("text", ["", "[]", '["SELECT 1", []]:signed', "\x80\x04N."])
def test_a_text_that_was_not_signed_here_is_no_query(text):
    with pytest.raises(BadSignature):
        query_of_text(Memory, text)
