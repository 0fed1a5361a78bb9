"""A pastime that is said plainly is heard, and told in a sentence that has a verb."""

from __future__ import annotations

import pytest

from memories.evaluation.facts import facts_of


def heard(text):
    return [fact.text() for fact in facts_of([{"text": text, "at": "2026-03-02T18:00:00+00:00"}])]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("I love gardening", "They love gardening."),
        ("i really like hurling!", "They like hurling."),
        ("I hate ironing.", "They hate ironing."),
    ],
)
def test_a_pastime_is_heard(text, sentence):
    assert heard(text) == [sentence]


@pytest.mark.parametrize("text", ["do I love gardening?", "I love waiting", "she loves gardening"])
def test_no_pastime_is_heard_where_none_is_stated(text):
    assert not any("gardening" in one or "waiting" in one for one in heard(text))


def test_a_pastime_of_one_word_has_a_verb():
    assert "They painting." not in heard("i love painting")
