"""Tests of cutting answers into messages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botrunner.discord_bot.splitting import split

WORDS = st.lists(
    st.sampled_from(["word", "Yes.", "No!", "“Why?”", "3.14", "\n", "\n\n", "…", "🚀"])
)


def test_a_short_text_stays_as_it_is():
    assert split("Hello.\n\nBye.") == ["Hello.\n\nBye."]


def test_nothing_gives_nothing():
    assert split(" \n ") == []


def test_a_long_text_is_cut_at_a_sentence_end():
    first, second = split("One two three. " * 10, limit=100)
    assert first.endswith("three.")
    assert second.startswith("One")


def test_a_number_is_no_sentence_end():
    assert all("3.14" in piece for piece in split("about 3.14 or so " * 12, limit=100))


def test_a_text_without_any_break_is_cut_hard():
    assert [len(piece) for piece in split("x" * 250, limit=100)] == [96, 96, 58]


def test_a_code_block_is_closed_and_opened_again():
    code = "\n".join(f"line_{number} = {number}" for number in range(30))
    pieces = split(f"Look:\n```py\n{code}\n```\nThat is all.", limit=150)
    assert len(pieces) > 2
    assert all(piece.count("```") % 2 == 0 for piece in pieces)
    assert all(piece.startswith("```py\n") for piece in pieces[1:-1])


@pytest.mark.parametrize("limit", [100, 2000])
@given(words=WORDS, times=st.integers(1, 80))
def test_pieces_fit_and_lose_no_word(words, times, limit):
    text = " ".join(words * times)
    pieces = split(text, limit)
    assert all(0 < len(piece) <= limit for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", text)


@given(text=st.text(st.sampled_from("ab`\n .py")), times=st.integers(1, 60))
def test_pieces_with_broken_code_blocks_fit(text, times):
    assert all(0 < len(piece) <= 100 for piece in split(text * times, 100))
