"""Tests of BM25 over texts that keep coming."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memories.index.keywords import TAIL, Keywords, rarity
from memories.wording.words import LONGEST_TEXT, context_terms, terms


def scores(field, *asked):
    return field.scores(rarity(asked, [field]))


def drawn(count):
    chance = random.Random(3)
    return [chance.choices("abcdefghij", k=chance.randint(4, 8)) for _ in range(count)]


def test_terms_are_stems_in_lower_case_without_stop_words():
    assert terms("The CATS were running, weren't they?") == ["cat", "run"]


def test_dates_are_found_by_day_month_year_and_weekday():
    found = context_terms("", datetime(2023, 5, 7, tzinfo=UTC))
    assert found == terms("Sunday 7 May 2023")


def test_of_a_very_long_text_the_beginning_counts():
    assert len(terms("cat " * LONGEST_TEXT)) == LONGEST_TEXT // 4


@given(st.text())
def test_any_text_has_terms_or_none(text):
    assert all(terms(text))


def test_a_rare_word_weighs_more_than_a_common_one():
    field = Keywords()
    field.add([["cat", "tea"], ["cat"], ["cat"], ["dog"]])
    weights = rarity(["tea", "cat", "unknown"], [field])
    assert weights["tea"] > weights["cat"] > 0
    assert "unknown" not in weights


def test_texts_added_one_by_one_score_like_texts_added_together():
    texts = drawn(TAIL * 2 + 50)
    whole, grown = Keywords(), Keywords()
    whole.add(texts)
    for text in texts:
        grown.add([text])
        scores(grown, "a")
    together, one_by_one = scores(whole, "a", "j"), scores(grown, "a", "j")
    # Only the mean length, which is each segment's own, may differ.
    assert np.allclose(together, one_by_one, rtol=0.05)
    assert len(grown) == len(texts)


def test_a_new_text_is_weighed_by_all_texts_not_by_the_new_ones_alone():
    field = Keywords()
    field.add([["filler", f"word{number}"] for number in range(TAIL + 1)])
    scores(field, "filler")
    field.add([["rare", "cat"]])
    assert scores(field, "rare")[-1] > 2


@pytest.mark.parametrize("size", [3, TAIL + 3], ids=["tail", "main"])
def test_a_blanked_text_is_found_no_more_once_it_is_built_again(size):
    field = Keywords()
    field.add([["cat"]] * size)
    scores(field, "cat")
    field.blank(0)
    field.add([["dog"]] * (TAIL + 1))
    assert scores(field, "cat")[0] == 0
    assert scores(field, "cat")[1] > 0


def test_a_field_of_empty_texts_is_searched_like_any_other():
    field = Keywords()
    field.add([[], []])
    assert scores(field, "cat").tolist() == [0, 0]
    assert scores(Keywords(), "cat").tolist() == []
