"""One thing for another: what is over, and what has come in its place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from memories.evaluation.facts import facts_of
from memories.tests.facts.test_asides import heard


@pytest.mark.parametrize(
    ("told", "later", "over", "now"),
    [
        ("We live in Ludlow", "sold up, we're in Hove now", "Ludlow", "They live in Hove."),
        ("I work at Lidl", "left Lidl for Aldi", "Lidl", "They work at Aldi."),
        ("I work at Lidl", "jumped ship from Lidl to Aldi", "Lidl", "They work at Aldi."),
        (
            "my husband works at Lidl",
            "he's left Lidl and gone to Aldi",
            "Lidl",
            "Their husband works at Aldi.",
        ),
        ("I do pottery", "swapped pottery for life drawing", "pottery", "They do life drawing"),
        ("my favourite band is Blur", "it's Pulp over Blur now", "Blur", "Their favourite band is"),
        (
            "I'm at St Bede's",
            "finished at St Bede's, off to sixth form at Thornhill",
            "Bede",
            "They go to Thornhill.",
        ),
        ("hello", "swapped Leeds for Whitby last spring", "Leeds", "They live in Whitby."),
    ],
)
def test_what_takes_the_place_of_something_holds_instead(told, later, over, now):
    found = heard(told, later)
    assert not any(over in one for one in found)
    assert any(one.startswith(now.removesuffix(".")) for one in found), found


@pytest.mark.parametrize(
    ("told", "later", "over"),
    [
        ("I love courgettes", "after this I never want to see another courgette", "courgettes"),
        ("I hate beetroot", "had beetroot roasted, I'm a convert", "beetroot"),
        ("I live with my parents", "got my own front door at last", "parents"),
        ("I'm looking for work", "found something! I start on Monday", "looking"),
        ("my girlfriend Nadia paints", "Nadia and I called time on it", "girlfriend"),
        ("I'm learning Welsh", "I've thrown in the towel with Welsh", "Welsh"),
    ],
)
def test_what_is_given_up_is_over(told, later, over):
    assert not any(over in one for one in heard(told, later))


@pytest.mark.parametrize(
    ("told", "later", "still"),
    [
        ("I live in Ludlow", "my sister sold up, she's in Hove now", "They live in Ludlow."),
        ("I work at Lidl", "Aldi is cheaper than Lidl", "They work at Lidl."),
        ("I do pottery", "should I swap pottery for life drawing?", "They do pottery for fun."),
    ],
)
def test_what_others_or_guesses_exchange_stays(told, later, still):
    assert still in heard(told, later)


def test_a_postponed_plan_holds_on_its_new_day():
    found = heard("exam on Thursday", "they postponed the exam to the 20th")
    assert found == ["They have an exam on Friday, 20 March 2026."]


def test_a_date_of_what_comes_next_ends_nothing():
    told = {"text": "I work at the clinic", "at": "2026-03-02T18:00:00+00:00"}
    later = {
        "text": "I quit the clinic, starting my own practice in May",
        "at": "2026-03-06T18:00:00+00:00",
    }
    (clinic,) = [one for one in facts_of([told, later]) if one.predicate == "employer"]
    assert clinic.until == datetime(2026, 3, 6, 18, tzinfo=UTC)
