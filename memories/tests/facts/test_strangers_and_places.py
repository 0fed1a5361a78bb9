"""Whose words they are, where somebody only passes through, and what begins later."""

from __future__ import annotations

import pytest

from memories.evaluation.fact_matching import Label, StoredFact, matches
from memories.tests.facts.test_asides import heard


@pytest.mark.parametrize(
    "text",
    [
        "I'm in Leeds for the day, it's heaving",
        "stuck in Crewe with no train",
        "I practically live in the library",
        "looking at flats in Dundee",
        "my sister flies between London and New York all the time",
        "my aunt commutes between Leeds and York",
        "the porter at work used to be a dentist in Ghana",
        "that new neighbour seems odd, plays the trombone though",
        "mentally I'm 90",
        "blind as a mole without my tea",
        "tried archery once, never again",
        "anything but opera",
        "lol I'm 14 apparently",
        "overheard in the queue: I'm pregnant",
        "help me write a cover letter for a job at Boots",
        "you can call me whenever",
        "my favourite Monkee's dead",
        "new OC: Vesna, 23, thief from the docks",
    ],
)
def test_what_is_of_others_or_in_passing_states_nothing(text):
    assert heard(text) == []


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Mother of two, works at Halifax", "They work at Halifax."),
        ("I study at the University of Nairobi", "They go to the University of Nairobi."),
        ("I volunteer at a food bank on sundays", "They volunteer at a food bank."),
        ("lost our old beagle Dot in May", "Their dog Dot has died."),
        ("nah just kidding, I'm from Togo", "They come from Togo."),
        ("I start my job at the museum in two weeks", "start their job at the museum on"),
        ("I'm joining Bosch on 1 April", "They are joining Bosch on"),
        ("starting at Bosch on 1 April", "They are starting at Bosch on"),
    ],
)
def test_what_is_the_authors_own_is_kept_whole(text, fact):
    found = heard(text)
    assert any(fact in one for one in found), found


@pytest.mark.parametrize(
    "text", ["I start my job at the museum in two weeks", "joining Bosch on 1 May"]
)
def test_a_job_that_begins_later_is_no_job_yet(text):
    assert not any("work at" in one for one in heard(text))


def test_who_qualified_is_not_always_the_author():
    assert not any(one.startswith("They graduated") for one in heard("my niece Ada just qualified"))


def test_the_name_of_who_left_does_not_displace_the_one_who_came():
    found = heard("my flatmate is called Kim", "Kim moved out, my new flatmate is Jae")
    assert found == ["Their flatmate is called Jae."]


@pytest.mark.parametrize(
    ("told", "later", "over"),
    [
        ("I don't drink", "I've started drinking again", "no alcohol"),
        ("I'm vegetarian", "eating meat again, sorry", "vegetarian"),
        ("I'm vegan", "I'm pescatarian now", "vegan"),
        ("I'm on statins", "off the statins since May", "statins"),
        ("I work for Vodafone", "got the boot from Vodafone", "Vodafone"),
        ("used to live with my cousin in York", "hello", "York"),
        ("finished my masters in geology, now I sell phones", "hello", "geology"),
        ("Jess is my flatmate", "jess isn't my flatmate any longer", "Jess"),
        ("I'm learning to drive", "passed! got my licence", "drive"),
        ("going to a christening on the 14th", "the christening's called off", "christening"),
        ("I have a dentist appointment on friday", "dentist cancelled on me", "dentist"),
        ("I go running every day", "don't run anymore", "running"),
        ("my girlfriend is called Mia", "it's over with Mia", "girlfriend is"),
        ("we have a cat called Mog", "mog got run over", "is called"),
        ("I have a goldfish called Bob", "I don't have a goldfish any more", "Bob"),
    ],
)
def test_what_ends_without_a_replacement_is_over(told, later, over):
    assert not any(over in one for one in heard(told, later))


@pytest.mark.parametrize(
    ("told", "later", "now"),
    [
        ("I'm 31", "oops I meant 32", "They are 32 years old."),
        ("my birthday is the 3rd of june", "I meant the 4th of june", "Their birthday is 4 June."),
        ("I teach maths", "I tutor on the side as well", "They teach maths."),
    ],
)
def test_corrections_and_additions(told, later, now):
    assert now in heard(told, later)


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (Label("self", "age", "fifty-six"), "They are 56 years old."),
        (Label("self", "age", "thirty"), "They are 30 years old."),
        (Label("self", "death", "passed"), "They have died."),
    ],
)
def test_a_label_is_met_by_the_same_number_and_by_any_word_for_a_death(label, text):
    assert matches(StoredFact("self", label.predicate, "", text), label)


@pytest.mark.parametrize(
    "text",
    [
        "im in flat 4 bramble court",
        "send it to 12 maple close please",
        "I'm an au pair, the kids are 3 and 5",
        "au pair in Lyon, my two are Emile and Chloe",
        "her name is Wren, my partner chose it",
        "she's called Wren, my dad cried",
    ],
)
def test_addresses_charges_and_bystanders_are_not_taken_for_ones_own(text):
    assert not [one for one in heard(text) if "child" in one or "called" in one or "live" in one]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "wife Kasia and daughter Zuzia",
            ["Their wife is called Kasia.", "Their daughter is called Zuzia."],
        ),
        (
            "I live with wife Kasia and daughter Zuzia",
            ["Their wife is called Kasia.", "Their daughter is called Zuzia."],
        ),
        ("im not 14 im 15 lol", ["They are 15 years old."]),
        ("ma maw stays in Partick", ["Their mother lives in Partick."]),
        ("my address is flat 4, bramble court, Hull", ["They live in bramble court, Hull."]),
        ("I'm a nanny and my son is called Max", ["Their son is called Max."]),
        ("her name is Wren, my sister", ["Their sister is called Wren."]),
    ],
)
def test_what_is_said_beside_others_is_still_heard(text, facts):
    found = heard(text)
    assert set(facts) <= set(found), found
    assert "They live in Partick." not in found


def test_what_follows_a_comma_is_of_whom_the_sentence_is_about():
    found = heard("Our grandson Toby starts university in September, marine biology at Plymouth")
    assert not any(one.startswith(("They study", "They go to")) for one in found), found


def test_how_often_something_is_done_is_no_pastime():
    found = heard("I volunteer at the lighthouse museum, Wednesdays and alternate Fridays.")
    assert found == ["They volunteer at the lighthouse museum."]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("I'm Brooke, live in the van with me dog Biscuit", "Their name is Biscuit."),
        ("june eleventh that's the due date", "that's the"),
        ("my girl Tasha she about seven months along", "daughter"),
        ("my sister rang, I study law now", "called rang"),
    ],
)
def test_no_name_plan_or_child_is_made_of_what_stands_near(text, wrong):
    found = heard(text)
    assert not any(wrong in one for one in found), found
