"""Tests of finding facts by rules."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from memories.facts.rules import extract
from memories.facts.table import RULES
from memories.tests.facts.cases import NOT_STATED, STATED

TIMES = 8
# Eight times the text takes eight times the time where it takes its length, 64 times where it takes
# the square of its length.
QUADRATIC = 32


@pytest.mark.parametrize(("said", "slot", "text"), STATED)
def test_a_plainly_stated_fact_is_found(said, slot, text):
    assert (slot, text) in [(fact.slot, fact.text) for fact in extract(said)]


@pytest.mark.parametrize("said", NOT_STATED)
def test_what_states_no_fact_about_the_author_gives_none(said):
    assert extract(said) == []


def test_several_facts_of_one_message_are_all_found():
    found = extract("I'm Ann. I live in Ghent and my cat is called Miso, and I work as a nurse.")
    assert {fact.slot for fact in found} == {"name", "home.city", "pet.cat.name", "work.job"}


def test_of_one_slot_the_last_statement_of_a_message_counts():
    found = extract("I live in Ghent. No, actually I moved to Lyon.")
    assert [fact.text for fact in found] == ["They live in Lyon."]


@pytest.mark.parametrize(
    "said",
    [
        "I moved to Lyon. I don't live in Ghent any more.",
        "I don't live in Ghent any more. I moved to Lyon.",
    ],
)
def test_what_is_outweighs_what_is_over(said):
    assert [fact.text for fact in extract(said)] == ["They live in Lyon."]


def test_a_dislike_takes_the_slot_of_the_like():
    (like,), (dislike,) = extract("I like coffee"), extract("I don't like coffee")
    assert (like.slot, like.category) == (dislike.slot, "like")
    assert dislike.category == "dislike"


def test_a_job_and_its_place_are_two_facts():
    found = {fact.slot: fact.text for fact in extract("I'm a nurse at the university hospital")}
    assert found == {
        "work.job": "They work as a nurse.",
        "work.employer": "They work at the university hospital.",
    }


def test_confidence_and_lengths_keep_to_what_the_database_takes():
    for said, _, _ in STATED:
        for fact in extract(said):
            assert 0 <= fact.confidence <= 1
            assert len(fact.slot) <= 100
            assert len(fact.category) <= 32


def test_every_rule_is_shown_by_a_case():
    said = [case[0] for case in STATED] + ["I'm a nurse at Acme", "I go to Ghent University"]
    texts = " ".join(fact.text for line in said for fact in extract(line))
    missing = [rule.text for rule in RULES if rule.text.split("{")[0] not in texts]
    assert missing == []


@pytest.mark.heavy
@pytest.mark.parametrize(
    "unit",
    [
        "i have a ",
        "a",
        "my cat is called ",
        "I live in ",
        ". ",
        "\x00",
        "my ",
        "I love a ",
        "'",
        '"a',
        "I'm an old old old ",
        "my dog, ",
        "Ann ",
        "I work as a nurse at the ",
        "I and my ",
        "`",
        " ",
        "\n>",
    ],
)
def test_the_time_that_a_message_takes_grows_with_its_length_alone(unit):
    assert _growth(lambda length: (unit * length)[:length], 100_000) < QUADRATIC
    assert _growth(lambda length: ((unit * 20 + ". ") * length)[:length], 100_000) < QUADRATIC


@pytest.mark.parametrize("gap", [" ", "\n", " \n", "\t", "\u00a0", ", ", " - "])
def test_the_time_that_a_gap_takes_grows_with_its_length_alone(gap):
    assert _growth(lambda length: "I live in Ghent" + gap * length + "x", 16_000) < QUADRATIC


def _growth(text_of: Callable[[int], str], length: int) -> float:
    """Return how many times longer a text takes than one of an eighth of its length."""
    short, whole = _seconds(text_of(length // TIMES)), _seconds(text_of(length))
    return whole / short


def _seconds(text: str) -> float:
    """Return the least processor time that looking through a text took; other work is not in it."""
    taken = []
    for _ in range(3):
        started = time.thread_time()
        extract(text)
        taken.append(time.thread_time() - started)
    return min(taken)
