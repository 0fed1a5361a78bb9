"""The transformer that marks what words say of a person."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.management import call_command

from memories.facts.tagging.agreement import BY_TRANSFORMER, BY_WINDOWS, agreed
from memories.facts.tagging.corpus import messages
from memories.facts.tagging.network import TaggerError
from memories.facts.tagging.spans import GUESS, LEAST, Tagged
from memories.facts.tagging.tagger import tags
from memories.facts.tagging.transformer import training
from memories.facts.tagging.transformer.network import (
    empty_tokens,
    fresh,
    judge,
    place,
    save,
    scores,
    shipped,
)
from memories.facts.tagging.transformer.training import accuracy, read_examples
from memories.management.commands import train_transformer


def mark(kind, start, confidence):
    return Tagged(kind, start, start + 5, others=False, over=False, confidence=confidence)


def test_what_both_mark_is_as_sure_as_the_surer_one():
    assert agreed([mark("home", 0, 0.4)], [mark("home", 0, 0.8)]) == [mark("home", 0, 0.8)]


@pytest.mark.parametrize("alone", [([mark("home", 0, 0.75)], []), ([], [mark("home", 0, 0.75)])])
def test_what_one_marks_alone_is_a_guess_unless_it_is_very_sure(alone):
    assert agreed(*alone) == [mark("home", 0, GUESS)]
    assert agreed([mark("home", 0, BY_WINDOWS)], []) == [mark("home", 0, BY_WINDOWS)]
    assert agreed([], [mark("home", 0, BY_TRANSFORMER)]) == [mark("home", 0, BY_TRANSFORMER)]


def test_a_guess_gives_way_to_what_the_other_is_sure_of():
    assert agreed([mark("home", 0, 0.6)], [mark("origin", 2, 0.95)]) == [mark("origin", 2, 0.95)]


def test_whom_something_is_about_is_taken_from_either():
    whom = [mark("S", 0, 0.3)]
    assert agreed(whom, []) == agreed([], whom) == whom


def test_whose_it_is_and_that_it_is_over_is_told_from_the_whole_sentence():
    (name,) = [one for one in tags("my sister is called Ingrid") if one.kind == "name"]
    (home,) = [one for one in tags("I used to live in Porto as a child") if one.kind == "home"]
    assert name.others
    assert home.over
    assert min(name.confidence, home.confidence) >= LEAST


def random_tokens(texts, tokens, *, room):
    """Return texts of random states, each token a word, padded to a length."""
    random, made = np.random.default_rng(1), empty_tokens(texts, room, words=room)
    for row in range(texts):
        states = random.standard_normal((tokens, 384))
        place(made, row, states, np.arange(tokens), np.zeros((tokens, 8), np.float32))
    return made


def test_padding_changes_nothing():
    weights = fresh(0)
    whole, padded = (scores(weights, random_tokens(2, 5, room=room)) for room in (5, 9))
    for found, same in zip(whole, padded, strict=True):
        assert np.allclose(found, same[:, :5], atol=1e-4)


def test_weights_are_read_as_they_were_written(tmp_path):
    weights = fresh(0)
    save(weights, tmp_path / "transformer.npz")
    tokens = random_tokens(1, 6, room=6)
    before, after = judge(weights, tokens), judge(shipped(tmp_path / "transformer.npz"), tokens)
    assert np.allclose(before.tags, after.tags, atol=1e-2)
    assert np.allclose(after.tags.sum(axis=1), 1, atol=1e-5)


def test_weights_for_other_tags_are_refused(tmp_path):
    np.savez(tmp_path / "transformer.npz", tag_names=np.array(["O"]))
    with pytest.raises(TaggerError):
        shipped(tmp_path / "transformer.npz")


def test_training_scores_with_the_same_network():
    from jax import numpy as jnp

    weights, tokens = fresh(0), random_tokens(2, 5, room=6)
    for found, same in zip(scores(weights, tokens), scores(weights, tokens, np=jnp), strict=True):
        assert np.allclose(found, same, atol=1e-3)


@pytest.mark.slow
def test_what_is_trained_on_a_few_short_sentences_marks_them(tmp_path, monkeypatch):
    # JAX compiles a step for each length, and longer messages are left out.
    monkeypatch.setattr(training, "LENGTHS", (16,))
    monkeypatch.setattr(training, "TOKENS_PER_STEP", 384)
    monkeypatch.setattr(train_transformer, "CHECKED", 20)
    call_command("train_transformer", messages=120, epochs=4.0, output=tmp_path)
    weights = shipped(tmp_path / "transformer.npz")
    data = read_examples(messages(120, seed=7), lambda line: None)
    # Nine of ten words have no tag.
    assert accuracy(weights, data) > 0.97
    assert "120 messages" in (tmp_path / "TRANSFORMER.md").read_text()


@pytest.mark.slow
@pytest.mark.long
def test_what_is_trained_on_a_few_sentences_marks_them(tmp_path):
    call_command("train_transformer", messages=400, epochs=30.0, output=tmp_path)
    weights = shipped(tmp_path / "transformer.npz")
    data = read_examples(messages(400, seed=7), lambda line: None)
    assert accuracy(weights, data) > 0.9
    assert "400 messages" in (tmp_path / "TRANSFORMER.md").read_text()
