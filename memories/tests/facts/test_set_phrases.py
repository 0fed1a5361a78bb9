"""Set phrases that tell something, and those that only look like them."""

from __future__ import annotations

import pytest

from memories.tests.facts.test_asides import heard


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("turned the big five-oh last week", ["They are 50 years old."]),
        ("the dog's a whippet, name of Flash", ["Their dog is called Flash."]),
        ("Hi from Bergen! Liv, 34", ["They live in Bergen."]),
        ("kiwi living in Lisbon", ["They live in Lisbon."]),
        ("came to Oslo from Lagos when I was 12", ["They live in Oslo."]),
        ("signed the lease on a studio in Leith!!", ["They live in Leith."]),
        ("cabin crew for Finnair, pray for me", ["They work at Finnair."]),
        ("working as software engineer in TCS from 2019", ["They work at TCS."]),
        ("my jam is 80s synth", ["They like 80s synth."]),
        ("Leeds United till I die", ["They like Leeds United."]),
        ("can hold a conversation in Welsh", ["They speak Welsh."]),
        (
            "the cats (Salt and Vinegar) wake me at five",
            ["Their cat is called Salt.", "Their cat is called Vinegar."],
        ),
        ("mum lives alone since dad died", ["Their dad has died."]),
    ],
)
def test_set_phrases_tell_something(text, sentences):
    found = heard(text)
    assert set(sentences) <= set(found), found


@pytest.mark.parametrize(
    "text",
    [
        "hi from me",
        "greetings from the beach",
        "the book (Pride and Prejudice) is good",
        "is the dog's name of Skip?",
        "a kiwi living in Lisbon told me about it",
    ],
)
def test_what_only_looks_like_them_tells_nothing(text):
    assert heard(text) == []
