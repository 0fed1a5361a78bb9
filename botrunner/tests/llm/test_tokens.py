"""Tests of counting and clipping in tokens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botrunner.llm.base import ChatMessage
from botrunner.llm.tokens import clip, count_chat_tokens, count_tokens

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)


def test_words_are_counted_as_tokens():
    assert count_tokens("") == 0
    assert count_tokens("hello world") == 2


@pytest.mark.parametrize("text", ["\ud800", "x\udfff y", "\x00", "<|endoftext|>", "‮שלום", "🚀🚀"])
def test_odd_text_is_counted(text):
    assert count_tokens(text) > 0


def test_a_prompt_counts_its_messages_and_what_surrounds_them():
    messages: list[ChatMessage] = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Hello!"},
    ]
    words = count_tokens("Be kind.") + count_tokens("Hello!")
    assert words < count_chat_tokens(messages) <= words + 12


def test_a_text_that_fits_is_left_as_it_is():
    assert clip("My cat is \ud800 Miso", 50) == "My cat is \ud800 Miso"


def test_a_long_text_is_cut_to_its_start():
    assert clip("one two three four", 2) == "one two"


def test_a_character_is_never_cut():
    assert clip("🚀" * 10, 4).strip("🚀") == ""


@given(text=ANY_TEXT, tokens=st.integers(0, 40))
def test_what_is_left_is_a_start_within_the_limit(text, tokens):
    left = clip(text, tokens)
    assert text.startswith(left)
    assert count_tokens(left) <= tokens
