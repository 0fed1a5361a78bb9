"""Tests of hiding a reasoning model's thoughts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botrunner.llm.thoughts import VisibleText

PARTS = ["<think>", "</think>", "<thinking>", "<th", "ink>", "</", "Hello ", "<3", " ", "🚀"]


def shown(*pieces: str) -> str:
    visible = VisibleText()
    return "".join([*map(visible.feed, pieces), visible.finish()])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", "Hello"),
        ("<think>Hm.</think>Hello", "Hello"),
        ("\n<thinking>Hm.</thinking>\n\nHello", "Hello"),
        ("<think>a</think><think>b</think>Hello", "Hello"),
        ("Hello <think>Hm.</think>Ann", "Hello Ann"),
        ("<think>No end", ""),
        ("1 < 2 and <b>", "1 < 2 and <b>"),
        ("I <thi", "I <thi"),
        ("a\x00b", "ab"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_only_the_answer_is_shown(text, expected):
    assert shown(text) == expected
    assert shown(*text) == expected


def test_what_can_be_no_tag_is_shown_at_once():
    visible = VisibleText()
    assert visible.feed("1 <") == "1 "
    assert visible.feed(" 2") == "< 2"


def test_a_surrogate_pair_cut_in_two_is_one_character():
    assert shown("\ud83d", "\ude80") == "🚀"


@given(parts=st.lists(st.sampled_from(PARTS)), data=st.data())
def test_where_a_stream_is_cut_makes_no_difference(parts, data):
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert shown(*pieces) == shown(text)
