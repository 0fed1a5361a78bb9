"""What a search finds, alike on every engine."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from memories.actions import forget
from memories.models import Memory, Place
from memories.search import (
    Console,
    CursorError,
    Filters,
    Mode,
    SearchError,
    SearchQuery,
    search,
    suggestions,
)
from memories.tests.remembering import ANN, BEN, CHANNEL, GUILD, NOON, said
from memories.visibility import Scope

ALONE = Scope.access(ANN)
IN_PUBLIC = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)


@pytest.fixture
def find(index):
    """Return the search through each engine, once it has followed the record."""

    def found(
        text="", mode=Mode.WORDS, scope=ALONE, *, as_of=None, size=20, cursor=None, **filters
    ):
        index.settle()
        query = SearchQuery(text, mode, Filters(**filters), as_of)
        return async_to_sync(search)(query, scope, size=size, cursor=cursor)

    return found


def texts(page):
    return [hit.entry.text for hit in page.hits]


def marked(page):
    return [[hit.entry.text[mark.start : mark.end] for mark in hit.highlights] for hit in page.hits]


def test_words_are_found_in_any_form_and_marked(find):
    said("The <b>cats</b> sleep, the cat purrs.")
    said("The dog barks.")
    page = find("Cat")
    assert texts(page) == ["The <b>cats</b> sleep, the cat purrs."]
    assert marked(page) == [["cats", "cat"]]
    assert page.total == 1
    assert page.next_cursor is None
