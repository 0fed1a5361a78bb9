"""Questions that lean on what was just said are answered as if they were asked in full."""

from __future__ import annotations

import pytest

from botrunner.offline.phrases import knowledge
from botrunner.tests.offline.test_offline import dialogue, reply_to, said_before, talk


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (["My son Leo is 15", "how old is he?"], "Leo is 15"),
        (["My son Leo is 15", "and his name?"], "Leo"),
        (["My sister is called Julie", "My brother is called Jay", "what's her name?"], "Julie"),
        (["My daughters are Ella (7) and Mia (4)", "how old is Ella?", "and Mia?"], "Mia is 4"),
        (["I live in Ghent", "I work at Spotify", "who do I work for?", "where?"], "Spotify"),
        (["I'm gluten intolerant", "any food intolerances?"], "gluten intolerant"),
        (["I have two cats, Miso and Tofu", "any pets?"], "Miso"),
        (["My sister is called Julie", "so any siblings?"], "Julie"),
        (["My favourite film is Heat", "best film ever for me"], "Heat"),
        (["My cat is called Dumpling", "name of my cat again"], "Dumpling"),
        (["I'm learning BSL", "what am I studying at the minute"], "BSL"),
        (["I'm allergic to nuts", "any foods I avoid"], "nuts"),
    ],
)
def test_a_question_that_leans_on_the_talk_is_answered(said, answer):
    assert answer in dialogue(*said)[-1]


@pytest.mark.parametrize("said", ["and the other one?", "does it have a job", "who was she?"])
def test_what_leans_on_nothing_known_is_not_denied(said):
    assert reply_to(talk(said)) in knowledge.WHICH_ONE


def test_a_question_without_any_word_to_look_for_is_not_denied():
    assert reply_to(talk("what am i on")) in knowledge.VAGUE


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("The Bramley is not doing well this year", "Which tree is not doing well?"),
        ("my mum helps on tuesdays", "who helps me on tuesdays"),
    ],
)
def test_a_line_that_says_what_is_asked_of_which_one_is_quoted(line, question):
    recalled = [said_before(line, dense=0.3)]
    assert line in reply_to(talk(question, recalled=recalled))


def test_what_a_message_states_beside_its_question_is_quoted():
    recalled = [said_before("I play saz, do you know saz?")]
    assert reply_to(talk("which instrument I play", recalled=recalled)).endswith("“I play saz”")


@pytest.mark.parametrize(
    "question",
    [
        "Can you tell me whether it will rain tomorrow?",
        "Is it disloyal to go out again, do you suppose?",
        "is it cold outside",
    ],
)
def test_it_may_be_nobody(question):
    assert "Brahms" not in dialogue("My dog is called Brahms", "Brahms is deaf", question)[-1]


def test_a_paw_is_no_father():
    line = "i work at a dog groomers called muddy paws, been there 2 yrs"
    reply = reply_to(talk("do you know where my dad lives", recalled=[said_before(line)]))
    assert "muddy" not in reply
