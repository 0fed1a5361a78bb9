"""Tests of dates in words."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from memories.facts.dates import dates_in

MONDAY = datetime(2026, 3, 2, 18, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("exam tomorrow", "on Tuesday, 3 March 2026"),
        ("on Friday", "on Friday, 6 March 2026"),
        ("next Tuesday", "on Tuesday, 10 March 2026"),
        ("in two weeks", "on Monday, 16 March 2026"),
        ("14.07.", "on Tuesday, 14 July 2026"),
        ("14.07.1991", "on Sunday, 14 July 1991"),
        ("the 21st", "on Saturday, 21 March 2026"),
        ("Dec 24", "on Thursday, 24 December 2026"),
        ("the 5 of december", "on Saturday, 5 December 2026"),
        ("at the end of the month", "on Tuesday, 31 March 2026"),
        ("the first of May", "on Friday, 1 May 2026"),
        ("on the twenty-third of June", "on Tuesday, 23 June 2026"),
        ("April the twenty second", "on Wednesday, 22 April 2026"),
        ("in October", "in October 2026"),
        ("any plans for october?", "in October 2026"),
        ("born on Saturday, 3.2 kilos", "on Saturday, 7 March 2026"),
        ("in two years", "on Thursday, 2 March 2028"),
        ("29 Feb", "on Tuesday, 29 February 2028"),
        ("since 2019", "in 2019"),
        ("2026-05-01", "on Friday, 1 May 2026"),
    ],
)
def test_a_date_is_worked_out_from_the_day_it_was_said(said, words):
    assert [when.said() for when in dates_in(said, MONDAY, LONDON)] == [words]


@pytest.mark.parametrize(
    "said",
    [
        "31.02.",
        "30 February",
        "99.99.",
        "I may go",
        "the thirty-first of June",
        "the sat nav",
        "45/67",
    ],
)
def test_what_no_calendar_has_is_no_date(said):
    assert dates_in(said, MONDAY, LONDON) == []


def test_tomorrow_depends_on_where_the_person_is():
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    (there,) = dates_in("tomorrow", late, ZoneInfo("Asia/Tokyo"))
    (here,) = dates_in("tomorrow", late, LONDON)
    assert (there.first.day, here.first.day) == (4, 3)


def test_a_time_of_day_belongs_to_its_day():
    (when,) = dates_in("interview tomorrow at 3pm", MONDAY, LONDON)
    assert when.at == time(15)
    assert when.begins(LONDON) == datetime(2026, 3, 3, 15, tzinfo=LONDON)


def test_a_day_without_a_year_may_be_the_one_gone_by():
    (when,) = dates_in("in December", MONDAY, LONDON, past=True)
    assert when.said() == "in December 2025"
