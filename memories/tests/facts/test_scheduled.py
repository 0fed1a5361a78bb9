"""What somebody will do on a day that they name is a plan, wherever the day stands."""

from __future__ import annotations

import pytest

from memories.evaluation.facts import facts_of

MONDAY = "2026-03-02T18:00:00+00:00"


def heard(text):
    return [fact.text() for fact in facts_of([{"text": text, "at": MONDAY}])]


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("in June we go up to Nairn", "They are going up to Nairn in June 2026."),
        ("tomorrow i have the late shift", "They have the late shift on Tuesday, 3 March 2026."),
        (
            "tomorrow i've the early run, up at 4",
            "They have the early run on Tuesday, 3 March 2026.",
        ),
        (
            "On Wednesday at 15:30 I have the chiropodist.",
            "They have the chiropodist on Wednesday, 4 March 2026 at 15:30.",
        ),
        (
            "In the summer I will take the boat to Bergen",
            "They are going to take the boat to Bergen between June and August 2026.",
        ),
        (
            "On Monday I must to go to the town hall",
            "They are going to go to the town hall on Monday, 9 March 2026.",
        ),
        ("got trials on the 14th and im shook", "They have trials on Saturday, 14 March 2026."),
    ],
)
def test_a_plan_is_heard_with_its_day_in_front(text, plan):
    assert heard(text) == [plan]


@pytest.mark.parametrize(
    "text",
    [
        "I'll tell you on Friday",
        "if it rains on Friday I'll take the bus",
        "I got laid off in January",
        "we got back on Thursday",
        "on Saturdays we race our pigeons to Calais",
        "I'm doing dry January",
    ],
)
def test_what_is_promised_usual_or_over_is_no_plan(text):
    assert not [said for said in heard(text) if "2026" in said or "2027" in said]
