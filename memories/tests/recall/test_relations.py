"""Tests of people and animals that are called by name in one place and by kinship in another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from memories.access import Scope
from memories.actions import remember
from memories.models import Memory, Place
from memories.recall import query_for
from memories.recall.relations import LONGEST, Relation, also_meant
from memories.tests.factories import ANN, BEN, CHANNEL, GUILD, NOON, draft, said, texts

ALONE = Scope.direct(ANN)
IN_SERVER = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
KNOWN = [
    Relation("Kofi", "brother"),
    Relation("Miso", "cat"),
    Relation("Will", "best friend"),
    Relation("Grace Obi", "mother-in-law"),
    Relation("Rex", "dog"),
    Relation("Ada", "dog"),
]
OTHERS = (
    "My sister works at a bank",
    "I work at a school in town",
    "My uncle works at the post office",
    "I worked late again",
    "The plumber works on Sundays",
    "My brother has a cold",
    "Peter bought a motorbike",
    "Do you like motorbikes?",
    "A motorbike woke me at night",
    "The neighbours have two motorbikes",
)


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("What does my brother like?", "Kofi"),
        ("what's up with my little bro", "Kofi"),
        ("My brother's boat is leaking", "Kofi"),
        ("How is Kofi?", "brother"),
        ("how is kofi", "brother"),
        ("How is my brother Kofi?", ""),
        ("What did my mother in law cook?", "Grace Obi"),
        ("Grace Obi called", "mother-in-law"),
        ("my kitty is sick", "Miso"),
        ("Where do my dogs sleep?", "Rex Ada"),
        ("Rex and my cat fought", "Miso dog"),
        ("Will it rain?", "best friend"),
        ("it will rain", ""),
        ("Where is my sister?", ""),
        ("Kofis are coins", ""),
        ("her brother is kind", ""),
        ("", ""),
        ("🙂", ""),
        ("Kofi " * LONGEST, ""),
    ],
)
def test_who_is_named_one_way_is_looked_for_both_ways(text, also):
    assert also_meant(text, KNOWN) == also


def test_of_many_friends_none_is_meant():
    friends = [Relation(name, "friend") for name in ("Amy", "Bo", "Cy", "Di")]
    assert also_meant("What did my friend say?", friends) == ""
    assert also_meant("What did my friend say?", friends[:3]) == "Amy Bo Cy"


def named(name, subject, owner=ANN, **values):
    """Remember what somebody's brother or dog is called."""
    return remember(
        draft(
            f"{subject} is called {name}",
            owner,
            kind=Memory.Kind.USER_FACT,
            category="people",
            entity=f"person.{subject}",
            subject=subject,
            predicate="name",
            value=name,
            **values,
        )
    )


def found(engine, text):
    """Return what words alone bring to mind."""
    query = async_to_sync(query_for)(text, ALONE)
    return texts(engine.explained(replace(query, vector=None), ALONE, k=3).found)


def check_both_ways(engine):
    named("Kofi", "brother")
    lines = (*OTHERS, "Kofi works at the harbour", "My brother has a motorbike")
    for days, line in enumerate(lines):
        said(line, said_at=NOON + timedelta(days=days))
    assert "Kofi works at the harbour" in found(engine, "Where does my brother work?")
    assert "My brother has a motorbike" in found(engine, "Does Kofi have a motorbike?")


def test_what_is_told_by_name_comes_to_mind_by_kinship(local, transactional_db):
    check_both_ways(local)


@pytest.mark.service
def test_what_is_told_by_name_comes_to_mind_by_kinship_in_elasticsearch(
    elasticsearch, transactional_db
):
    check_both_ways(elasticsearch)


def test_a_name_that_may_not_be_seen_here_is_no_help(local, transactional_db):
    named("Kofi", "brother")
    named("Zora", "sister", BEN)
    ended = named("Tess", "wife")
    Memory.objects.filter(pk=ended.pk).update(valid_to=timezone.now())
    asks = async_to_sync(query_for)
    assert asks("How is my brother?", ALONE).also == "Kofi"
    assert asks("How is my brother?", IN_SERVER).also == ""
    assert asks("How is my sister?", ALONE).also == ""
    assert asks("How is my wife?", ALONE).also == ""
