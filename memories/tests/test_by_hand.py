"""Tests of what admins change of facts by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memories.actions import Holding, NotChangedError, change_fact
from memories.models import Memory
from memories.tests.factories import NOON, said
from whisper.action_log import Actor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def home(value, **values):
    """Return where Ann lives."""
    known = {"slot": "home.city", "entity": "self", "predicate": "home", "value": value}
    kind = Memory.Kind.USER_FACT
    return said(f"They live in {value}", kind=kind, category="home", **(known | values))


def reopen(memory):
    holds = Holding(memory.category, memory.valid_from, None)
    change_fact(memory.pk, holds, actor=Actor.admin(3), reason="It is still so.")


def true_now():
    return set(Memory.objects.filter(valid_to=None).values_list("value", flat=True))


@pytest.mark.parametrize("slot", ["home.city", ""])
@pytest.mark.parametrize("parts", [{}, {"predicate": "", "entity": ""}])
def test_a_past_fact_is_not_made_true_beside_another_of_its_slot(slot, parts):
    past = home("Ghent", valid_to=NOON + DAY, slot=slot)
    home("Rome", said_at=NOON + 2 * DAY, **parts)
    with pytest.raises(NotChangedError, match="Another fact holds now"):
        reopen(past)
    assert true_now() == {"Rome"}


def test_a_past_fact_is_made_true_where_none_holds():
    past = home("Ghent", valid_to=NOON + DAY, slot="")
    home("Rome", valid_to=NOON + 3 * DAY)
    reopen(past)
    assert true_now() == {"Ghent"}
