"""Tests of figures: the same from Elasticsearch and from the record, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from asgiref.sync import async_to_sync

from memories.actions import remember_all
from memories.analytics import View, analytics
from memories.models import Memory, Place
from memories.tests.remembering import ANN, BEN, CHANNEL, GUILD, draft
from memories.visibility import Scope
from profiles.actions import decide_consent
from profiles.models import Emotion

NOW = datetime(2025, 11, 20, 9, 30, tzinfo=UTC)
# Both changes of the clock in Berlin lie in the last year of that.
CROWD = [ANN, BEN, *range(201, 209)]
WORDS = [
    "miso",
    "garden",
    "office",
    "piano",
    "rome",
    "kite",
    "lake",
    "winter",
    "bread",
    "train",
    "tea",
    "foxes",
]
CATEGORIES = ["", "pet", "work", "food"]


def figures(view, **how):
    return async_to_sync(analytics)(view, **({"now": NOW} | how))


def made_up(count, seed=7):
    """Return memories of all kinds and places, around changes of the clock and of months."""
    chance = Random(seed)
    return [one_of(chance) for _ in range(count)]


def one_of(chance):
    owner = chance.choice([*CROWD, None])
    text = " ".join(chance.choices(WORDS, weights=range(1, 13), k=4))
    at = NOW - timedelta(hours=chance.choice([3, 40, 600, 5600, 9500]) * chance.random() * 2)
    known = {"said_at": at, "hidden": chance.random() < 0.1}
    if owner is None:
        where = {"guild_id": chance.choice([GUILD, GUILD + 1, None]), "place": Place.PUBLIC_CHANNEL}
        return draft(text, None, **where, **known)
    place = chance.choice(list(Place))
    in_server = place in (Place.PUBLIC_CHANNEL, Place.PRIVATE_CHANNEL)
    return draft(
        text,
        owner,
        place=place,
        guild_id=chance.choice([GUILD, GUILD, GUILD + 1]) if in_server else None,
        channel_id=CHANNEL if in_server else owner,
        kind=chance.choice([Memory.Kind.CONVERSATION, Memory.Kind.USER_FACT]),
        category=chance.choice(CATEGORIES),
        slot=chance.choice(["", "", "pet", "city"]),
        emotion=chance.choice(["", *Emotion.values]),
        speaker="Piano Player",
        **known,
    )


def views():
    return [View.person(Scope.access(ANN)), View.server(GUILD), View.console()]


@pytest.mark.service
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
def test_both_engines_count_the_same(elasticsearch, transactional_db, settings, monkeypatch, zone):
    from whisper.environment import environment

    settings.TIME_ZONE = zone
    for person in CROWD[:-1]:
        decide_consent(person, granted=True, source="test")
    remember_all(made_up(600))
    elasticsearch.settle()
    counted = [figures(view) for view in views()]
    monkeypatch.setattr(environment, "memory_index", "local")
    for one, view in zip(counted, views(), strict=True):
        assert one.engine == "elasticsearch"
        assert one.total
        assert one.words
        other = figures(view)
        assert one == replace(other, engine="elasticsearch")
