"""Tests of searching among more memories than can be compared: PostgreSQL narrows them down."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection

from memories.search import Console, Mode, SearchQuery, search
from memories.tests.factories import NOON, axis, give_vector, said
from whisper.database.access import in_database


@pytest.fixture
def many(monkeypatch):
    """Let all memories be too many to compare."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL narrows them down")
    monkeypatch.setattr("memories.search.widely.MANY", 0)


EVERYBODY = Console(3)


@pytest.mark.parametrize(
    ("mode", "asked", "found"),
    [
        (Mode.WORDS, "happy hiking", {"We were happy", "I hiked at example.com/hike"}),
        (Mode.WORDS, "cats", {"My cat is called Miso_2"}),
        (Mode.WORDS, "café", {"Das Café ist zu"}),
        (Mode.PHRASE, "were happy", {"We were happy"}),
        (Mode.FUZZY, "calld", {"My cat is called Miso_2"}),
        (Mode.WORDS, "'); drop -- & | ! :* \\", set()),
        (Mode.WORDS, "猫", {"私の猫"}),
    ],
)
@pytest.mark.service
@pytest.mark.usefixtures("many")
@pytest.mark.django_db(transaction=True)
async def test_among_very_many_memories_words_are_found_by_the_index(mode, asked, found):
    for text in (
        "We were happy",
        "I hiked at example.com/hike",
        "My cat is called Miso_2",
        "Das Café ist zu",
        "私の猫",
        "Nothing of it",
    ):
        await in_database(said, text)
    page = await search(SearchQuery(asked, mode), EVERYBODY)
    assert {hit.entry.text for hit in page.hits} == found


@pytest.mark.service
@pytest.mark.usefixtures("many", "meaning")
@pytest.mark.django_db(transaction=True)
async def test_among_very_many_memories_meaning_is_compared_with_the_newest(monkeypatch):
    monkeypatch.setattr("memories.search.widely.COMPARED", 2)
    monkeypatch.setattr("memories.search.database.COMPARED", 2)
    for number in range(4):
        at = NOON + timedelta(days=number)
        memory = await in_database(partial(said, f"kitten {number}", said_at=at))
        await in_database(give_vector, memory, axis(0))
    page = await search(SearchQuery("cat", Mode.MEANING), EVERYBODY)
    assert {hit.entry.text for hit in page.hits} == {"kitten 2", "kitten 3"}
    assert "the meaning of all of them" in page.not_supported[0]
