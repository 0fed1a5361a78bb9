"""Small talk and questions that were once answered beside the point."""

from __future__ import annotations

import pytest

from botrunner.offline.asked import asked, is_question
from botrunner.offline.tongues import in_other_tongue


@pytest.mark.parametrize(
    "text", ["is aoife pregnant", "does annika like jazz", "are theo and mia ok"]
)
def test_a_name_may_begin_like_a_small_word(text):
    assert is_question(text)


@pytest.mark.parametrize("text", ["are the best", "is a nice day"])
def test_a_statement_without_its_subject_asks_nothing(text):
    assert not is_question(text)


def test_what_was_before_a_place_is_asked_of_homes():
    question = asked("where was I before Leeds?")
    assert (question.predicates[0], question.former) == ("home", True)


def test_goodbye_is_answered_in_its_language():
    assert in_other_tongue("tschüss", remembers=True, said=()) == "Tschüss!"
    assert in_other_tongue("doei!", remembers=True, said=()) == "Doei!"
