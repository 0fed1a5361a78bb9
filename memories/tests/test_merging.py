"""Tests of making one memory of several that say the same."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memories.access import Scope
from memories.actions import MergeError, merge, pin, replace_older
from memories.index.base import Query
from memories.index.local import LocalIndex
from memories.models import Memory, Place
from memories.tests.factories import ANN, BEN, CHANNEL, GUILD, NOON, said
from whisper.action_log import Actor
from whisper.models import ActionEntry

pytestmark = pytest.mark.django_db
ADMIN = Actor.admin(3)


@pytest.fixture
def same():
    """Return three memories of Ann's that say the same, the latest last."""
    return [
        said(text, said_at=NOON + timedelta(days=number))
        for number, text in enumerate(["I have a cat", "My cat is called Miso", "Miso is my cat"])
    ]


def ids(memories):
    return [one.pk for one in memories]


def test_the_latest_is_kept_and_the_others_are_forgotten(same):
    assert merge(ids(same), actor=ADMIN, reason="Said thrice.") == 2
    assert [one.text for one in Memory.objects.all()] == ["Miso is my cat"]
    logged = ActionEntry.objects.filter(reason="Said thrice.").order_by("pk")
    assert list(logged.values_list("action", "object_id", "count")) == [
        ("memory.merge", str(same[2].pk), 1),
        ("memory.forget", "", 2),
    ]


def test_what_is_kept_is_used_important_and_pinned_as_all_were(same):
    Memory.objects.filter(pk=same[0].pk).update(
        recall_count=3, recalled_at=NOON, importance=0.9, pinned=True
    )
    Memory.objects.filter(pk=same[2].pk).update(recall_count=2, importance=0.2)
    merge(ids(same), actor=ADMIN)
    kept = Memory.objects.get()
    assert (kept.recall_count, kept.recalled_at, kept.importance, kept.pinned) == (
        5,
        NOON,
        0.9,
        True,
    )


def test_what_holds_now_is_kept_before_what_is_past_or_waits_for_approval(same):
    Memory.objects.filter(pk=same[2].pk).update(hidden=True)
    Memory.objects.filter(pk=same[1].pk).update(valid_to=NOON + timedelta(days=9))
    merge(ids(same), actor=ADMIN)
    assert Memory.objects.get().pk == same[0].pk


def test_what_a_forgotten_one_had_replaced_is_replaced_by_the_one_that_is_kept(same):
    old = said("I have a dog")
    Memory.objects.filter(pk=old.pk).update(superseded_by=same[0], valid_to=NOON)
    merge(ids(same), actor=ADMIN)
    old.refresh_from_db()
    assert old.superseded_by_id == same[2].pk


def test_recall_finds_the_one_that_is_kept_alone(same):
    index, scope = LocalIndex(), Scope(ANN, Place.DIRECT, ANN)
    assert len(index.search(Query("cat"), scope)) == 3
    merge(ids(same), actor=ADMIN)
    assert [one.entry.text for one in index.search(Query("cat"), scope)] == ["Miso is my cat"]


@pytest.mark.parametrize(
    "other",
    [
        {"owner": BEN},
        {"place": Place.PUBLIC_CHANNEL, "guild_id": GUILD, "channel_id": CHANNEL},
        {"kind": Memory.Kind.USER_FACT},
    ],
)
def test_memories_of_another_person_place_or_kind_are_left_alone(same, other):
    another = said("Miso is a cat", **other)
    with pytest.raises(MergeError):
        merge([same[0].pk, another.pk], actor=ADMIN)
    assert Memory.objects.count() == 4
    assert not ActionEntry.objects.filter(action="memory.merge").exists()


def test_what_was_said_in_two_private_channels_stays_known_in_both():
    private = {"place": Place.PRIVATE_CHANNEL, "guild_id": GUILD}
    here, there = (said("Miso is a cat", channel_id=CHANNEL + n, **private) for n in (0, 1))
    with pytest.raises(MergeError):
        merge(ids([here, there]), actor=ADMIN)
    assert Memory.objects.count() == 2


@pytest.fixture
def homes():
    """Return where Ann lived and where she lives."""
    owner = {"entity": "self", "subject": "self"}
    values = {"kind": Memory.Kind.USER_FACT, "predicate": "home", **owner}
    return [
        said(f"They live in {city}.", said_at=NOON + timedelta(days=n), value=city, **values)
        for n, city in enumerate(["Ghent", "Porto"])
    ]


def test_the_latest_fact_takes_the_place_of_an_older_one_which_becomes_past(homes):
    pin([homes[0].pk])
    assert replace_older(ids(homes), actor=ADMIN, reason="She moved.") == 1
    old, new = (Memory.objects.get(pk=one.pk) for one in homes)
    assert (old.superseded_by, old.ending, old.valid_to) == (new, "replaced", new.said_at)
    assert old.text.startswith("They lived in Ghent")
    assert (new.valid_to, new.pinned) == (None, True)
    entry = ActionEntry.objects.get(action="memory.end")
    assert (entry.object_id, entry.reason) == (str(old.pk), "She moved.")
    assert replace_older(ids(homes), actor=ADMIN) == 0


def test_only_facts_that_hold_take_the_place_of_others(same, homes):
    with pytest.raises(MergeError, match="Only facts"):
        replace_older(ids(same), actor=ADMIN)
    Memory.objects.filter(pk__in=ids(homes)).update(valid_to=NOON + timedelta(days=9))
    with pytest.raises(MergeError, match="holds"):
        replace_older(ids(homes), actor=ADMIN)


def test_a_single_memory_is_not_merged(same):
    with pytest.raises(MergeError):
        merge([same[0].pk, same[0].pk], actor=ADMIN)
