"""Tests of the order in which candidates are told, and of what is not worth telling."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from memories.index.base import Candidate, Entry
from memories.models import Memory, Place
from memories.search.ranking import rank_all
from memories.tests.factories import ANN, NOON, asked

NOW = NOON + timedelta(days=30)


def candidate(text, *, dense=0.0, bm25=0.0, context=0.0, **entry):
    known = Entry(
        id=uuid4(),
        person_id=ANN,
        kind=Memory.Kind.CONVERSATION,
        text=text,
        context="",
        speaker="Ann",
        place=Place.DIRECT,
        guild_id=None,
        channel_id=ANN,
        said_at=NOON,
        category="",
        slot="",
        importance=0.5,
        confidence=1.0,
        revision=1,
    )
    return Candidate(known._replace(**entry), dense, bm25, context)


def told(query, *candidates):
    return [entry.text for entry, _ in rank_all(asked(query), candidates, now=NOW)]


def later(**time):
    return NOON + timedelta(**time)


def test_a_question_is_answered_by_what_matches_in_words_and_meaning():
    best = candidate("both", dense=0.6, bm25=6, said_at=later(days=1))
    words = candidate("words", dense=0.1, bm25=6, said_at=later(days=2))
    meaning = candidate("meaning", dense=0.6, said_at=later(days=3))
    assert told("which answer?", words, meaning, best)[0] == "both"


def test_a_statement_follows_meaning_where_a_question_follows_words():
    words = candidate("plenty of words", dense=0.2, bm25=8, said_at=later(days=1))
    meaning = candidate("plenty of sense", dense=0.5, bm25=0.5, said_at=later(days=2))
    rest = candidate("little of either", dense=0.1, bm25=0.1, said_at=later(days=3))
    said = "I feel overwhelmed at work again these days"
    assert told(said, words, meaning, rest)[0] == meaning.entry.text
    assert told("what overwhelmed me at work?", words, meaning, rest)[0] == words.entry.text


def test_what_was_said_beside_a_strong_hit_rises():
    strong = candidate("strong", dense=0.8, bm25=9)
    beside = candidate("beside", dense=0.3, bm25=1, said_at=later(minutes=2))
    elsewhen = candidate("elsewhen", dense=0.3, bm25=1, said_at=later(days=5))
    assert told("what happened?", elsewhen, beside, strong) == ["strong", "beside", "elsewhen"]


def test_the_speaker_whom_a_question_names_is_preferred():
    hers = candidate("I went to Rome", dense=0.5, bm25=3, speaker="Ann", said_at=later(days=1))
    his = candidate("He went to Rome", dense=0.5, bm25=3, speaker="Ben", said_at=later(days=2))
    assert told("where did Ben go?", hers, his)[0] == his.entry.text
    assert told("where did Ann go?", hers, his)[0] == hers.entry.text


def test_talk_of_oneself_prefers_ones_own_words_to_the_companions():
    own = candidate("tea it is", dense=0.5, bm25=3, speaker="Ann", said_at=later(days=1))
    companions = candidate("tea then", dense=0.5, bm25=3, speaker="Whisper", said_at=later(days=2))
    assert told("what do I drink?", companions, own)[0] == "tea it is"


def test_at_equal_match_a_fact_comes_first_then_the_newer():
    old = candidate("said long ago", dense=0.5, bm25=3, said_at=NOW - timedelta(days=400))
    new = candidate("said lately", dense=0.5, bm25=3, said_at=NOW - timedelta(days=2))
    fact = candidate("known", dense=0.5, bm25=3, kind=Memory.Kind.USER_FACT)
    assert told("which one?", old, new, fact) == ["known", "said lately", "said long ago"]


@pytest.mark.parametrize("text", ["asdkjh qwe", "what is the capital of Mongolia?"])
def test_a_query_that_matches_nothing_recalls_nothing(text):
    assert told(text, candidate("I like tea", dense=0.33), candidate("Rain", dense=0.1)) == []


def test_what_neither_word_nor_meaning_leads_to_is_left_out():
    near, far = candidate("near", dense=0.6), candidate("far", dense=0.1)
    assert told("something of that kind?", near, far) == ["near"]


def test_without_any_vector_words_alone_decide():
    hit = candidate("Miso sleeps", dense=None, bm25=3)
    near_by_nothing = candidate("Rain", dense=None)
    assert told("what does miso do?", near_by_nothing, hit) == ["Miso sleeps"]


def test_a_memory_whose_vector_is_not_made_yet_is_neither_first_nor_last_by_meaning():
    waiting = candidate("waiting", dense=None, bm25=1, said_at=later(days=1))
    close = candidate("close", dense=0.9, bm25=1, said_at=later(days=2))
    far = candidate("far", dense=0.1, bm25=1, said_at=later(days=3))
    middle = candidate("middle", dense=0.4, bm25=1, said_at=later(days=4))
    found = told("which line?", far, waiting, middle, close)
    assert found[0] == "close"
    assert found[-1] == "far"


def test_scores_run_from_0_to_1_and_fall():
    many = [
        candidate(f"number {n}", dense=n / 10, bm25=n, said_at=later(days=n)) for n in range(10)
    ]
    scores = [score for _, score in rank_all(asked("which number?"), many, now=NOW)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_no_candidates_no_memories():
    assert told("which answer?") == []
