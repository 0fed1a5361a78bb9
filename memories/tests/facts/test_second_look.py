"""The second look at what the tagger marked."""

from __future__ import annotations

import numpy as np
import pytest

from memories.facts.tagging import second_look
from memories.facts.tagging.network import TaggerError
from memories.facts.tagging.spans import LEAST
from memories.facts.tagging.tagger import tags


@pytest.mark.parametrize("text", ["new OC: Mira, 19, thief from the slums", "emotionally I'm 80"])
def test_what_only_looks_like_a_fact_is_a_guess(text):
    assert not [one for one in tags(text) if second_look.is_looked_at(one)]


def test_what_is_stated_is_believed():
    (home,) = [one for one in tags("I live in Porto") if one.kind == "home"]
    assert home.confidence >= LEAST


def test_it_learns_which_marks_are_right():
    random = np.random.default_rng(3)
    features = random.standard_normal((400, 6)).astype(np.float32)
    right = (features[:, 2] > 0).astype(np.float32)
    look = second_look.train(features, right)
    assert ((look.chances(features) > 0.5) == right.astype(bool)).mean() > 0.95


def test_a_regression_is_read_as_it_was_written(tmp_path, monkeypatch):
    look = second_look.train(np.eye(4, dtype=np.float32), np.array([1, 0, 1, 0], np.float32))
    second_look.save(look, tmp_path / "look.npz")
    monkeypatch.setattr(second_look, "FILE", tmp_path / "look.npz")
    second_look.shipped.cache_clear()
    assert np.array_equal(second_look.shipped().weights, look.weights)
    second_look.shipped.cache_clear()


def test_one_for_other_tags_is_refused(tmp_path, monkeypatch):
    np.savez(tmp_path / "look.npz", tags=np.array(["O"]))
    monkeypatch.setattr(second_look, "FILE", tmp_path / "look.npz")
    second_look.shipped.cache_clear()
    with pytest.raises(TaggerError):
        second_look.shipped()
    second_look.shipped.cache_clear()
