"""Numbers of things read as a person would write them."""

from __future__ import annotations

import pytest

from whisper.amounts import amount, amounts


def test_one_of_them_stands_in_the_singular():
    assert [amount(count, "day") for count in (0, 1, 3_000)] == ["0 days", "1 day", "3,000 days"]
    assert amount(2, "person", "people") == "2 people"


@pytest.mark.parametrize(
    ("several", "one"),
    [
        ("memories", "1 memory"),
        ("action log entries", "1 action log entry"),
        ("messages", "1 message"),
        ("wishes about replies", "1 wish about replies"),
        ("traces", "1 trace"),
        ("accounts", "1 account"),
    ],
)
def test_a_kind_of_which_there_is_one_stands_in_the_singular(several, one):
    assert amounts({several: 1}) == one
    assert amounts({several: 2}) == f"2 {several}"


def test_kinds_of_which_there_are_none_are_left_out():
    assert amounts({"messages": 12, "memories": 0, "profiles": 1}) == "12 messages, 1 profile"
    assert amounts({"messages": 0}) == ""
