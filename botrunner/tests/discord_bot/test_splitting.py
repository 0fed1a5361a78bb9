"""Tests of cutting answers into messages."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botrunner.discord_bot.replying.splitting import closed, split

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
    pieces = split("about 3.14 or so " * 12, limit=100)
    assert sum(piece.count("3.14") for piece in pieces) == 12


def test_a_text_without_any_break_is_cut_hard():
    assert [len(piece) for piece in split("x" * 250, limit=100)] == [100, 100, 50]


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


ATOMS = [
    "`x = a. b`",
    "``a ` b. c``",
    "||he did it. really||",
    "<@123456789012345678>",
    "<#123456789012345678>",
    "<:blob:123456789012345678>",
    "<t:1767225600:R>",
    "[the docs, here](https://example.org/a_(b)?q=1. 2)".replace(" 2", "2"),
    "https://example.org/a/b?c=d&e=f.g",
]
BLOCKS = [
    "```py\nif a:\n    b = 1\n```",
    "````\n```\ncode. more\n```\n````",
    "- one entry. With two sentences\n  and a second line",
    "1. first. Really",
]
PARTS = st.lists(
    st.one_of(
        st.sampled_from(ATOMS),
        st.sampled_from([f"\n{one}\n" for one in BLOCKS]),
        st.sampled_from(["word", "Yes.", "longer words follow", "\n\n"]),
    ),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)
@given(parts=PARTS, limit=st.integers(100, 200))
def test_what_fits_into_a_piece_is_never_broken(parts, limit):
    # An indented word below an entry of a list would belong to it.
    text = "".join(one if one.endswith("\n") else f"{one} " for one in parts)
    pieces = split(text, limit)
    assert all(len(piece) <= limit for piece in pieces)
    for part in {one.strip() for one in parts} & {*ATOMS, *BLOCKS}:
        assert sum(piece.count(part) for piece in pieces) == text.count(part)
    assert _dense("".join(pieces)) == _dense(text)


def _dense(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("```py\n", "\n```"), ("``````\n", "\n``````"), ("`", "`"), ("||", "||")],
)
def test_what_fits_into_no_piece_is_closed_and_opened_again(opening, closing):
    words = "".join(f"{number} words\n" for number in range(90))
    pieces = split(f"Look: {opening}{words.strip()}{closing} That is all.", limit=150)
    assert len(pieces) > 3
    for piece in pieces[1:-1]:
        assert piece.startswith(opening)
        assert piece.endswith(closing)
    marks = opening.strip().removesuffix("py")
    said = _dense("".join(pieces)).replace(opening.strip(), "").replace(marks, "")
    assert said == _dense(f"Look: {words} That is all.")


def test_a_block_of_code_in_a_longer_fence_is_one_block():
    inner = "```\n" + "line of code\n" * 12 + "```"
    text = f"Look:\n````md\n{inner}\n````\nThat is all."
    pieces = split(text, limit=120)
    assert all(piece.count("````") % 2 == 0 for piece in pieces)
    assert sum(piece.count("line of code") for piece in pieces) == 12


def test_an_indented_line_of_code_keeps_its_indentation():
    code = "".join(f"{' ' * (number % 3 * 4)}line_{number}\n" for number in range(40))
    lines = "\n".join(split(f"```\n{code}```", limit=120)).splitlines()
    assert [one for one in lines if "line_" in one] == code.splitlines()


def test_an_open_block_of_code_is_closed():
    assert split("Look:\n```py\nx = 1") == ["Look:\n```py\nx = 1\n```"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("the end: ||he d", "the end: ||he d||"), ("a `||` b", "a `||` b"), ("||a|| b", "||a|| b")],
)
def test_a_spoiler_hides_its_words_while_it_is_written(text, shown):
    assert closed(text) == shown


def test_marks_that_are_no_spoiler_stay_as_they_are():
    assert split("Use a || b.") == ["Use a || b."]


@given(text=st.text(st.sampled_from("ab`|<@>[]()\n .py-\\1")), times=st.integers(1, 60))
def test_pieces_with_broken_code_blocks_fit(text, times):
    assert all(0 < len(piece) <= 100 for piece in split(text * times, 100))
