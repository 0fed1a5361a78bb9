"""What a search finds, alike on every engine."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from elasticsearch import AsyncElasticsearch
from pydantic import SecretStr

from memories.access import Scope
from memories.actions import approve, change_text, erase_person, forget
from memories.index import reset
from memories.index.base import Query
from memories.index.elasticsearch import client
from memories.models import Memory, Place
from memories.search import Console, CursorError, Mode, suggestions
from memories.tests.factories import ANN, BEN, CHANNEL, GUILD, NOON, axis, give_vector, said
from memories.tests.search.searching import ALONE, find, marked, pages, texts
from whisper.environment import environment

AWAY = "Elasticsearch isn't responding, so the database was searched instead."
IN_PUBLIC = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
EVERYBODYS = Console(account_id=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


pytestmark = pytest.mark.usefixtures("meaning")


def test_words_are_found_in_any_form_and_marked(index):
    said("The <b>cats</b> sleep, a cat purrs.")
    said("The dog barks.")
    index.settle()
    page = find("Cat")
    assert texts(page) == ["The <b>cats</b> sleep, a cat purrs."]
    assert marked(page) == [["cats", "cat"]]
    assert (page.total, page.next_cursor) == (1, None)


def test_the_turn_before_is_searched_with_the_text(index):
    said("Twice a week.", context="How often do you climb?")
    index.settle()
    assert texts(find("climbing")) == ["Twice a week."]


def test_a_wrong_letter_is_forgiven_where_it_is_asked_for(index):
    for text in ("My guitar is old.", "My giraffe is old.", "A sitar"):
        said(text)
    index.settle()
    page = find("giutar", Mode.FUZZY)
    assert texts(page) == ["My guitar is old."]
    assert marked(page) == [["guitar"]]
    assert find("giutar", Mode.WORDS).total == 0


def test_a_phrase_is_found_as_it_is_written(index):
    for text in ("To be or not to be.", "Be, or to not be", "To be sure"):
        said(text)
    index.settle()
    page = find("to be or not", Mode.PHRASE)
    assert texts(page) == ["To be or not to be."]
    assert marked(page) == [["To be or not"]]
    assert find("not be to", Mode.PHRASE).total == 0


def test_meaning_finds_what_no_word_does(index):
    give_vector(said("My kitten sleeps."), axis(0))
    give_vector(said("The tax is due."), axis(1))
    give_vector(said("A cat"), axis(1))
    index.settle()
    page = find("cat", Mode.HYBRID)
    assert sorted(texts(page)) == ["A cat", "My kitten sleeps."]
    assert page.total == 2
    assert all(0 < hit.score <= 1 for hit in page.hits)


def test_meaning_alone_leaves_out_what_only_the_words_have(index, request):
    give_vector(said("My kitten sleeps."), axis(0))
    give_vector(said("A cat"), axis(1))
    said("A cat without a vector")
    index.settle()
    page = find("cat", Mode.MEANING)
    assert texts(page) == ["My kitten sleeps."]
    assert (page.total, page.hits[0].score) == (1, pytest.approx(1))
    is_chroma = request.node.callspec.params["index"] == "chroma"
    assert ["ChromaDB" in note for note in page.not_supported] == [True] * is_chroma


def test_what_means_nothing_alike_is_not_found_by_meaning(index):
    give_vector(said("The tax is due."), axis(1))
    index.settle()
    assert texts(find("cat", Mode.MEANING)) == []


def test_meaning_is_read_page_by_page(index):
    for number in range(5):
        give_vector(said(f"kitten {number}", said_at=NOON + number * DAY), axis(0))
    index.settle()
    found = [one for page in pages("cat", Mode.MEANING, size=2) for one in page]
    assert sorted(found) == [f"kitten {number}" for number in range(5)]


def test_meaning_without_an_embedder_says_that_words_were_used_on_each_page(index, monkeypatch):
    for number in range(3):
        said(f"A cat, {number}")
    index.settle()
    with monkeypatch.context() as away:
        away.setattr("memories.search.engines.embedded", Query)
        first = find("cats", Mode.MEANING, size=2)
    assert (len(first.hits), first.total) == (2, 3)
    second = find("cats", Mode.MEANING, size=2, cursor=first.next_cursor)
    assert {*texts(first), *texts(second)} == {f"A cat, {number}" for number in range(3)}
    assert all("only words" in page.not_supported[0] for page in (first, second))


def test_a_search_by_meaning_ends_where_the_embedder_does(index, monkeypatch):
    for number in range(3):
        give_vector(said(f"kitten {number}"), axis(0))
    index.settle()
    first = find("cat", Mode.MEANING, size=2)
    monkeypatch.setattr("memories.search.engines.embedded", Query)
    with pytest.raises(CursorError):
        find("cat", Mode.MEANING, size=2, cursor=first.next_cursor)


def test_without_an_embedder_words_decide_and_the_page_says_so(index, monkeypatch):
    monkeypatch.setattr("memories.search.engines.embedded", Query)
    said("A cat")
    index.settle()
    page = find("cats", Mode.HYBRID)
    assert texts(page) == ["A cat"]
    assert any("only words" in note for note in page.not_supported)


def test_small_talk_is_looked_for_like_anything_else(index):
    said("Good night, moon")
    index.settle()
    assert find("night", Mode.HYBRID).total == 1


def test_without_words_the_newest_come_first(index):
    for number in range(3):
        said(f"day {number}", said_at=NOON + number * DAY)
    index.settle()
    assert pages(size=2) == [["day 2", "day 1"], ["day 0"]]


WANTED = {
    "kind": Memory.Kind.USER_FACT,
    "category": "pet",
    "place": Place.PUBLIC_CHANNEL,
    "guild": GUILD,
    "channel": CHANNEL,
    "emotion": "happy",
    "confidence_at_least": 0.8,
    "since": NOON + HOUR,
    "until": NOON + 3 * HOUR,
    "source": "fact",
}


@pytest.fixture
def filtered(index):
    """Let one memory pass all filters, and another none."""
    said(
        "Miso, wanted",
        kind=Memory.Kind.USER_FACT,
        category="pet",
        place=Place.PUBLIC_CHANNEL,
        guild_id=GUILD,
        channel_id=CHANNEL,
        emotion="happy",
        confidence=0.9,
        said_at=NOON + 2 * HOUR,
        origin="fact:1",
    )
    said("Miso, other", confidence=0.1, origin="factual:1", said_at=NOON + 3 * HOUR)
    said("Miso, oldest", confidence=0.1, said_at=NOON)
    index.settle()


@pytest.mark.heavy
def test_each_filter_lets_through_what_it_says(filtered):
    for text, mode in (("", Mode.WORDS), ("miso", Mode.WORDS), ("miso", Mode.HYBRID)):
        for name, value in WANTED.items():
            found = set(texts(find(text, mode, **{name: value})))
            others = {"since": {"Miso, other"}, "until": {"Miso, oldest"}}.get(name, set())
            assert found == {"Miso, wanted"} | others, name
        assert texts(find(text, mode, **WANTED)) == ["Miso, wanted"]


def test_a_superseded_fact_is_found_as_of_its_time(index):
    home = {"kind": Memory.Kind.USER_FACT, "slot": "home"}
    give_vector(said("They live in Ghent.", **home), axis(0))
    give_vector(said("They live in Bruges.", said_at=NOON + 10 * DAY, **home), axis(0))
    index.settle()
    for mode in Mode:
        assert texts(find("live", mode, as_of=NOON - DAY)) == []
        assert texts(find("live", mode, as_of=NOON + DAY)) == ["They live in Ghent."]
        assert texts(find("live", mode, as_of=NOON + 11 * DAY)) == ["They live in Bruges."]
        assert texts(find("live", mode)) == ["They live in Bruges."]


def test_what_was_forgotten_is_found_as_of_no_time(index):
    gone, kept = said("a gone secret"), said("a kept secret")
    said("another's secret", BEN)
    index.settle()
    forget([gone.pk])
    for as_of in (None, NOON + DAY):
        page = find("secret", as_of=as_of)
        assert texts(page) == [kept.text]
        assert page.total == 1
    erase_person(ANN)
    assert find("secret", as_of=NOON + DAY).total == 0


def test_what_changed_a_moment_ago_is_found_as_it_is_now(index):
    memory = said("My cat is called Miso")
    index.settle()
    change_text(memory, "My dog is called Miso")
    page = find("miso")
    assert texts(page) == ["My dog is called Miso"]
    assert marked(page) == [["Miso"]]


@pytest.mark.heavy
def test_all_pages_together_hold_each_hit_once(index):
    for number in range(7):
        give_vector(said(f"the piano, {number} times", said_at=NOON + number * HOUR), axis(0))
    index.settle()
    for mode in Mode:
        found = pages("piano", mode, size=3)
        assert [len(page) for page in found] == [3, 3, 1]
        assert len({text for page in found for text in page}) == 7


@pytest.mark.parametrize("mode", [Mode.WORDS, Mode.HYBRID])
def test_the_next_page_knows_nothing_of_what_came_meanwhile(index, mode):
    for number in range(4):
        said(f"the piano, {number} times")
    index.settle()
    first = find("piano", mode, size=2)
    said("piano piano piano")
    index.settle()
    second = find("piano", mode, size=2, cursor=first.next_cursor)
    assert sorted(texts(first) + texts(second)) == [f"the piano, {n} times" for n in range(4)]
    assert second.next_cursor is None


@pytest.mark.parametrize("mode", [Mode.WORDS, Mode.HYBRID])
def test_a_page_past_the_end_is_empty(index, mode):
    memories = [said(f"the piano, {number} times") for number in range(4)]
    index.settle()
    first = find("piano", mode, size=2)
    shown = {hit.entry.id for hit in first.hits}
    forget([memory.pk for memory in memories if memory.pk not in shown])
    page = find("piano", mode, size=2, cursor=first.next_cursor)
    assert (texts(page), page.next_cursor) == ([], None)


def test_what_may_not_be_told_in_a_place_is_not_found_there(index):
    said("the quiz of Ann, alone")
    said("the quiz of Ann", place=Place.PUBLIC_CHANNEL, guild_id=GUILD, channel_id=CHANNEL)
    said("the quiz of Ben", BEN, place=Place.PUBLIC_CHANNEL, guild_id=GUILD, channel_id=CHANNEL)
    said("the quiz of the server", None, guild_id=GUILD)
    said("the hidden quiz", None, guild_id=GUILD, hidden=True)
    index.settle()
    page = find("quiz", scope=IN_PUBLIC)
    assert sorted(texts(page)) == ["the quiz of Ann", "the quiz of the server"]
    assert page.total == 2


def test_the_console_finds_everybodys_and_one_persons(index):
    said("the quiz of Ann")
    said("the quiz of Ben", BEN)
    hidden = said("the hidden quiz", None, guild_id=GUILD, hidden=True)
    gone = said("the forgotten quiz", BEN)
    index.settle()
    forget([gone.pk])
    index.settle()
    page = find("quiz", scope=EVERYBODYS)
    assert sorted(texts(page)) == ["the hidden quiz", "the quiz of Ann", "the quiz of Ben"]
    assert page.total == find(scope=EVERYBODYS).total == 3
    assert texts(find("quiz", scope=Console(1, BEN))) == ["the quiz of Ben"]
    approve([hidden.pk])


def test_of_the_console_who_may_not_read_more_finds_what_was_said_in_public(index):
    said("the quiz in the lounge", place=Place.PUBLIC_CHANNEL, guild_id=GUILD, channel_id=CHANNEL)
    said("the quiz of the staff", place=Place.PRIVATE_CHANNEL, guild_id=GUILD, channel_id=CHANNEL)
    said("the quiz between us", place=Place.DIRECT)
    said("the quiz from a file", BEN, place=Place.IMPORT)
    index.settle()
    public = Console(1, place=Place.PUBLIC_CHANNEL)
    for page in (find("quiz", scope=public), find(scope=public)):
        assert (texts(page), page.total) == (["the quiz in the lounge"], 1)
    assert texts(find("quiz", scope=Console(1, BEN, Place.PUBLIC_CHANNEL))) == []
    assert find("quiz", scope=EVERYBODYS).total == 4


def test_words_and_categories_are_suggested_from_ones_own_memories_alone(index):
    said("Pianos in the park", kind=Memory.Kind.USER_FACT, category="pieces")
    said("The piano and the PIANIST")
    said("The pier of Ben", BEN)
    said("The pies of the server", None, guild_id=GUILD)
    index.settle()
    found = async_to_sync(suggestions)("show me pi", ALONE)
    assert [(one.text, one.kind) for one in found] == [
        ("pianist", "word"),
        ("piano", "word"),
        ("pianos", "word"),
        ("pieces", "category"),
    ]
    assert async_to_sync(suggestions)("pi", IN_PUBLIC) == []
    assert async_to_sync(suggestions)("pia", ALONE, limit=1) == found[:1]


@pytest.mark.parametrize("typed", ["", " ", "p", "pi ", "🎉", "*", "pi*", "x" * 50_000])
def test_nothing_is_suggested_where_no_word_was_begun(typed):
    assert async_to_sync(suggestions)(typed, ALONE) == []


@pytest.fixture
def away(monkeypatch, db):
    """Let Elasticsearch be configured, and nobody listen where it should be."""
    monkeypatch.setattr(environment, "memory_index", "elasticsearch")
    monkeypatch.setattr(environment, "elasticsearch_url", [SecretStr("http://127.0.0.1:9")])
    reset()
    client.reset()
    yield
    reset()
    client.reset()


@pytest.mark.django_db(transaction=True)
def test_while_elasticsearch_is_away_the_database_is_searched_and_the_page_says_so(away):
    give_vector(said("The piano"), axis(0))
    for mode in Mode:
        page = find("piano", mode)
        assert (texts(page), page.engine) == (["The piano"], "database")
        assert page.not_supported == (AWAY,)
    assert [one.text for one in async_to_sync(suggestions)("pi", ALONE)] == ["piano"]


@pytest.mark.service
def test_what_elasticsearch_began_nobody_else_goes_on_with(
    elasticsearch, transactional_db, monkeypatch
):
    for number in range(4):
        said(f"the piano, {number} times")
    elasticsearch.settle()
    first = find("piano", size=2)
    assert (first.engine, first.not_supported) == ("elasticsearch", ())
    monkeypatch.setattr(environment, "memory_index", "local")
    reset()
    with pytest.raises(CursorError, match="search again"):
        find("piano", size=2, cursor=first.next_cursor)


@pytest.mark.service
@pytest.mark.parametrize("mode", [Mode.WORDS, Mode.HYBRID])
def test_no_state_is_held_for_a_search_that_has_no_next_page(
    elasticsearch, transactional_db, monkeypatch, mode
):
    said("The piano")
    elasticsearch.settle()
    closed = []
    close = AsyncElasticsearch.close_point_in_time

    def closing(self, *, id):
        closed.append(id)
        return close(self, id=id)

    monkeypatch.setattr(AsyncElasticsearch, "close_point_in_time", closing)
    assert find("piano", mode).next_cursor is None
    assert len(closed) == 1


def test_what_chromadb_can_not_do_is_said_and_done_in_the_database(chroma, transactional_db):
    said("The piano")
    chroma.settle()
    for mode, how, engine in (
        (Mode.HYBRID, {}, "chroma"),
        (Mode.HYBRID, {"kind": "conversation"}, "database"),
        (Mode.HYBRID, {"as_of": NOON + DAY}, "database"),
        (Mode.PHRASE, {}, "database"),
        (Mode.WORDS, {}, "database"),
    ):
        page = find("piano", mode, **how)
        assert (texts(page), page.engine) == (["The piano"], engine)
        assert bool(page.not_supported) == (engine == "database")


@pytest.mark.service
def test_a_search_that_elasticsearch_refuses_keeps_nobody_else_from_it(
    elasticsearch, transactional_db, monkeypatch
):
    from memories.index.elasticsearch import search_requests as requests

    said("The piano")
    elasticsearch.settle()
    odd = requests.listing
    with monkeypatch.context() as patched:
        patched.setattr(requests, "listing", lambda asked: odd(asked) | {"query": {"odd": {}}})
        for _ in range(4):
            assert find("piano").engine == "database"
    assert find("piano").engine == "elasticsearch"
