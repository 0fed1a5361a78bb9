"""What every engine does alike."""

from __future__ import annotations

import logging
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from memories.access import Scope
from memories.actions import change_text, erase_person, forget
from memories.models import Memory, Message, Place
from memories.queries import source_messages
from memories.tests.factories import (
    ANN,
    BEN,
    CHANNEL,
    DIMENSION,
    GUILD,
    NOON,
    asked,
    axis,
    give_vector,
    said,
    texts,
)

ALONE = Scope.direct(ANN)
IN_PUBLIC = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)


def test_a_memory_is_found_by_another_form_of_its_word(index):
    said("The cats are called Miso and Nori.")
    (found,) = index.search(asked("what is my cat called"), ALONE)
    assert found.bm25 > 0
    assert found.dense is None


def test_a_memory_is_found_by_its_vector(index):
    for number in range(4):
        give_vector(said(f"thing {number}"), axis(number))
    found = index.search(asked("", axis(2)), ALONE, limit=2)
    assert texts(found)[0] == "thing 2"
    assert found[0].dense == pytest.approx(1, abs=0.01)


def test_a_candidate_tells_what_the_database_tells(index):
    fact = said("They live in Ghent.", kind=Memory.Kind.USER_FACT, category="home", importance=0.7)
    (found,) = index.search(asked("Ghent"), ALONE)
    names = ("id", "person_id", "kind", "text", "place", "said_at", "category", "importance")
    assert [getattr(found.entry, name) for name in names] == [getattr(fact, name) for name in names]


def test_a_candidate_tells_the_message_it_was_made_from(index):
    message = Message.objects.create(
        platform=Message.Platform.DISCORD,
        platform_id=4711,
        channel_id=CHANNEL,
        place=Place.DIRECT,
        person_id=ANN,
        text="I live in Ghent",
        sent_at=NOON,
    )
    for origin in (f"fact:{message.pk}:home.city", f"command:{message.pk}", "batch:x:1"):
        said(f"Ghent, by {origin}", origin=origin)
    found = [one.entry for one in index.search(asked("Ghent"), ALONE)]
    known = {one.id: one for one in found}
    (made,) = source_messages(found).items()
    assert known[made[0]].source_pk == message.pk
    assert (made[1].platform_id, made[1].channel_id) == (4711, CHANNEL)
    Message.objects.update(deleted_at=NOON)
    assert source_messages(found) == {}


def test_half_are_the_nearest_by_vector_however_many_have_the_word(index):
    for number, (text, near) in enumerate(
        [("quiet", 1.0), ("calm", 0.9), ("miso", 0.8), ("miso", 0.7), ("miso", 0.0), ("miso", 0.0)]
    ):
        give_vector(said(text), axis(0) * near + axis(number + 1) * (1 - near**2) ** 0.5)
    found = index.search(asked("miso", axis(0)), ALONE, limit=4)
    assert len(found) == 4
    assert {"quiet", "calm"} <= set(texts(found))


@pytest.mark.heavy
def test_what_words_find_has_its_cosine_and_what_the_vector_finds_its_keyword_score(index):
    for number in range(40):
        give_vector(said(f"filler {number}"), axis(1))
    give_vector(said("Miso sleeps"), (axis(0) + axis(1)) / 2**0.5)
    found = {one.entry.text: one for one in index.search(asked("miso", axis(1)), ALONE, limit=4)}
    assert len(found) == 4
    assert found["Miso sleeps"].dense == pytest.approx(0.5**0.5, abs=0.01)
    assert found["Miso sleeps"].bm25 > 0


def test_the_turn_before_and_the_date_are_searched_on_their_own(index):
    said("Twice a week.", context="How often do you climb?")
    (by_turn,) = index.search(asked("climbing"), ALONE)
    (by_date,) = index.search(asked("what happened on 1 March 2025?"), ALONE)
    assert by_turn.bm25 == by_date.bm25 == 0
    assert by_turn.bm25_context > 0
    assert by_date.bm25_context > 0


def test_a_rarer_word_weighs_more(index):
    for number in range(20):
        said(f"the garden, time {number}")
    said("a piano in the hall")
    found = index.search(asked("garden piano"), ALONE)
    assert max(found, key=lambda one: one.bm25).entry.text == "a piano in the hall"


def test_the_name_of_who_speaks_is_not_looked_for_where_there_is_more(index):
    said("Caroline, how are you?", speaker="Melanie")
    said("I paint", speaker="Caroline")
    found = {one.entry.text: one.bm25 for one in index.search(asked("Caroline paints"), ALONE)}
    assert found["I paint"] > 0
    assert not found.get("Caroline, how are you?")


def test_a_new_memory_is_found_at_the_next_search(index):
    said("first")
    assert texts(index.search(asked("first"), ALONE)) == ["first"]
    said("the first again")
    assert sorted(texts(index.search(asked("first"), ALONE))) == ["first", "the first again"]


def test_a_vector_that_comes_later_counts(index):
    memory = said("Miso sleeps")
    before = index.search(asked("miso"), ALONE)[0].entry
    give_vector(memory, axis(3))
    (found,) = index.search(asked("x", axis(3)), ALONE)
    assert found.dense == pytest.approx(1, abs=0.01)
    assert found.entry.revision > before.revision


def test_a_changed_text_replaces_the_old_one(index):
    memory = said("My cat is called Miso")
    index.search(asked("miso"), ALONE)
    change_text(memory, "My cat is called Nori")
    assert texts(index.search_as_it_is(asked("nori cat"), ALONE)) == ["My cat is called Nori"]
    assert not any(one.bm25 for one in index.search(asked("miso"), ALONE))


def test_what_was_forgotten_is_told_no_more_though_the_engine_has_not_heard_of_it(index):
    kept, gone = said("kept secret"), said("gone secret")
    assert len(index.search(asked("secret"), ALONE)) == 2
    forget([gone.pk])
    for search in (index.search_as_it_is, index.search):
        assert [found.entry.id for found in search(asked("secret"), ALONE)] == [kept.pk]


def test_nothing_is_left_of_an_erased_person(index):
    said("secret")
    index.search(asked("secret"), ALONE)
    erase_person(ANN)
    assert index.search_as_it_is(asked("secret"), ALONE) == []
    said("a new secret")
    assert texts(index.search(asked("secret"), ALONE)) == ["a new secret"]


def test_a_superseded_fact_never_comes_back(index):
    fact = {"kind": Memory.Kind.USER_FACT, "slot": "home"}
    said("They live in Ghent.", **fact)
    index.search(asked("live"), ALONE)
    said("They live in Bruges.", **fact | {"said_at": timezone.now()})
    index.settle()
    assert texts(index.search(asked("live"), ALONE)) == ["They live in Bruges."]


def test_what_ends_in_the_future_is_true_until_then(index):
    memory = said("On holiday")
    Memory.objects.filter(pk=memory.pk).update(valid_to=timezone.now() + timedelta(hours=1))
    assert texts(index.search(asked("holiday"), ALONE)) == ["On holiday"]


def test_vectors_of_another_model_or_dimension_leave_words_to_decide(index):
    give_vector(said("Miso of another model"), axis(0), model="older")
    give_vector(said("Miso of another dimension"), axis(0)[:4])
    found = index.search(asked("miso", axis(0)), ALONE)
    assert [one.dense for one in found] == [None, None]
    assert all(one.bm25 > 0 for one in found)


def test_a_query_of_another_model_is_searched_by_words(index):
    give_vector(said("Miso sleeps"), axis(0))
    (found,) = index.search(asked("miso", axis(0)[:4]), ALONE)
    assert found.dense is None


@pytest.mark.parametrize("fault", [b"\x00\x01\x02", b"\x00" * 32, b"\xff" * 32])
def test_damaged_vectors_leave_words_to_decide(index, fault):
    memory = said("Miso")
    Memory.objects.filter(pk=memory.pk).update(
        embedding=fault, embedding_model="axes", embedding_dimension=8
    )
    assert texts(index.search(asked("miso"), ALONE)) == ["Miso"]


def test_shared_facts_of_the_server_are_found_with_the_persons_own(index):
    said("Ann hosts the quiz", place=Place.PUBLIC_CHANNEL, guild_id=GUILD, channel_id=CHANNEL)
    said("The quiz is on Friday", None, guild_id=GUILD)
    said("The quiz has ten rounds", None)
    said("The quiz of others", None, guild_id=GUILD + 1)
    said("Ben hates the quiz", BEN, place=Place.PUBLIC_CHANNEL, guild_id=GUILD, channel_id=CHANNEL)
    assert sorted(texts(index.search(asked("quiz"), IN_PUBLIC))) == [
        "Ann hosts the quiz",
        "The quiz has ten rounds",
        "The quiz is on Friday",
    ]


def test_what_is_said_alone_is_not_told_in_public(index):
    said("top secret")
    assert index.search(asked("secret"), IN_PUBLIC) == []


ODD = {
    "empty": "",
    "space": " ",
    "nul": "\x00",
    "stop words": "the of and",
    "emoji": "🎉🎉",
    "lucene": "user:* OR 1=1) AND (text:[* TO *]",
    "wildcards": "* ? mis* m?so /.*/ miso~2",
    "json": '{"match_all": {}}"}}',
    "long": "a" * 100_000,
    "many": "miso " * 20_000,
    "many words": " ".join(f"word{number}" for number in range(20_000)),
    "surrogate": "\ud800",
}


@pytest.mark.heavy
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_queries_are_searched_like_any_other_and_find_nobody_elses(index, text):
    give_vector(said("Miso sleeps"), axis(0))
    give_vector(said("Miso of Ben", BEN), axis(0))
    assert texts(index.search(asked(text, axis(0)), ALONE)) == ["Miso sleeps"]
    assert set(texts(index.search(asked(text), ALONE))) <= {"Miso sleeps"}


@pytest.mark.heavy
@pytest.mark.parametrize("text", ["", "🎉", "the of", "\x00", "w" * 100_000, "wo " * 50_000])
def test_odd_memories_do_not_hinder_the_search(index, text):
    said(text)
    said("Miso sleeps")
    assert "Miso sleeps" in texts(index.search(asked("miso"), ALONE))


@pytest.mark.parametrize("number", [float("nan"), 0.0, float("inf")])
def test_a_query_vector_that_points_nowhere_leaves_words_to_decide(index, number):
    said("Miso sleeps")
    found = index.search(asked("miso", np.full(DIMENSION, number, np.float32)), ALONE)
    assert texts(found) == ["Miso sleeps"]


def test_nothing_that_was_said_stands_in_the_log(index, caplog):
    with caplog.at_level(logging.DEBUG):
        said("top secret")
        index.search(asked("secret"), ALONE)
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("told", "question"),
    [
        ("我有两只猫，叫小白和小黑。", "我的猫叫什么？"),
        ("東京の病院で働いています", "どこの病院で働いていますか"),
        ("ラーメンが好きです", "私はラーメンが好き？"),
        ("ฉันมีแมวสองตัว", "แมวของฉันชื่ออะไร"),
        ("저는 서울에 살아요", "제가 서울에 살아요?"),
    ],
)
def test_words_of_scripts_without_spaces_are_found(index, told, question):
    said(told)
    said("It rains in Ghent today.")
    found = {one.entry.text: one.bm25 for one in index.search(asked(question), ALONE)}
    assert found.pop(told) > 0
    assert not any(found.values())
