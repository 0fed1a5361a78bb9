"""Tests of how alike words are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from memories.index.alike import alike
from memories.index.keywords import Keywords
from memories.wording.likeness import UNKNOWN, likeness_to, number_of
from memories.wording.likeness.build import build
from memories.wording.words import terms


def likeness(one, another):
    (first,), (second,) = terms(one), terms(another)
    return float(likeness_to(number_of(first))[number_of(second)])


@pytest.mark.parametrize(
    ("one", "another"), [("children", "kids"), ("car", "vehicles"), ("dog", "puppies")]
)
def test_words_of_like_meaning_are_alike(one, another):
    assert likeness(one, another) > 0.3
    assert likeness(one, another) == pytest.approx(likeness(another, one), abs=1e-5)


def test_a_word_is_like_itself_and_nothing_is_like_a_word_that_nobody_knows():
    assert likeness("dog", "dogs") == pytest.approx(1)
    assert likeness("london", "cheese") == 0
    assert number_of("qwzx") == UNKNOWN
    assert likeness_to(number_of("dog"))[UNKNOWN] == 0


def test_the_word_most_alike_counts_of_each_text_over_all_fields():
    first, second = Keywords(), Keywords()
    first.add([["lamp"], [], ["qwzx", "kid"]])
    second.add([["children", "lamp"], ["london"]])
    asked = terms("children qwzx")
    found = alike(asked, [first, second], np.array([0, 1, 2, 3, 4]))
    assert found[0, 2] == pytest.approx(likeness("children", "kids"))
    assert found[0, 3] == pytest.approx(1)
    assert found[0, [0, 1, 4]].max() < 0.2
    assert not found[1].any()


def test_a_text_that_was_let_go_of_is_like_nothing():
    field = Keywords()
    field.add([["kid"], ["kid"]])
    field.blank(0)
    found = alike(terms("children"), [field], np.array([0, 1]))
    assert found[0, 0] == 0
    assert found[0, 1] > 0


def test_the_table_is_made_of_whole_words_by_stem(tmp_path):
    vocabulary = {"[PAD]": 0, "dog": 1, "dogs": 2, "##ing": 3, "cat": 4, "the": 5, "tree": 6}
    vectors = np.random.default_rng(7).standard_normal((7, 8)).astype(np.float32)
    save_file({"embeddings.word_embeddings.weight": vectors}, tmp_path / "model.safetensors")
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": {"vocab": vocabulary}}))
    assert build(tmp_path, tmp_path / "stems.npz") == 3
    with np.load(tmp_path / "stems.npz") as file:
        assert str(file["stems"]).split("\n") == ["dog", "cat", "tree"]
        assert file["vectors"].shape[0] == 3
