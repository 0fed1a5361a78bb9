"""What was said is found by what is asked for, by names, and by the lines it leans on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from botrunner.offline.asked import is_question
from botrunner.offline.gathering import heard
from botrunner.offline.intents import reply_to
from botrunner.offline.notes import Line, Notes
from botrunner.offline.spelling import mended, spelled
from botrunner.tests.offline.test_offline import NOW, ZONE, facts, talk


def reply(question, *said, known=()):
    """Return the reply to who said some lines, a minute apart, three days ago."""
    lines = [Line(text, NOW - timedelta(days=3, minutes=-at)) for at, text in enumerate(said)]
    context = talk(question)
    notes = async_to_sync(heard)(context, Notes(facts=facts(*known), zone=ZONE))
    return reply_to(context, replace(notes, lines=lines))


def test_a_line_that_leans_on_another_is_about_whom_that_one_names():
    found = reply(
        "when did me and Mali meet",
        "my girlfriend Mali is training to be a vet",
        "we met at a gig in 2024",
        "Mali and I are off to Tenerife in May",
        known=["my girlfriend is called Mali"],
    )
    assert "gig in 2024" in found


def test_what_was_before_is_not_taken_for_what_is():
    said = ("i drive for dpd, been there since 2022", "before that i was a barista at costa lol")
    assert "barista" in reply("what did i do before dpd", *said)
    assert "drive for dpd" in reply("who do i work for", *said)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what am i scared of", "the dog is scared of fireworks"),
        ("how old am I", "the church is 800 years old"),
    ],
)
def test_what_is_so_of_something_else_is_no_answer_about_oneself(question, said):
    assert said not in reply(question, said)


def test_a_flatmate_is_who_shares_the_flat():
    assert "Gethin" in reply("who's my flatmate", "share a flat with my mate Gethin")


def test_the_work_of_others_is_no_answer_about_oneself():
    said = ("i drive for dpd", "got an older brother whos in the navy")
    assert "dpd" in reply("wat do i do 4 a living", *said)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what's my dream", "want to open a proper cafe by next summer"),
        ("what am i scared of", "spiders are my biggest phobia"),
    ],
)
def test_dreams_and_fears_are_found_by_how_they_are_told(question, said):
    assert said in reply(question, "the van broke down today", said, "i live on toast")


def test_plans_of_a_month_include_birthdays():
    found = reply("any plans for june?", known=["My nan's birthday is on 21 June"])
    assert "21 June" in found


def test_a_date_without_a_year_is_given_in_full():
    found = reply("when is the convention", "theres a convention on june 28 im going as jinx")
    assert "28 June 2025" in found


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("I forgot my dentist date", "when is my dentist date?"),
        ("ugh i forgot when my exam is", "when my exam is"),
        ("i can't remember my sister's name", "what is my sister's name?"),
        ("remind me, who is my boss", "remind me who is my boss"),
        ("next appointment?", "when is my next appointment?"),
        ("wat do i do 4 work", "what do i do for work"),
    ],
)
def test_an_indirect_question_is_one(said, asked):
    assert spelled(said) == asked
    assert is_question(said)


@pytest.mark.parametrize("said", ["I forgot my keys today", "i forgot to call her", "I need rest"])
def test_what_was_forgotten_is_no_question_by_itself(said):
    assert not is_question(said)


def test_slips_of_the_keyboard_are_mended_in_the_words_that_ask():
    assert (
        mended("when is my brithday, and my husbnad's") == "when is my birthday, and my husband's"
    )
    assert mended("dont bother my brothers or the dentists") == (
        "dont bother my brothers or the dentists"
    )


def test_a_month_in_which_somebody_left_is_not_one_to_come():
    found = reply("when did my wife leave?", "my wife left in january")
    assert f"January {NOW.year + 1}" not in found
