"""Tests of questions about somebody: they are compared with lines told in the first person."""

from __future__ import annotations

import numpy as np
import pytest
from asgiref.sync import async_to_sync

from memories.access import Scope
from memories.index import memory_index, reset
from memories.models import Place
from memories.recall import query_for
from memories.recall.first_person import LONGEST, in_first_person
from memories.tests.factories import ANN, CHANNEL, GUILD, said
from whisper import outbox

ALONE = Scope.direct(ANN)
IN_SERVER = Scope(ANN, Place.PUBLIC_CHANNEL, CHANNEL, GUILD)
NAMES = {"Ann": ["ann"], "Ben Carter": ["ben", "carter"], "Dragon Master": ["dragon", "master"]}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many cats does Ann have?", "How many cats do I have?"),
        ("what is ann's job", "what is my job"),
        ("What is Ann’s dog’s name?", "What is my dog’s name?"),
        ("Who is Ann?", "Who am I?"),
        ("What is the game that Ann is playing?", "What is the game that I am playing?"),
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
    texts = ("How many cats does Ann have?", "How many cats do I have?")
    other = "How many cats does Cleo have?"
    queries = [ask(text, ALONE) for text in (*texts, other)]
    assert [query.text for query in queries] == [*texts, other]
    named, told, stranger = (np.asarray(query.vector) for query in queries)
    assert named @ named == pytest.approx(1, abs=1e-5)
    assert named @ told > stranger @ told + 0.1
    reset()


def check_who_is_named():
    said("I have two cats", speaker="Ann")
    said(
        "I have a boat",
        speaker="Ben",
        place=Place.PUBLIC_CHANNEL,
        channel_id=CHANNEL,
        guild_id=GUILD,
    )
    reset()
    names = async_to_sync(memory_index().prepare)
    assert names(ALONE) == {"Ann": ["ann"], "Ben": ["ben"]}
    assert names(IN_SERVER) == {"Ben": ["ben"]}


def test_who_speaks_where_the_scope_may_not_look_is_nobody(local, transactional_db):
    check_who_is_named()


@pytest.mark.service
def test_who_speaks_where_the_scope_may_not_look_is_nobody_to_elasticsearch(
    elasticsearch, transactional_db
):
    check_who_is_named()
