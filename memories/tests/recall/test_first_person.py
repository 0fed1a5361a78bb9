"""Tests of questions about somebody: they are compared with lines told in the first person."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync

from memories.access import Scope
from memories.index import reset
from memories.recall import query_for
from memories.recall.first_person import LONGEST, in_first_person
from memories.tests.factories import ANN, said
from whisper import outbox

NAMES = {"Ann": ["ann"], "Ben Carter": ["ben", "carter"], "Dragon Master": ["dragon", "master"]}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many cats does Ann have?", "How many cats do I have?"),
        ("what is ann's job", "what is my job"),
        ("What is Ann’s dog’s name?", "What is my dog’s name?"),
        ("Who is Ann?", "Who am I?"),
        ("When did Ben Carter open his studio?", "When did I open my studio?"),
        ("What has Ann given to Ben?", "What have I given to you?"),
        ("Why did Ann borrow Ben's car?", "Why did I borrow your car?"),
        ("What did Ann say that her sister gave her?", "What did I say that my sister gave my?"),
    ],
)
def test_a_question_about_a_speaker_is_put_into_their_words(question, told):
    assert in_first_person(question, NAMES) == told


@pytest.mark.parametrize(
    "text",
    [
        "How many cats does Cleo have?",
        "What does Annie do?",
        "What does the dragon eat?",
        "What did I tell Ann?",
        "Wo wohnt Ann?",
        "Ann",
        "",
        "안은 고양이가 몇 마리야?",
        f"What did Ann say? {'a ' * LONGEST}",
    ],
)
def test_anything_else_stays_as_it_is(text):
    assert in_first_person(text, NAMES) == text


def test_the_vector_of_a_question_lies_between_both_ways_of_asking_it(transactional_db):
    reset()
    said("I have two cats", speaker="Ann")
    async_to_sync(outbox.drain)()
    ask = async_to_sync(query_for)
    named, told = (
        ask(text, Scope.direct(ANN))
        for text in ("How many cats does Ann have?", "How many cats do I have?")
    )
    stranger = ask("How many cats does Cleo have?", Scope.direct(ANN))
    assert named.text == "How many cats does Ann have?"
    assert named.vector @ named.vector == pytest.approx(1, abs=1e-5)
    assert named.vector @ told.vector > stranger.vector @ told.vector + 0.1
    reset()


def test_somebody_who_speaks_where_the_scope_may_not_look_is_nobody(transactional_db):
    reset()
    said("I have two cats", speaker="Ann")
    async_to_sync(outbox.drain)()
    ask, text = async_to_sync(query_for), "How many cats does Ann have?"
    alone, elsewhere = ask(text, Scope.direct(ANN)), ask(text, Scope.direct(ANN + 1))
    assert alone.vector @ elsewhere.vector < 0.999
    reset()
