"""Tests of what messages ask to be reminded of, and when."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from botrunner.reminders.asking import corrected, request_in

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday.
NOW = datetime(2026, 3, 2, 14, 5, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "task", "due"),
    [
        ("remind me in 10 minutes to take the pizza out", "take the pizza out", "02 Mar 14:15"),
        ("Remind me in half an hour about the oven.", "the oven", "02 Mar 14:35"),
        ("in 2 hours remind me to drink", "drink", "02 Mar 16:05"),
        ("remind me to call mum tomorrow at 9", "call mum", "03 Mar 09:00"),
        ("remind me at 6pm to stretch", "stretch", "02 Mar 18:00"),
        ("remind me at 9 to sleep", "sleep", "03 Mar 09:00"),
        ("remind me at noon to eat", "eat", "03 Mar 12:00"),
        ("remind me on friday about the exam", "the exam", "06 Mar 09:00"),
        ("remind me next monday at 10:30 to pay rent", "pay rent", "09 Mar 10:30"),
        ("remind me tonight to take my pills", "take your pills", "02 Mar 20:00"),
        ("remind me tomorrow morning to run", "run", "03 Mar 09:00"),
        ("Can you remind me on 14.07. at 9 to book flights?", "book flights", "14 Jul 09:00"),
        ("Could you please remind me tomorrow at 8am that I'm meeting Jo. Thanks!",
         "you are meeting Jo", "03 Mar 08:00"),
        ("I want you to remind me tomorrow to call the bank", "call the bank", "03 Mar 09:00"),
        ("set a reminder for tomorrow at 9 to call mum", "call mum", "03 Mar 09:00"),
        ("Remind me tomorrow.", "", "03 Mar 09:00"),
        ("remind me on 5th May at 10 in the morning to pay tax", "pay tax", "05 May 10:00"),
        ("remind me to ring Ben on 4th March at 8 in the evening", "ring Ben", "04 Mar 20:00"),
        ("Remind me to buy bread tonight at 7", "buy bread", "02 Mar 19:00"),
        ("remind me to ring gran sat at 5", "ring gran", "07 Mar 17:00"),
        ("remind me to post the form wed 9.45", "post the form", "04 Mar 09:45"),
        ("remind me at quarter to six to fetch Leo", "fetch Leo", "02 Mar 17:45"),
        ("remind me in an hour and a half to move the car", "move the car", "02 Mar 15:35"),
    ],
)  # fmt: skip
def test_a_reminder_is_heard_with_its_time(text, task, due):
    request = request_in(text, NOW, BERLIN)
    assert request is not None
    assert (request.task, f"{request.due:%d %b %H:%M}") == (task, due)


@pytest.mark.parametrize(
    "text",
    [
        "remind me to buy milk",
        "you remind me of my brother on Fridays",
        "that reminds me of last Friday",
        "don't remind me, the exam is tomorrow",
        "remind me what my sister is called tomorrow",
        "remind me about where I live on Friday",
        "He wants to remind me tomorrow",
        "I said “remind me tomorrow”",
        "remind me every day at 9 to walk",
        "remind me at 25:00 to sleep",
        "remind me yesterday",
        "remind me in 99999 minutes",
        "remind me tomorrow " + "x" * 2000,
    ],
)
def test_what_only_sounds_like_one_is_none(text):
    assert request_in(text, NOW, BERLIN) is None


def test_the_persons_clock_counts():
    request = request_in("remind me tomorrow at 9", NOW, ZoneInfo("Asia/Tokyo"))
    assert request is not None
    assert request.due.isoformat() == "2026-03-03T09:00:00+09:00"


def test_a_day_on_which_the_clock_changes_keeps_the_time_of_day():
    saturday = datetime(2026, 3, 28, 22, tzinfo=BERLIN)
    request = request_in("remind me tomorrow at 9 to sleep in", saturday, BERLIN)
    assert request is not None
    assert request.due.isoformat() == "2026-03-29T09:00:00+02:00"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("sorry, I meant at 10", "03 Mar 10:00"),
        ("no wait, make it 10:30", "03 Mar 10:30"),
        ("oops I meant Thursday", "05 Mar 09:00"),
        ("make that friday at noon", "06 Mar 12:00"),
    ],
)
def test_a_reminder_comes_when_a_correction_says(text, due):
    asked = request_in("remind me tomorrow at 9 to call mum", NOW, BERLIN)
    assert asked is not None
    mended = corrected(text, NOW, asked)
    assert mended is not None
    assert (f"{mended.due:%d %b %H:%M}", mended.task) == (due, "call mum")


@pytest.mark.parametrize(
    "text", ["I meant well", "sorry I'm late", "make it stop", "at 10 I sleep"]
)
def test_what_names_no_other_time_corrects_nothing(text):
    asked = request_in("remind me tomorrow at 9 to call mum", NOW, BERLIN)
    assert asked is not None
    assert corrected(text, NOW, asked) is None
