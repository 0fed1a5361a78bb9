"""Nobody finds what is not theirs, in hits, highlights, counts or suggestions, come what may."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from asgiref.sync import async_to_sync
from hypothesis import given, settings
from hypothesis import strategies as st

from memories.access import Scope
from memories.actions import forget, remember_all, store_embeddings
from memories.index.elasticsearch import query as parts
from memories.models import Memory, Place
from memories.search import Mode, suggestions
from memories.search.base import BY_MEANING
from memories.tests.factories import ANN, BEN, CHANNEL, GUILD, MODEL, axis, give_vector, said
from memories.tests.index.test_isolation import property_test
from memories.tests.search.searching import find
from memories.tests.test_access import PEOPLE, WORDS, may_be_told, memories, scopes, vector_of
from memories.wording.words import words

IN_PUBLIC = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
FILTERS = [{}, {"guild": GUILD}, {"channel": CHANNEL}, {"place": "direct"}, {"kind": "shared_fact"}]
some_memories = st.lists(memories(), min_size=1, max_size=25)


def some_searches(size):
    """Draw a number of searches."""
    one = st.tuples(
        scopes(), st.sampled_from(["", *WORDS]), st.sampled_from(Mode), st.sampled_from(FILTERS)
    )
    return st.lists(one, min_size=size, max_size=size)


pytestmark = pytest.mark.usefixtures("meaning")


def check_isolation(index, drafts, searches):
    """Remember something again and look that each search finds what its asker may see, and all."""
    forget(Memory.objects.values_list("pk", flat=True))
    stored = remember_all(drafts)
    vectors = np.array([vector_of(number) for number in range(len(stored))])
    store_embeddings(stored[::2], vectors[::2], model=MODEL)
    index.settle()
    for scope, word, mode, filters in searches:
        page = find(word, mode, scope, size=100, **filters)
        here = [
            memory for memory in stored if may_be_told(memory, scope) and passes(memory, filters)
        ]
        holding = {memory.pk for memory in here if word in memory.text}
        found = {hit.entry.id for hit in page.hits}
        assert found <= {memory.pk for memory in here}
        if mode is not Mode.MEANING:
            assert holding <= found
        assert page.total == len(page.hits)
        if mode not in BY_MEANING:
            assert found == holding
        for hit in page.hits:
            marked = {hit.entry.text[mark.start : mark.end] for mark in hit.highlights}
            assert marked == ({word} if word and word in hit.entry.text else set())
        # Few more would tell nothing new: they know no mode and no filter.
        if word and mode is Mode.WORDS:
            suggested = async_to_sync(suggestions)(word[:3], scope)
            own = [one for one in stored if one.person_id and may_be_told(one, scope)]
            count = sum(word in words(memory.text) for memory in own)
            assert [(one.text, one.count) for one in suggested] == [(word, count)] * bool(count)


def passes(memory, filters):
    names = {"guild": "guild_id", "channel": "channel_id"}
    return all(getattr(memory, names.get(name, name)) == value for name, value in filters.items())


@pytest.mark.heavy
@settings(property_test, max_examples=3)
@given(some_memories, some_searches(20))
def test_a_search_finds_all_that_its_asker_may_see_and_nothing_else(index, drafts, searches):
    check_isolation(index, drafts, searches)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.timeout(600)
@settings(property_test, max_examples=40)
@given(some_memories, some_searches(50))
def test_so_it_is_in_two_thousand_cases_by_the_database(local, db, drafts, searches):
    check_isolation(local, drafts, searches)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.service
@pytest.mark.timeout(600)
@settings(property_test, max_examples=20)
@given(some_memories, some_searches(50))
def test_so_it_is_in_a_thousand_cases_by_elasticsearch(
    elasticsearch, transactional_db, drafts, searches
):
    check_isolation(elasticsearch, drafts, searches)


def fill(index):
    """Let everybody have said the same, here and there; Ann asks in public."""
    for owner in PEOPLE:
        give_vector(said("a secret of miso", owner), axis(0))
        place = {"place": Place.PUBLIC_CHANNEL, "guild_id": GUILD, "channel_id": CHANNEL}
        give_vector(said(f"the misos of {owner}", owner, **place), axis(0))
    index.settle()


@pytest.fixture
def mixed(index):
    """Fill each engine."""
    fill(index)


@pytest.fixture
def mixed_there(elasticsearch, transactional_db):
    """Fill Elasticsearch."""
    fill(elasticsearch)


def heard_by_ann():
    """Return what Ann finds in public in every way: whose it is, where it was said, how many."""
    found = {}
    for text, mode in (("", Mode.WORDS), *(("miso", mode) for mode in Mode if mode != "phrase")):
        page = find(text, mode, IN_PUBLIC)
        said_by = sorted((hit.entry.person_id, hit.entry.place) for hit in page.hits)
        found[text, mode.value] = (said_by, page.total)
    suggested = async_to_sync(suggestions)("mi", IN_PUBLIC)
    found["suggested", ""] = ([(one.text, one.kind) for one in suggested], len(suggested))
    return found


def whose(heard):
    """Return whose memories were heard, of all ways to search."""
    return {owner for said_by, _ in heard.values() for owner, _ in said_by if owner in PEOPLE}


HERS = ([(ANN, "public_channel")], 1)


def assert_hers(heard):
    suggested = heard.pop(("suggested", ""))
    assert suggested == ([("misos", "word")], 1)
    assert heard == dict.fromkeys(heard, HERS)


def everything(*_):
    return {"match_all": {}}


def without_filter(build):
    """Return a builder of requests that forgets the filter."""

    def built(*args, **how):
        body = build(*args, **how)
        clause = body["knn"] if "knn" in body else body["query"]["bool"]
        del clause["filter"]
        return body

    return built


def take_out(monkeypatch, *guards):
    """Take out guards, each as one careless change would."""
    from memories.index.elasticsearch import search, search_requests
    from memories.search import narrowing, suggesting

    def no_condition(*_):
        from django.db.models import Q

        return Q()

    faults = {
        "owner": (parts, "owner_filter", everything),
        "places": (parts, "in_places", everything),
        "near": (parts, "_near", without_filter(parts._near)),
        "body": (parts, "_body", without_filter(parts._body)),
        "listing": (search_requests, "listing", without_filter(search_requests.listing)),
        "beginning": (
            search_requests,
            "words_that_begin",
            without_filter(search_requests.words_that_begin),
        ),
        "whose": (search, "_look_whose", lambda *_: None),
        "record owner": (narrowing, "owned", no_condition),
        "record places": (narrowing, "in_places", no_condition),
        "record": (narrowing, "may_find", lambda *_: True),
        "own": (suggesting, "may_find", lambda *_: True),
    }
    for guard in guards:
        monkeypatch.setattr(*faults[guard])


@pytest.mark.heavy
def test_no_guard_stands_alone(mixed, monkeypatch):
    assert_hers(heard_by_ann())
    for guard in ("record owner", "record", "own"):
        with monkeypatch.context() as patched:
            take_out(patched, guard)
            assert_hers(heard_by_ann())


IN_ELASTICSEARCH = ("owner", "near", "body", "listing", "beginning")


@pytest.mark.service
def test_no_guard_of_elasticsearch_stands_alone(mixed_there, monkeypatch):
    for guard in (*IN_ELASTICSEARCH, "whose"):
        with monkeypatch.context() as patched:
            take_out(patched, guard)
            assert_hers(heard_by_ann())


def test_without_the_rule_of_places_nobody_hears_others(mixed, monkeypatch):
    for guard in ("places", "record places"):
        with monkeypatch.context() as patched:
            take_out(patched, guard)
            heard = heard_by_ann()
        assert whose(heard) == {ANN}
        places = {place for said_by, _ in heard.values() for _, place in said_by}
        assert places == {"public_channel", "word"}


@pytest.mark.service
def test_the_database_answers_when_elasticsearch_lets_all_through(mixed_there, monkeypatch, caplog):
    take_out(monkeypatch, "places", *IN_ELASTICSEARCH)
    with caplog.at_level(logging.ERROR):
        assert_hers(heard_by_ann())
        assert find("miso", scope=IN_PUBLIC).engine == "database"
    assert "dropped" in caplog.text
    assert "secret" not in caplog.text


def test_with_all_guards_out_others_are_heard(mixed, monkeypatch):
    # So the tests above can fail.
    take_out(monkeypatch, "places", *IN_ELASTICSEARCH, "whose")
    take_out(monkeypatch, "record owner", "record places", "record", "own")
    heard = heard_by_ann()
    assert BEN in whose(heard)
    assert heard["", "words"][1] == 6


class Listener:
    """A client of Elasticsearch that keeps what it is asked."""

    def __init__(self, client):
        self.client, self.asked = client, []

    def __getattr__(self, name):
        return getattr(self.client, name)

    def search(self, *, body, **how):
        self.asked.append(body)
        return self.client.search(body=body, **how)

    def msearch(self, *, searches, **how):
        self.asked += searches[1::2]
        return self.client.msearch(searches=searches, **how)


@pytest.fixture
def listener(monkeypatch):
    """Return who hears what Elasticsearch is asked by searches."""
    from memories.index.elasticsearch import search
    from memories.index.elasticsearch.client import connected

    kept = []

    async def listening():
        kept.append(Listener(await connected()))
        return kept[-1]

    monkeypatch.setattr(search, "connected", listening)
    return lambda: [body for one in kept for body in one.asked]


def clauses_with_documents(body):
    """Yield each part of a request that finds documents by itself: queries, and those by vector."""
    yield body["query"]["bool"]
    stack = [body["query"]]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            if "knn" in part:
                yield part["knn"]
            stack += part.values()
        elif isinstance(part, list):
            stack += part


def unguarded(bodies):
    """Return the parts of requests that lack the owner or the places."""
    owner = {"terms": {"partition": list(IN_PUBLIC.partition_keys)}}
    return [
        part
        for body in bodies
        for part in clauses_with_documents(body)
        if owner not in part.get("filter", []) or f"'person_id': '{ANN}'" not in str(part["filter"])
    ]


@pytest.mark.service
def test_owner_and_place_stand_in_each_part_of_each_request(mixed_there, listener):
    heard_by_ann()
    # The list, words, wrong letters, by meaning and words at once, by meaning, and suggestions.
    assert len(listener()) == 7
    assert sum(len(list(clauses_with_documents(body))) for body in listener()) == 10
    assert unguarded(listener()) == []


@pytest.mark.service
def test_a_request_without_the_filter_in_any_one_place_is_noticed(
    mixed_there, listener, monkeypatch
):
    for guard in (*IN_ELASTICSEARCH, "places"):
        before = len(listener())
        with monkeypatch.context() as patched:
            take_out(patched, guard)
            heard_by_ann()
        assert unguarded(listener()[before:]), guard
