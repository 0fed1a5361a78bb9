"""What is told in passing is heard, and what only sounds so is not."""

from __future__ import annotations

import pytest

from memories.tests.facts.test_people_by_name import told


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("first day at Bosch today!", {"self employer Bosch"}),
        ("I start at the aquarium on the 1st", {"self plan starting at the aquarium"}),
        ("we're expecting!", {"self health expecting a baby"}),
        ("my nephew Ravi is visiting on Sunday", {"self plan their nephew Ravi is visiting"}),
        ("gran lives with us", {"self home_with their gran"}),
        ("just got the keys to our new flat in Ghent", {"self home Ghent"}),
        ("the doctor says I have asthma", {"self health asthma"}),
        ("turns out i have coeliac disease", {"self health coeliac disease"}),
        ("im mia n i just turned 15", {"self name mia", "self age 15"}),
        ("im kim 17 from hull", {"self name kim", "self origin hull"}),
        ("I love sailing and dark beer", {"self like dark beer"}),
        ("Our old cat Mog is dead since a year.", {"cat death died"}),
    ],
)
def test_what_is_told_in_passing_is_heard(text, facts):
    assert facts <= told(text)


@pytest.mark.parametrize(
    "text",
    [
        "first day at the beach",
        "what would you do on your first day at Bosch?",
        "if I start at the aquarium on the 1st I'll scream",
        "we're expecting a parcel",
        "I'm expecting guests on Friday",
        "my friend says the doctor says he has asthma",
        "my horoscope says I have asthma",
        "he got the keys to the new flat in Ghent",
        "my old school was in Leeds",
        "the wedding is in Ghent",
    ],
)
def test_what_only_sounds_so_is_not(text):
    kinds = {fact.split(" ", 2)[1] for fact in told(text)}
    assert not kinds & {"employer", "home", "health"}


def test_a_place_with_its_region_is_one():
    assert told("I live in Denver", "I grew up in Tulsa, Oklahoma") == {
        "self home Denver",
        "self origin Tulsa, Oklahoma",
    }


def test_what_is_known_in_more_words_stays():
    job = "self job high school chemistry teacher"
    assert told("I'm a high school chemistry teacher.", "I work as a teacher") == {job}


def test_an_inheritance_parts_nobody():
    assert "wife name Ann" in told("My wife is called Ann", "My grandma left me her old piano")


def test_who_was_left_is_parted():
    assert told("My wife is called Ann", "Ann left me") == {"self relationship broke up"}
