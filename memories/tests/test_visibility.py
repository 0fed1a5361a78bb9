"""Property tests: whoever asks wherever, recall tells only what may be told there."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memories.actions import remember_all, store_embeddings
from memories.index.local import LocalIndex
from memories.models import Memory, Place
from memories.ranking import rank
from memories.tests.remembering import ANN, BEN, CLEO, DIMENSION, MODEL, NOON, asked, draft
from memories.visibility import Scope, is_visible

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
    """Draw something that anybody said anywhere, or a fact of a server or of all."""
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
    if draw(st.booleans()):
        return Scope.direct(person)
    place, channel, guild = draw(channels)
    return Scope(person, place, channel, guild)


def may_be_told(memory, scope):
    """Say it again in other words than `is_visible`: what the person would expect."""
    alone = scope.guild_id is None
    if memory.owner_id is None:
        return memory.guild_id in (None, scope.guild_id)
    if memory.owner_id != scope.person_id:
        return False
    return (
        alone
        or (memory.place == "private_channel" and memory.channel_id == scope.channel_id)
        or (memory.place == "public_channel" and memory.guild_id == scope.guild_id)
    )


def vector_of(number):
    drawn = np.random.default_rng(number).standard_normal(DIMENSION).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


@pytest.mark.django_db
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(memories(), min_size=1, max_size=25),
    st.lists(st.tuples(scopes(), texts), min_size=1, max_size=6),
)
def test_only_what_may_be_told_is_recalled_and_all_of_it_is_proposed(drafts, queries):
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
        told = rank(query, found, k=5, now=NOON)
        assert {one.entry.id for one in told} <= allowed


@given(memories(), scopes())
def test_the_one_door_says_what_a_person_would_expect(said, scope):
    assert is_visible(said, scope) == may_be_told(said, scope)


@given(memories(), st.sampled_from(PEOPLE), channels)
def test_nothing_said_in_direct_messages_is_ever_told_in_a_server(said, person, where):
    place, channel, guild = where
    if said.place in (Place.DIRECT, Place.IMPORT) and said.owner_id is not None:
        assert not is_visible(said, Scope(person, place, channel, guild))


def test_a_memory_without_a_place_is_told_nowhere_but_alone():
    odd = SimpleNamespace(owner_id=ANN, place="", guild_id=900, channel_id=910)
    assert not is_visible(odd, Scope(ANN, Place.PUBLIC_CHANNEL, 910, 900))
    assert is_visible(odd, Scope.direct(ANN))
