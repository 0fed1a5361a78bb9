"""What a message asks for is read from its wording, or from its likeness to other questions."""

from __future__ import annotations

import pytest

from botrunner.offline.asked import asked, is_question
from botrunner.offline.asked.halves import halves
from botrunner.offline.asked.kinds import likely_kinds
from botrunner.tests.offline.test_offline import reply_to, talk
from botrunner.tests.offline.test_quoting import reply as quoting

FAMILY = {"skye": "granddaughter", "shane": "brother", "greg": "tarantula"}


@pytest.mark.parametrize(
    "text",
    [
        "whit did I dae before the buses",
        "whereabouts does my maw stay",
        "earlier I was working where",
        "my father was working in which department",
        "kindly tell when is our baby due",
        "I was wondering how long we had the shop",
        "may I ask what my sister's name is",
        "the wife's name",
        "any food I don't like",
    ],
)
def test_a_question_may_be_put_in_many_ways(text):
    assert is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "I left it I don't know where",
        "my keys are god knows where",
        "tell them I'll be there whenever",
        "kindly tell him I said hi",
        "I'm curious about jazz",
    ],
)
def test_a_statement_with_a_word_that_asks_is_none(text):
    assert not is_question(text)


@pytest.mark.parametrize(
    ("text", "subjects", "predicate"),
    [
        ("how old's the granddaughter", ("granddaughter",), "age"),
        ("what age is my mother", ("mother",), "age"),
        ("who all are my brothers", ("brother",), "name"),
        ("how many brothers am I having", ("brother",), "count"),
    ],
)
def test_other_registers_ask_for_the_same(text, subjects, predicate):
    question = asked(text)
    assert (question.subjects, question.predicates[0]) == (subjects, predicate)


@pytest.mark.parametrize(
    ("text", "two"),
    [
        ("where is Jay and what does he do", ("where is Jay", "what does he do")),
        ("when and where is my exam?", ("when is my exam?", "where is my exam?")),
        ("what am I allergic to n who knows", None),
        ("what do I like and hate", None),
    ],
)
def test_two_questions_in_one_are_told_apart(text, two):
    assert halves(text) == two


def test_both_of_two_questions_are_answered():
    reply = reply_to(
        talk("where does my brother live and what is my dog called?"),
        ["My brother Jay lives in Perth", "My dog is called Rex"],
    )
    assert "Perth" in reply
    assert "Rex" in reply


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("text", "of_self", "kinds"),
    [
        ("in which city am I staying presently", True, ("home",)),
        ("what is my native place", True, ("origin",)),
        ("earlier I was working where", True, ("employer",)),
        ("where does Shane stay", False, ("home",)),
        ("what work does Skye do", False, ("job",)),
        ("when does Shane arrive", False, ()),
    ],
)
def test_a_question_in_words_nobody_listed_is_read_by_its_likeness(text, of_self, kinds):
    found, likeness = likely_kinds(text, FAMILY, of_self=of_self)
    assert found[:1] == kinds
    assert likeness > 0.7


@pytest.mark.parametrize(
    ("question", "lines", "answer"),
    [
        (
            "how many years have I been a bus driver",
            ["I drive the number 38 bus", "been on the buses eleven years"],
            "eleven",
        ),
        (
            "what did I do before the buses",
            ["been on the buses eleven years, before that I was a cook", "he's a postie"],
            "cook",
        ),
        (
            "where are my parents",
            ["parents evening went well", "mum and dad retired to Portugal in 2021"],
            "Portugal",
        ),
        ("which night is the bingo", ["me and Moira go to the bingo every Monday"], "Monday"),
        (
            "who is Susan's husband",
            ["My daughter Susan wants me to sell up", "She lives in Exeter with her husband Paul"],
            "Paul",
        ),
        ("what is my mum studying", ["my mum is busy", "mum's doing a PhD in botany"], "botany"),
    ],
)
def test_the_line_that_answers_is_quoted(question, lines, answer):
    assert answer in quoting(question, *lines, known=lines[:1])


def test_whether_something_is_still_so_is_asked_of_what_is_named():
    reply = reply_to(talk("do I still work at Fennel?"), ["I work at Fennel", "I've quit Fennel"])
    assert reply.startswith("Not any more: ")


def test_one_kind_of_fact_does_not_stand_for_another():
    reply = quoting("what am I allergic to", "allergic to kiwi, sadly", known=["I'm a vegan"])
    assert "kiwi" in reply
