"""Tests of the table of predicates and of how facts are said."""

from __future__ import annotations

from datetime import date

import pytest

from memories.facts.dates import When
from memories.facts.endings import ended_by
from memories.facts.kinship import means, subject_of
from memories.facts.predicates import PREDICATES, Cardinality, about
from memories.facts.tagging.corpus import examples
from memories.facts.tagging.words import TAGGED_PREDICATES, TAGS
from memories.facts.wording import sentence

FRIDAY = When(date(2026, 3, 6), date(2026, 3, 6))


def test_each_kind_of_fact_has_sentences_to_train_on():
    used = {TAGS[tag] for example in examples(3000, seed=1) for tag in example.tags}
    assert [name for name in TAGGED_PREDICATES if f"B-{name}" not in used] == []


@pytest.mark.parametrize("name", PREDICATES)
def test_each_fact_can_be_said_now_in_the_past_and_asked_for(name):
    row = PREDICATES[name]
    for whom in (about("self"), about("sister", to_person=True)):
        own = whom.plural
        for said in (
            row.present(whom, "thing", own=own),
            row.past(whom, "thing", own=own, until="until 2019"),
        ):
            assert said[0].isupper()
            assert "{" not in said
        assert row.question(whom).endswith("?") or name == "note"


@pytest.mark.parametrize("name", [row.name for row in PREDICATES.values()])
def test_what_many_may_hold_has_the_value_in_its_slot(name):
    row = PREDICATES[name]
    many = row.slot("self", "one") != row.slot("self", "two")
    assert many == (row.cardinality is Cardinality.MANY or name == "favourite")


@pytest.mark.parametrize(
    ("fact", "now", "past"),
    [
        (("self", "home", "Ghent"), "They live in Ghent.", "They lived in Ghent until 2019."),
        (("self", "job", "nurse"), "They work as a nurse.", "They worked as a nurse until 2019."),
        (
            ("self", "job", "drive a tram"),
            "They drive a tram.",
            "They used to drive a tram until 2019.",
        ),
        (("self", "hobby", "cello"), "They play the cello.", "They played the cello until 2019."),
        (("self", "health", "vegan"), "They are vegan.", "They were vegan until 2019."),
        (
            ("dog", "name", "Rex"),
            "Their dog is called Rex.",
            "Their dog was called Rex until 2019.",
        ),
        (
            ("mum", "home", "Derry"),
            "Their mum lives in Derry.",
            "Their mum lived in Derry until 2019.",
        ),
        (("child", "count", "two"), "They have two children.", "They had two children until 2019."),
    ],
)
def test_a_fact_is_said_now_and_once_it_is_over(fact, now, past):
    assert sentence(*fact) == now
    assert sentence(*fact, over=True, until="until 2019") == past


def test_a_plan_is_told_with_its_date_and_afterwards_as_past():
    assert (
        sentence("self", "plan", "exam", when=FRIDAY)
        == "They have an exam on Friday, 6 March 2026."
    )
    said = sentence("self", "plan", "exam", when=FRIDAY, over=True, to_person=True)
    assert said == "You had an exam on Friday, 6 March 2026."
    clause = sentence("self", "plan", "their mum is coming", when=FRIDAY, over=True, to_person=True)
    assert clause == "Your mum was coming on Friday, 6 March 2026."


def test_retiring_ends_the_job():
    assert {"job", "employer"} <= {one.ends for one in ended_by("status", "retired")}


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ("lil sis", "sister"),
        ("golden retriever", "dog"),
        ("two daughters", "daughter"),
        ("my other half", "partner"),
        ("gf", "girlfriend"),
        ("printer", ""),
    ],
)
def test_words_for_people_and_animals_are_known(said, subject):
    assert subject_of(said) == subject


def test_a_mum_is_a_mother():
    assert means("mum") == "mother"
