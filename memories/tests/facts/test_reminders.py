"""What a person asks to be reminded of is a plan with its day and time."""

from __future__ import annotations

import pytest

from memories.evaluation.facts import facts_of

MONDAY = "2026-03-02T18:00:00+00:00"


def heard(text):
    return [fact.text() for fact in facts_of([{"text": text, "at": MONDAY}])]


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        (
            "Remind me to buy a card for Tom tomorrow",
            "They are going to buy a card for Tom on Tuesday, 3 March 2026.",
        ),
        (
            "remind me to call my mum tomorrow at 10",
            "They are going to call their mum on Tuesday, 3 March 2026 at 10:00.",
        ),
        (
            "remind me on Friday to water the plants",
            "They are going to water the plants on Friday, 6 March 2026.",
        ),
        (
            "remind me to take the honey to church on Sunday morning",
            "They are going to take the honey to church on Sunday, 8 March 2026.",
        ),
        (
            "remind me on 5th May at 8 in the evening to ring my nan",
            "They are going to ring their nan on Tuesday, 5 May 2026 at 20:00.",
        ),
        (
            "can you remind me about the dentist on 14 March at 9am?",
            "They have the dentist on Saturday, 14 March 2026 at 09:00.",
        ),
    ],
)
def test_a_reminder_is_one_plan(text, plan):
    assert heard(text) == [plan]


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("remind me to fetch Leo at 7pm", "on Monday, 2 March 2026 at 19:00"),
        ("remind me to fetch Leo at 5", "on Tuesday, 3 March 2026 at 17:00"),
    ],
)
def test_a_reminder_with_a_clock_alone_is_for_the_next_time_it_shows_that(text, when):
    assert heard(text) == [f"They are going to fetch Leo {when}."]


def test_a_reminder_without_a_day_is_no_plan():
    assert heard("remind me to breathe") == []


def test_a_test_is_not_driven():
    assert heard("driving test on 20 April") == [
        "They have a driving test on Monday, 20 April 2026."
    ]
