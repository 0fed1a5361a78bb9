"""Tests of what is told of a pool, in which order, and of what is not worth telling."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from memories.access import Scope
from memories.index import matches
from memories.index.base import Entry
from memories.index.partition import LoadedPartition
from memories.index.rows import Row
from memories.index.searched import Searched
from memories.models import Memory
from memories.recall import explain
from memories.recall.asking import asked_of
from memories.tests.factories import ANN, CHANNEL, MODEL, NOON, asked, axis, draft, texts
from memories.wording.phrasing import is_question, is_small_talk

NOW = NOON + timedelta(days=30)
FACT = Memory.Kind.USER_FACT


def line(text, *, like=None, **values):
    """Return a row of something said; `like` is its vector."""
    memory = Memory(**_fields(text, values))
    vector = None if like is None else np.asarray(like, np.float32).tobytes()
    return Row(Entry.of(memory), None, vector, MODEL, None if like is None else len(like))


def _fields(text, values):
    drafted = draft(text, **{"speaker": "Ann"} | values)
    names = ("person_id", "kind", "text", "context", "speaker", "place", "channel_id", "said_at")
    return {name: getattr(drafted, name) for name in names}


def pool_of(query, *rows):
    partition = LoadedPartition()
    partition.apply(rows, 1)
    return Searched([partition], query, Scope.direct(ANN), NOW).pool(64)


def explained(text, *rows, vector=None, k=10, missed=0):
    return explain(pool_of(asked(text, vector), *rows), k=k, missed=missed, now=NOW)


def told(text, *rows, vector=None):
    return texts(explained(text, *rows, vector=vector).found)


def between(share):
    """Return a unit vector with this cosine to the first axis."""
    return share * axis(0) + (1 - share**2) ** 0.5 * axis(1)


def later(**time):
    return NOON + timedelta(**time)


def test_a_question_is_answered_by_what_matches_in_words_and_meaning():
    both = line("miso sleeps here", like=between(0.7), said_at=later(days=1))
    words = line("miso eats there", like=between(0.1), said_at=later(days=2))
    meaning = line("cats nap anywhere", like=between(0.7), said_at=later(days=3))
    found = told("where does miso sleep?", words, meaning, both, vector=axis(0))
    assert found[0] == both.entry.text


def test_of_lines_without_the_word_the_one_with_a_similar_word_is_preferred():
    kids = line("the kids went there", like=between(0.4), said_at=later(days=1))
    other = line("the lamp went there", like=between(0.4), said_at=later(days=2))
    found = explained("where did my children go?", other, kids, vector=axis(0)).found
    assert texts(found) == ["the kids went there", "the lamp went there"]
    assert found[0].parts["words_alike"] > found[1].parts["words_alike"]


def test_a_statement_follows_meaning_where_a_question_follows_words():
    words = line("work work work overwhelms", like=between(0.45), said_at=later(days=1))
    meaning = line("no hour is left to breathe", like=between(0.7), said_at=later(days=2))
    said = "I am overwhelmed by all my work"
    assert told(said, words, meaning, vector=axis(0))[0] == meaning.entry.text
    assert told(f"when did {said}?", words, meaning, vector=axis(0))[0] == words.entry.text


def test_what_was_said_right_after_a_hit_comes_with_it():
    asks = line("where did you buy the piano?", said_at=NOON)
    answer = line("at the flea market", said_at=later(minutes=1))
    elsewhen = line("at the corner shop", said_at=later(days=5))
    found = told("what about my piano?", asks, elsewhen, answer)
    assert found == [asks.entry.text, answer.entry.text]


def test_of_a_large_store_only_what_is_needed_is_looked_up_and_the_same_is_found(monkeypatch):
    rows = [line(f"miso {n}", said_at=later(minutes=n % 3 + 40 * (n // 3))) for n in range(20)]
    whole = pool_of(asked("miso 3 or 4?"), *rows)
    monkeypatch.setattr(matches, "MOST_CELLS", 0)
    looked_up = pool_of(asked("miso 3 or 4?"), *rows)
    assert looked_up.words.any()
    assert (looked_up.words == whole.words).all()
    assert (looked_up.near == whole.near).all()


def test_a_silence_ends_a_session():
    asks = line("where did you buy the piano?", said_at=NOON)
    after = line("at the flea market", said_at=later(minutes=31))
    assert told("what about my piano?", asks, after) == [asks.entry.text]


def test_another_channel_is_another_session():
    asks = line("where did you buy the piano?", said_at=NOON)
    there = line("at the flea market", said_at=later(minutes=1), channel_id=CHANNEL)
    assert told("what about my piano?", asks, there) == [asks.entry.text]


def test_several_things_are_looked_for_in_several_sessions():
    near = line("miso naps", like=between(0.7), said_at=NOON)
    beside = line("mochi eats", like=between(0.7), said_at=later(minutes=1))
    elsewhen = line("momo hides", like=between(0.68), said_at=later(days=5))
    far = line("the lamp is red", like=between(0), said_at=later(days=9))

    def found(text):
        return explained(text, near, beside, elsewhen, far, vector=axis(0)).found[:3]

    assert elsewhen.entry.text == texts(found("which pet is theirs?"))[-1]
    several = found("which pets do they have?")
    assert elsewhen.entry.text == texts(several)[1]
    assert [one.parts["same_session"] < 0 for one in several] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("What books has Ann read?", True),
        ("what are my hobbies", True),
        ("Where have I been this year?", True),
        ("How many dogs do I have?", True),
        ("What do Ann and Ben have in common?", True),
        ("Which classes did I take?", True),
        ("What does Ann have in her bag?", False),
        ("What was this class about?", False),
        ("Which bus does she take?", False),
        ("I have two cats and both are ill", False),
        ("When did Ann move?", False),
    ],
)
def test_a_question_that_asks_for_several_things_is_told_apart(text, several):
    assert asked_of(text, {}).several is several


def test_what_is_a_little_near_is_recalled_where_a_question_names_the_speaker():
    boat = line("the boat is red", like=between(0.31))
    assert told("which things does Ann own?", boat, vector=axis(0)) == ["the boat is red"]
    assert told("which things do I own?", boat, vector=axis(0)) == []


def test_the_speaker_whom_a_question_names_is_preferred():
    hers = line("it was Rome by train", speaker="Ann", said_at=later(days=1))
    his = line("it was Rome by boat", speaker="Ben", said_at=later(days=2))
    assert told("when was Ben in Rome?", hers, his)[0] == his.entry.text
    assert told("when was Ann in Rome?", hers, his)[0] == hers.entry.text


def test_talk_of_oneself_prefers_ones_own_words_to_the_companions():
    own = line("tea it is", speaker="Ann", said_at=later(days=1))
    companions = line("tea then", speaker="Whisper", said_at=later(days=2))
    assert told("do I drink tea?", companions, own)[0] == own.entry.text


def test_a_date_that_is_named_prefers_what_was_said_then():
    then = line("tea with Cleo", said_at=NOON)
    lately = line("tea with Dora", said_at=NOON + timedelta(days=40))
    question = "with whom did I have tea on 1 March 2025?"
    assert told(question, lately, then)[0] == then.entry.text


@pytest.mark.parametrize(
    ("said", "asked_for"),
    [
        (NOW - timedelta(days=13), "what did I cook two weeks ago?"),
        (NOON.replace(year=2024, month=7), "what did I cook last summer?"),
        (NOON.replace(year=2024, month=5), "what did I cook in May?"),
        (NOW - timedelta(days=1), "what did I cook yesterday?"),
    ],
)
def test_what_was_said_at_a_time_that_is_named_is_preferred(said, asked_for):
    then = line("I cook soup", like=between(0.5), said_at=said)
    others = [
        line(f"I cook {what}", like=between(0.5), said_at=NOON - timedelta(days=days))
        for what, days in (("rice", 500), ("beans", 120), ("stew", 4))
    ]
    assert told(asked_for, *others, then, vector=axis(0))[0] == "I cook soup"


def test_a_time_that_is_asked_for_prefers_a_line_with_one():
    with_time = line("the piano came today", said_at=later(days=1))
    without = line("the piano came alone", said_at=later(days=2))
    assert told("when did my piano come?", without, with_time)[0] == with_time.entry.text


def test_at_equal_match_a_fact_comes_first_then_the_newer():
    old = line("miso one", said_at=NOW - timedelta(days=400))
    new = line("miso two", said_at=NOW - timedelta(days=20))
    fact = line("miso six", said_at=NOW - timedelta(days=800), kind=FACT)
    found = told("what about my miso?", old, new, fact)
    assert found == ["miso six", "miso two", "miso one"]


def test_a_fact_and_the_line_it_was_made_from_take_one_place():
    said = line("My cat is called Miso!")
    fact = line("Their cat is called Miso.", kind=FACT)
    other = line("Miso sleeps on the stove", said_at=later(days=1))
    assert len(told("what is my cat Miso called?", said, fact, other)) == 2


def test_what_was_and_what_is_are_both_told():
    is_, was = line("I live in Ghent"), line("I lived in Ghent")
    assert len(told("Where do I live, is it Ghent?", is_, was)) == 2


def test_a_line_that_says_more_than_the_fact_stays():
    said = line("My cat is called Miso and she sleeps on the stove all day")
    fact = line("Their cat is called Miso.", kind=FACT)
    assert len(told("what is my cat called?", said, fact)) == 2


def test_an_unknown_word_speaks_against_everything():
    fly = line("I would never fly to Rome again", like=between(0.1))
    assert told("Can pterodactyls fly?", fly, vector=axis(0)) == []
    assert told("do I like to fly?", fly, vector=between(0.5)) == [fly.entry.text]


@pytest.mark.parametrize("text", ["asdkjh qwe", "what is the capital of Mongolia?"])
def test_a_query_that_matches_nothing_recalls_nothing(text):
    tea, rain = line("I like tea", like=between(0.33)), line("Rain", like=between(0.1))
    assert told(text, tea, rain, vector=axis(0)) == []


def test_the_floor_rises_with_the_number_of_memories():
    few = explained("who won the war?", line("tea", like=between(0.4)), vector=axis(0))
    lines = [line(f"tea {n}", like=between(0.4), said_at=later(days=n)) for n in range(900)]
    many = explained("who won the war?", *lines, vector=axis(0))
    assert many.floor > few.floor
    assert many.found == []


def test_what_neither_word_nor_meaning_leads_to_is_left_out():
    near, far = line("near", like=between(0.6)), line("far", like=between(-0.1))
    far = far._replace(entry=far.entry._replace(said_at=later(days=1)))
    assert told("what do I mean by it?", near, far, vector=axis(0)) == ["near"]


def test_what_just_missed_is_told_apart_with_what_each_feature_added():
    lines = [line(f"miso {n}", said_at=later(days=n)) for n in range(5)]
    found = explained("what about my miso?", *lines, k=2, missed=2)
    assert [len(found.found), len(found.missed)] == [2, 2]
    assert {"words_around", "session", "date"} <= found.missed[0].parts.keys()
    assert found.found[0].score == pytest.approx(1)
    assert found.evidence >= found.floor or found.found


def test_nothing_is_told_but_all_has_missed_where_the_text_is_about_something_else():
    found = explained(
        "who won the Peloponnesian war?",
        line("I like tea", like=between(0.3)),
        vector=axis(0),
        missed=3,
    )
    assert found.found == []
    assert texts(found.missed) == ["I like tea"]
    assert found.evidence < found.floor


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lol",
        "hey, good morning!",
        "ok thanks :)",
        "🎉🎉",
        "how are you?",
        "haha nice",
        "the of",
    ],
)
def test_small_talk_brings_nothing_to_mind(text):
    assert is_small_talk(text)
    assert told(text, line("Good morning!", like=axis(0)), vector=axis(0)) == []


@pytest.mark.parametrize("text", ["who am I?", "my cat", "good news from work", "Miso", "привет"])
def test_what_tells_something_is_no_small_talk(text):
    assert not is_small_talk(text)


@pytest.mark.parametrize("text", ["where do I live", "You know Miso?", "tell me about Ghent"])
def test_questions_are_known_without_a_question_mark(text):
    assert is_question(text)


@pytest.mark.parametrize("text", ["I moved to Ghent", "whatever", "Whoever said that was right"])
def test_statements_are_no_questions(text):
    assert not is_question(text)


def test_without_any_vector_words_alone_decide():
    hit, rain = line("Miso sleeps"), line("Rain", said_at=later(days=1))
    assert told("what does miso do?", rain, hit) == ["Miso sleeps"]


def test_a_memory_whose_vector_is_not_made_yet_is_neither_first_nor_last_by_meaning():
    waiting = line("waiting", said_at=later(days=1))
    close = line("close", like=between(0.9), said_at=later(days=2))
    far = line("farther", like=between(0.25), said_at=later(days=3))
    middle = line("middle", like=between(0.5), said_at=later(days=4))
    found = told("is it what I mean?", far, middle, close, waiting, vector=axis(0))
    assert found[0] == "close"


def test_no_memories_bring_nothing_to_mind():
    assert told("which answer?") == []
