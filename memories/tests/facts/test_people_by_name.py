"""People and animals are heard by the names and words that stand beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from memories.facts.hearing import heard
from memories.facts.ledger import Fact, Ledger
from memories.facts.statements import Said

MONDAY = datetime(2026, 3, 2, 18, tzinfo=UTC)


def told(*texts, apart=timedelta(minutes=1)):
    """Return the facts that hold after some messages, as "subject predicate value"."""
    facts: list[Fact] = []
    before, before_at = "", None
    for number, text in enumerate(texts):
        at = MONDAY + number * apart
        said = Said(text, at, "UTC", before, before_at)
        changes = Ledger(facts, at).apply(heard(said, facts))
        ended = {one.fact.key for one in changes.ended}
        facts = [one for one in facts if one.key not in ended]
        new = [one.fact for one in changes.added if one.fact.until is None]
        facts += [replace(one, key=(number, one.key)) for one in new]
        before, before_at = text, at
    return {f"{one.subject} {one.predicate} {one.value}" for one in facts}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("my husband Omar and I went out", {"husband name Omar"}),
        ("my son arjun (9) loves cricket", {"son name arjun", "son age 9"}),
        ("partner - Siri", {"partner name Siri"}),
        ("my crush is called mia", {"crush name mia"}),
        ("fav game is valorant hbu", {"self favourite valorant"}),
        ("i do nails for a living", {"self job do nails"}),
        ("my dad drives trucks", {"dad job drives trucks"}),
        ("home: Lyon", {"self home Lyon"}),
        ("likes: jazz", {"self like jazz"}),
        ("allergies: nuts", {"self health allergic to nuts"}),
        ("pet: a cat called Tom", {"cat name Tom"}),
    ],
)
def test_what_stands_beside_a_word_for_somebody_is_theirs(text, facts):
    assert facts <= told(text)


def test_a_child_is_not_taken_for_the_partner_beside_them():
    found = told("my husband Omar and I have a three year old, Sami")
    assert {"husband name Omar", "child name Sami", "child age 3"} <= found
    assert "husband name Sami" not in found


def test_two_ages_in_one_sentence_go_to_two_people():
    found = told("my daughters are called Noor and Fien", "Noor is 8 and Fien is 5")
    assert {"daughter age 8", "daughter age 5"} <= found


@pytest.mark.parametrize(
    "text",
    [
        "Omar works nights at the airport",
        "Andrew emigrated to Perth, Australia",
        "We're Kim and Pat, we've got three boys",
        "crush on one of the physios, his name's elliot",
        "my crush left me on read",
    ],
)
def test_what_is_said_of_somebody_by_name_is_not_the_authors(text):
    assert not {one for one in told(text) if one.startswith("self ")}


def test_a_known_name_at_the_start_of_a_sentence_says_whose_fact_it_is():
    found = told("my brother is called Kofi", "Kofi emigrated to Perth, Australia")
    assert "brother home Perth, Australia" in found


@pytest.mark.parametrize(
    ("before", "text", "fact"),
    [
        ("my dog eats socks", "hes called biscuit", "dog name biscuit"),
        ("my dog eats socks", "His name is Biscuit.", "dog name Biscuit"),
        ("my crush left me on read", "her names mia", "crush name mia"),
    ],
)
def test_a_pronoun_means_who_was_just_spoken_of(before, text, fact):
    assert fact in told(before, text)


def test_a_pronoun_says_nothing_where_two_were_spoken_of():
    assert told("my dog chased my cat", "he's called Biscuit") == set()


def test_a_name_alone_corrects_the_one_just_told():
    assert told("my sister is called Marta", "no wait, Marla") == {"sister name Marla"}


def test_a_name_alone_corrects_nothing_an_hour_later():
    found = told("my sister is called Marta", "no wait, Marla", apart=timedelta(hours=1))
    assert found == {"sister name Marta"}


def test_a_broken_hip_does_not_end_that_somebody_broke_up():
    found = told("Dan and I broke up", "my nan fell and broke her hip")
    assert "self relationship broke up" in found


def test_a_name_after_small_words_says_whose_fact_it_is_too():
    found = told("my girlfriend is called Sara", "oh and Sara is a nurse")
    assert "girlfriend job nurse" in found


def test_another_date_for_a_plan_takes_the_place_of_the_first():
    plans = told("my German exam is on 12 December", "actually the exam is on 14 December")
    assert plans == {"self plan exam"}


@pytest.mark.parametrize(
    ("texts", "facts"),
    [
        (("what's my name?", "its Ines"), {"self name Ines"}),
        (("do you know my brothers name?", "sean"), {"brother name Sean"}),
        (
            ("My brother lives in Oslo", "No he doesn't, he lives in Bergen"),
            {"brother home Bergen"},
        ),
        (("my flatmate is loud", "his name is Tobi btw"), {"flatmate name Tobi"}),
        (("i moved to Leeds", "wait no, i mean Leicester"), {"self home Leicester"}),
    ],
)
def test_a_short_answer_is_heard_with_what_was_said_before_it(texts, facts):
    assert told(*texts) == facts


@pytest.mark.parametrize("reply", ["no", "really?", "why", "thanks"])
def test_a_word_after_a_question_for_a_name_is_not_always_one(reply):
    assert told("what's my name?", reply) == set()


@pytest.mark.parametrize(
    "texts",
    [
        ("my mum has cancer", "mum's cancer free now!"),
        ("I broke my wrist bouldering", "cast came off, wrist is good as new"),
        ("I work for Vodafone", "Vodafone let me go last week"),
        ("I'm flying to Rome next week", "the trip to Rome is off, cancelled"),
        ("the plumber is coming on thursday", "cancel the plumber"),
    ],
)
def test_what_is_named_as_it_ends_is_over(texts):
    assert told(*texts) == set()


def test_what_somebody_else_ends_calls_no_plan_off():
    reminder = told("remind me to call mum on friday")
    assert reminder
    assert (
        told("remind me to call mum on friday", "Mum called, she's selling the house") == reminder
    )


@pytest.mark.parametrize("text", ["never mind, cancelled it", "they called it off", "it's off"])
def test_of_several_plans_the_last_one_told_is_called_off(text):
    told_before = ("remind me to call mum on friday", "my dentist appointment is on 14 March")
    assert told(*told_before, text) == told(told_before[0])


def test_who_may_go_home_early_keeps_the_job():
    assert told("I work for Vodafone", "my boss let me go home early") == {"self employer Vodafone"}


def test_a_relative_who_got_married_is_single_no_more():
    assert told("my sister Ola is single", "Ola got married") == {
        "sister name Ola",
        "sister relationship married",
    }


def test_scrap_that_takes_back_no_plan_that_was_told_earlier():
    plans = told("remind me to ring nan on sunday")
    assert plans
    notice = "handed my notice in, karen laughed"
    scrapped = "actually scrap that, she offered me more money so i'm staying"
    assert plans <= told("remind me to ring nan on sunday", notice, scrapped)
    assert told("I'm flying to Rome next week", "scrap that") == set()
