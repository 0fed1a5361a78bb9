"""Tests of pinned memories: who pins them, where they come first, and where they don't."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memories.access import Scope
from memories.actions import pin, remember, unpin
from memories.index.local import LocalIndex
from memories.index.pool_from_database import pool_from_database
from memories.index.searched import MOST_PINNED
from memories.models import Memory, Place
from memories.queries import known_facts
from memories.recall import explain
from memories.tests.factories import ANN, CHANNEL, GUILD, NOON, asked, axis, draft, said, texts
from memories.tests.recall.test_scoring import NOW, between, line, pool_of
from whisper.action_log import Actor
from whisper.models import ActionEntry

ALONE = Scope.direct(ANN)
FACT = Memory.Kind.USER_FACT


def recalled(text, *rows, vector):
    return texts(explain(pool_of(asked(text, vector), *rows), k=10, now=NOW).found)


def pinned(row):
    return row._replace(entry=row.entry._replace(pinned=True))


def test_what_is_pinned_comes_first_where_a_text_is_about_it():
    near, far = line("miso sleeps here", like=between(0.9)), line("miso eats", like=between(0.6))
    assert recalled("where does my miso sleep?", near, far, vector=axis(0))[0] == near.entry.text
    told = recalled("where does my miso sleep?", near, pinned(far), vector=axis(0))
    assert told == [far.entry.text, near.entry.text]


def test_what_is_pinned_is_no_answer_to_what_it_is_not_about():
    about, other = line("miso sleeps", like=between(0.9)), line("nori plays", like=between(0.25))
    told = recalled("where does my miso sleep?", about, pinned(other), vector=axis(0))
    assert told[0] == about.entry.text
    assert recalled("where does my dog sleep?", pinned(other), vector=axis(2)) == []


@pytest.mark.django_db
def test_what_is_pinned_is_proposed_whatever_is_nearer():
    one = said("nori plays")
    for number in range(5):
        said(f"miso {number}")
    pin([one.pk])
    pool = LocalIndex().search_pool(asked("miso"), ALONE, limit=2)
    assert "nori plays" in texts(pool.candidates())
    assert texts(pool_from_database([], asked("miso"), ALONE).candidates()) == ["nori plays"]


@pytest.mark.django_db
def test_of_very_many_that_are_pinned_the_latest_are_proposed():
    memories = [said(f"nori {n}", said_at=NOON + timedelta(minutes=n)) for n in range(30)]
    pin([one.pk for one in memories])
    latest = {f"nori {number}" for number in range(30 - MOST_PINNED, 30)}
    pool = LocalIndex().search_pool(asked("miso"), ALONE, limit=1)
    assert latest <= set(texts(pool.candidates()))
    assert len(pool.candidates()) <= MOST_PINNED + 1
    assert set(texts(pool_from_database([], asked("miso"), ALONE).candidates())) == latest


@pytest.mark.django_db
def test_what_is_pinned_is_told_nowhere_else():
    pin([said("nori plays").pk])
    there = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
    assert LocalIndex().search_pool(asked("nori"), there).candidates() == []
    assert pool_from_database([], asked("nori"), there).candidates() == []


@pytest.mark.django_db
def test_pinning_is_logged_and_reaches_a_loaded_index_and_can_be_taken_back():
    one, index = said("nori plays"), LocalIndex()
    assert not index.search_pool(asked("nori"), ALONE).pinned.any()
    assert pin([one.pk], actor=Actor.person(ANN), reason="asked") == 1
    assert pin([one.pk]) == 0
    assert index.search_pool(asked("nori"), ALONE).pinned.all()
    assert unpin([one.pk], actor=Actor.person(ANN)) == 1
    assert not index.search_pool(asked("nori"), ALONE).pinned.any()
    entries = ActionEntry.objects.filter(action__in=["memory.pin", "memory.unpin"]).order_by("pk")
    assert [(entry.action, entry.reason) for entry in entries] == [
        ("memory.pin", "asked"),
        ("memory.unpin", ""),
    ]


@pytest.mark.django_db
def test_a_pinned_fact_leads_what_is_known_and_hands_its_pin_to_what_replaces_it():
    name = draft(text="Their name is Ann.", kind=FACT, slot="self.name", category="name")
    pet = draft(text="Their cat is called Miso.", kind=FACT, slot="pet.cat.name", category="pet")
    remember(name)
    pin([remember(pet).pk])
    assert known_facts(ALONE, limit=1)[0].text == "Their cat is called Miso."
    later = draft(
        text="Their cat is called Nori.",
        kind=FACT,
        slot="pet.cat.name",
        category="pet",
        said_at=NOON + timedelta(days=1),
    )
    remember(later)
    assert known_facts(ALONE, limit=1)[0].text == "Their cat is called Nori."
    pool = LocalIndex().search_pool(asked("cat"), ALONE)
    assert [entry.text for entry in pool.entries if entry.pinned] == ["Their cat is called Nori."]
