"""What was said is quoted only where it may answer, and with what it lacks."""

from __future__ import annotations

import pytest

from botrunner.offline.asked import is_question
from botrunner.offline.phrases import knowledge
from botrunner.offline.quoting import lacking
from botrunner.offline.stating import stating
from botrunner.tests.offline.test_offline import dialogue, line, reply_to, said_before, talk
from botrunner.tests.offline.test_quoting import reply


@pytest.mark.parametrize(
    ("question", "said", "lack"),
    [
        ("when was the funeral?", "The funeral was lovely, so many people came", "when"),
        ("how much do I have saved?", "saving up for a camper van", "how much"),
        ("how many times have I failed?", "I failed my driving test, too", "how many"),
        ("where do I swim?", "I swim before work", "where"),
        ("what are my kids called?", "I don't know what to tell the kids", "the name"),
        ("when do I swim?", "I swim before work", ""),
        ("how many dogs do I have?", "I have a dog", ""),
        ("where do I swim?", "I swim in the sea", ""),
        ("what are my kids called?", "the kids are ruby and jack", ""),
        ("what are my kids called?", "We have two, Ruby and Jack", ""),
        ("do I swim?", "I swim before work", ""),
    ],
)
def test_what_a_quotation_lacks_is_found(question, said, lack):
    assert lacking(question, f"You told me on 3 May: “{said}”") == lack


def test_a_quotation_that_lacks_what_is_asked_says_so():
    recalled = [said_before("The funeral was lovely, so many people came")]
    said = reply_to(talk("when was the funeral?", recalled=recalled))
    quotation = "You told me on 3 May: “The funeral was lovely, so many people came”"
    assert said in {one.format(what="when", said=quotation) for one in knowledge.NOT_SAID}


def test_a_fact_that_lacks_what_is_asked_says_so():
    said = reply_to(talk("how old is my tortoise?"), ["My tortoise is called Gladys"])
    assert "how old" in said
    assert "Gladys" in said


def test_a_question_that_only_asks_on_gets_no_line_again():
    recalled = [said_before("Sheila broke her wrist")]
    first = reply_to(talk("who broke their wrist?", recalled=recalled))
    assert "Sheila broke her wrist" in first
    history = [line(1, "who broke their wrist?"), line(2, first, companion=True)]
    asked_on = talk("which wrist?", recalled=recalled, history=history)
    assert reply_to(asked_on) in knowledge.NO_MORE


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("If I had a boat I would call it Boaty", ""),
        ("You live in Madrid", ""),
        ("I never said I like fish", ""),
        ("ive not told you that", ""),
        ("stop calling me that", ""),
        ("Tell me a story. I live in Rome.", "I live in Rome."),
        ("I play saz, do you know saz?", "I play saz"),
        ("you know my brother Sam", "you know my brother Sam"),
        ("I haven't told the children", "I haven't told the children"),
        ("The bus leaves at 7.30", "The bus leaves at 7.30"),
    ],
)
def test_what_is_supposed_ordered_or_said_to_the_companion_states_nothing(text, stated):
    assert stating(text) == stated


def test_a_line_that_begins_with_a_pronoun_is_quoted_with_the_one_that_it_is_about():
    found = reply("who is Warren?", "a mate of mine isn't doing great", "his name's Warren")
    assert "“a mate of mine isn't doing great” “his name's Warren”" in found


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Is it cold?", "I've got a stinking cold as well"),
        ("what is grief?", "The grief comes in waves"),
        ("what does that even mean", "she says she needs space"),
    ],
)
def test_a_word_in_common_makes_no_question_of_the_world_one_of_what_was_told(question, said):
    assert said not in reply_to(talk(question, recalled=[said_before(said)]))


def test_a_question_of_the_world_is_not_answered_with_a_fact_that_shares_a_word():
    assert "live" not in reply_to(talk("what is the capital of France?"), ["I live in France"])


def test_what_was_answered_when_it_was_asked_before_is_quoted():
    said = ["what's my favourite food", "its jollof. obviously", "so whats my favourite food"]
    assert "“its jollof. obviously”" in dialogue(*said)[-1]
    said = ["when is the chem final", "its the 9th of feb", "when is it then"]
    assert "“its the 9th of feb”" in dialogue(*said)[-1]


def test_a_sigh_is_no_answer():
    said = ["what's my favourite food", "figures", "so whats my favourite food"]
    assert "figures" not in dialogue(*said)[-1]


def test_whom_he_means_is_found_some_lines_before():
    found = reply(
        "when am I seeing Ebuka?",
        "i matched with a guy called Ebuka",
        "no thats cringe",
        "he wants to get coffee on wednesday",
    )
    assert "coffee on wednesday" in found


def test_what_somebody_elses_lad_did_is_not_quoted_of_the_persons():
    found = reply("how many kids have I got", "a lad fell asleep, took me ten minutes to wake him")
    assert "asleep" not in found


def test_a_statement_with_question_marks_is_not_denied():
    assert not is_question("also i matched with a guy from my seminar???")


def test_a_reason_that_was_not_given_is_said_to_lack():
    assert (
        lacking("why is big tim called that?", "“i owe 3 people pizza: Ann, Fay and Tim”") == "why"
    )
    assert lacking("why did i get fired", "“got fired for being late”") == ""


def test_a_line_that_says_who_they_are_follows_the_one_that_mentions_them():
    found = reply("what are my kids called", "my kids have forgotten me", "that's Ivo and Margot")
    assert "“that's Ivo and Margot”" in found
