"""What is odd, hostile or too old gets a clear error or nothing, never somebody else's memory."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.core import signing

from memories.access import Scope
from memories.models import Place
from memories.search import Console, CursorError, InvalidSearchError, Mode
from memories.search import cursors as cursors_module
from memories.tests.factories import ANN, BEN, CHANNEL, GUILD, NOON, said
from memories.tests.search.searching import ALONE, find, texts

pytestmark = pytest.mark.usefixtures("meaning")

BENS = Scope.access(BEN)
ELSEWHERE = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)

ODD = {
    "stop words": "the of and",
    "emoji": "🎉🎉",
    "marks": "?!* ()",
    "lucene": "user:* OR 1=1) AND (text:[* TO *]",
    "wildcards": "m?so /.*/ mis* *",
    "json": '{"match_all": {}}"}}',
    "sql": "' OR 1=1 --",
    "nul": "\x00\x00",
    "surrogate": "\ud800",
    "many words": " ".join(f"w{number}" for number in range(200)),
    "longest": "a" * 1_000,
}


NO_WORDS = ["the of and", "🎉🎉", "* ?", "mis*", "_", "\x00 ."]


@pytest.mark.heavy
def test_an_odd_query_is_taken_word_for_word(index):
    said("Miso sleeps")
    said("Miso of Ben", BEN)
    index.settle()
    for (name, text), mode in product(ODD.items(), Mode):
        page = find(text, mode)
        assert set(texts(page)) <= {"Miso sleeps"}, name
        assert page.total == len(page.hits), name
    for text, mode in product(NO_WORDS, (Mode.WORDS, Mode.PHRASE)):
        assert find(text, mode).total == 0, text


def test_a_query_of_a_hundred_thousand_characters_is_refused():
    with pytest.raises(InvalidSearchError, match="at most 1000 characters"):
        find("a" * 100_000)


WRONG = {
    "kind": "dream",
    "place": "moon",
    "emotion": "hunger",
    "guild": -1,
    "channel": 2**70,
    "confidence_at_least": 1.1,
    "source": "fact:*",
    "category": "\x00",
    "since": datetime(2025, 1, 1),  # noqa: DTZ001 - the fault that is tested.
}


@pytest.mark.parametrize("name", WRONG)
def test_a_filter_that_makes_no_sense_is_refused(name):
    with pytest.raises(InvalidSearchError):
        find("miso", **{name: WRONG[name]})


def test_a_time_that_ends_before_it_begins_is_refused():
    with pytest.raises(InvalidSearchError, match="start must be before"):
        find("miso", since=NOON, until=NOON - timedelta(days=1))


@pytest.mark.parametrize("size", [0, -1, 101])
def test_a_page_of_no_size_is_refused(size):
    with pytest.raises(InvalidSearchError, match="1 to 100"):
        find("miso", size=size)


@pytest.mark.heavy
def test_the_id_of_anothers_memory_finds_nothing(index):
    bens = said("Miso of Ben", BEN, origin=f"message:{GUILD}")
    index.settle()
    for text in (str(bens.pk), bens.pk.hex, str(BEN), bens.origin):
        for mode in Mode:
            assert find(text, mode).total == find(text, mode, ELSEWHERE).total == 0


@pytest.fixture
def cursor(index):
    """Return the cursor of Ann's second page; Ben has the same memories."""
    for number in range(4):
        said(f"the piano, {number} times")
        said(f"the piano of Ben, {number} times", BEN)
    index.settle()
    return find("piano", size=2).next_cursor


def test_a_cursor_goes_on_where_it_was_for_nobody_and_nothing_else(cursor, monkeypatch):
    page = find("piano", size=2, cursor=cursor)
    assert [hit.entry.person_id for hit in page.hits] == [ANN, ANN]
    for other in (BENS, ELSEWHERE, Console(1), Scope.direct(ANN, frozenset())):
        with pytest.raises(CursorError, match="another search"):
            find("piano", scope=other, size=2, cursor=cursor)

    for how in ({"mode": Mode.FUZZY}, {"as_of": NOON}, {"kind": "summary"}, {"text": "pianos"}):
        with pytest.raises(CursorError, match="another search"):
            find(**({"text": "piano"} | how), size=2, cursor=cursor)

    forged = signing.dumps({"p": 1}, key="another key", salt="memories.search")
    for altered in (cursor[:-3], cursor[1:], "x" + cursor, forged, "", "🎉", "a:b:c", "\x00"):
        with pytest.raises(CursorError, match="search again"):
            find("piano", size=2, cursor=altered)

    monkeypatch.setattr(cursors_module, "VALID", timedelta(0))
    with pytest.raises(CursorError, match="has expired"):
        find("piano", size=2, cursor=cursor)


@pytest.mark.service
def test_a_cursor_whose_state_elasticsearch_gave_up_is_too_old(elasticsearch, transactional_db):
    from asgiref.sync import async_to_sync

    for number in range(4):
        said(f"the piano, {number} times")
    elasticsearch.settle()
    for mode in (Mode.WORDS, Mode.HYBRID):
        cursor = find("piano", mode, size=2).next_cursor
        position = cursors_module.opened(cursor, _query("piano", mode), ALONE)
        async_to_sync(_close)(position.after["pit"])
        with pytest.raises(CursorError, match="has expired"):
            find("piano", mode, size=2, cursor=cursor)


def _query(text, mode):
    from memories.search import SearchQuery

    return SearchQuery(text, mode)


async def _close(pit):
    from memories.index.elasticsearch.client import connected

    await (await connected()).close_point_in_time(id=pit)


def test_nothing_that_is_searched_or_found_stands_in_the_log(index, caplog):
    said("top secret")
    index.settle()
    with caplog.at_level(logging.DEBUG):
        for mode in Mode:
            find("secret", mode)
    assert "secret" not in caplog.text
