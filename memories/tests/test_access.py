"""Property tests: whoever asks wherever, recall tells only what may be told there."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memories.access import Scope, is_visible, visible_places
from memories.actions import remember_all, store_embeddings
from memories.index.local import LocalIndex
from memories.models import Memory, Place
from memories.queries import has_elsewhere, memories_of
from memories.recall import explain
from memories.tests.factories import ANN, BEN, CLEO, DIMENSION, MODEL, NOON, asked, draft
from profiles.privacy import ALL_WAYS, LEVELS, Way

WORDS = ["miso", "garden", "office", "piano", "rome"]
PEOPLE = [ANN, BEN, CLEO]
GUILDS = [900, 901]
# Ids of channels are Discord's: no two servers have the same one.
CHANNELS = {900: [910, 911], 901: [920, 921]}

guilds = st.sampled_from(GUILDS)
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


def in_server(guild, place):
    return st.sampled_from(CHANNELS[guild]).map(lambda channel: (place, channel, guild))


channels = st.tuples(
    guilds, st.sampled_from([Place.PRIVATE_CHANNEL, Place.PUBLIC_CHANNEL])
).flatmap(lambda where: in_server(*where))


@st.composite
def memories(draw):
    """Draw something that anybody said anywhere, or a fact of a server or of everyone."""
    owner = draw(st.sampled_from([*PEOPLE, None]))
    if owner is None:
        guild = draw(st.none() | guilds)
        return draft(draw(texts), None, guild_id=guild, place=Place.PUBLIC_CHANNEL)
    alone = st.sampled_from([(Place.DIRECT, owner, None), (Place.IMPORT, None, None)])
    place, channel, guild = draw(alone | channels)
    return draft(draw(texts), owner, place=place, channel_id=channel, guild_id=guild)


@st.composite
def scopes(draw):
    person = draw(st.sampled_from(PEOPLE))
    ways = frozenset(draw(st.sets(st.sampled_from(list(Way)))))
    if draw(st.booleans()):
        return Scope.direct(person, ways)
    place, channel, guild = draw(channels)
    return Scope(person, place, channel, guild, ways)


def placed(said, hidden=False):
    """Return what visibility asks of the memory that a draft becomes."""
    fields = ("person_id", "place", "guild_id", "channel_id")
    return SimpleNamespace(hidden=hidden, **{name: getattr(said, name) for name in fields})


def may_be_told(memory, scope):
    """Say it again in other words than `is_visible`: what the person would expect."""
    if memory.person_id is None:
        return memory.guild_id in (None, scope.guild_id)
    if memory.person_id != scope.person_id:
        return False
    if scope.guild_id is None:
        return memory.guild_id is None or "server_to_direct" in scope.ways
    if memory.place == "direct":
        return f"direct_to_{scope.place.removesuffix('_channel')}" in scope.ways
    same_channel = memory.channel_id == scope.channel_id
    same_server = memory.guild_id == scope.guild_id
    return (memory.place == "private_channel" and same_channel) or (
        memory.place == "public_channel" and (same_server or "across_servers" in scope.ways)
    )


def vector_of(number):
    drawn = np.random.default_rng(number).standard_normal(DIMENSION).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


property_test = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
some_memories = st.lists(memories(), min_size=1, max_size=25)
some_queries = st.lists(st.tuples(scopes(), texts), min_size=1, max_size=6)


def check_what_is_told(drafts, queries):
    """Remember something anew and look that each query finds what may be told there, all of it."""
    Memory.objects.all().delete()
    stored = remember_all(drafts)
    vectors = np.array([vector_of(number) for number in range(len(stored))])
    store_embeddings(stored[::2], vectors[::2], model=MODEL)
    index = LocalIndex()
    for scope, text in queries:
        query = asked(f"what about {text}?", vector_of(len(text)))
        found = index.search(query, scope, limit=100)
        allowed = {memory.pk for memory in stored if may_be_told(memory, scope)}
        assert {one.entry.id for one in found} == allowed
        told = explain(index.search_pool(query, scope), k=5, missed=5, now=NOON)
        assert {one.entry.id for one in (*told.found, *told.missed)} <= allowed
        own = {memory.pk for memory in stored if memory.person_id == scope.person_id}
        assert {memory.pk for memory in memories_of(scope)} == own & allowed
        assert has_elsewhere(scope) == bool(own - allowed)


@pytest.mark.heavy
@pytest.mark.django_db
@settings(property_test, max_examples=8)
@given(some_memories, some_queries)
def test_only_what_may_be_told_is_recalled_and_all_of_it_is_proposed(drafts, queries):
    check_what_is_told(drafts, queries)


@pytest.mark.long
@pytest.mark.django_db
@settings(property_test, max_examples=100)
@given(some_memories, some_queries)
def test_only_what_may_be_told_is_recalled_in_a_hundred_cases(drafts, queries):
    check_what_is_told(drafts, queries)


@pytest.mark.heavy
@given(memories(), scopes())
def test_the_one_door_says_what_a_person_would_expect(said, scope):
    assert is_visible(placed(said), scope) == may_be_told(said, scope)


@pytest.mark.heavy
@given(memories(), scopes(), st.booleans())
def test_the_rule_as_data_says_what_the_one_door_says(said, scope, hidden):
    memory = placed(said, hidden)
    holds = any(
        all(getattr(memory, field) == value for field, value in fields.items())
        for fields in visible_places(scope)
    )
    assert holds == is_visible(memory, scope)


@pytest.mark.heavy
@given(memories(), st.sampled_from(PEOPLE), channels, st.sampled_from(list(LEVELS)))
def test_nothing_said_in_direct_messages_is_told_in_public_at_any_level(said, person, at, level):
    _, channel, guild = at
    in_server = Scope(person, Place.PUBLIC_CHANNEL, channel, guild, LEVELS[level])
    if said.place in (Place.DIRECT, Place.IMPORT) and said.person_id is not None:
        assert not is_visible(placed(said), in_server)


@pytest.mark.heavy
@given(memories(), st.sampled_from(PEOPLE), channels)
def test_nothing_said_in_a_private_channel_is_ever_told_in_another_one(said, person, where):
    place, channel, guild = where
    if said.place == Place.PRIVATE_CHANNEL and said.channel_id != channel:
        assert not is_visible(placed(said), Scope(person, place, channel, guild, ALL_WAYS))


@pytest.mark.heavy
@given(memories(), scopes())
def test_what_is_hidden_is_told_to_nobody(said, scope):
    assert not is_visible(placed(said, hidden=True), scope)


@pytest.mark.heavy
@given(memories(), st.sampled_from(PEOPLE))
def test_whoever_looks_at_what_is_held_of_them_sees_all_of_it(said, person):
    if said.person_id == person:
        assert is_visible(placed(said), Scope.access(person))


@pytest.mark.parametrize(
    ("level", "alone", "elsewhere", "private", "public"),
    [
        ("strict", False, False, False, False),
        ("moderate", True, False, False, False),
        ("permissive", True, True, True, False),
    ],
)
def test_each_level_opens_its_ways(level, alone, elsewhere, private, public):
    ways = LEVELS[level]
    in_public = placed(draft("x", place=Place.PUBLIC_CHANNEL, guild_id=900, channel_id=910))
    in_direct = placed(draft("x"))
    here = Scope(ANN, Place.PUBLIC_CHANNEL, 911, 900, ways)
    in_private = Scope(ANN, Place.PRIVATE_CHANNEL, 911, 900, ways)
    assert is_visible(in_public, here)
    assert is_visible(in_public, Scope.direct(ANN, ways)) == alone
    assert is_visible(in_public, Scope(ANN, Place.PUBLIC_CHANNEL, 920, 901, ways)) == elsewhere
    assert is_visible(in_direct, in_private) == private
    assert is_visible(in_direct, here) == public


def test_a_memory_without_a_place_is_told_nowhere_but_alone():
    odd = SimpleNamespace(person_id=ANN, place="", guild_id=900, channel_id=910, hidden=False)
    assert not is_visible(odd, Scope(ANN, Place.PUBLIC_CHANNEL, 910, 900, ALL_WAYS))
    assert is_visible(odd, Scope.direct(ANN))
