"""Words of danger are heard, and everyday exaggeration is not taken for them."""

from __future__ import annotations

import pytest

from profiles.emotions.care import crisis_line
from whisper.environment import environment


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "i don’t want to live like this",
        "dont want to be here anymore",
        "I'm going to kill myself",
        "thinking about ending my life tonight",
        "everyone would be better off without me",
        "I have been feeling SUICIDAL",
        "I started cutting myself again",
        "there is no reason to live",
        "I can't go on like this",
        "I wish I was dead",
        "my friend wants to kill herself",
    ],
)
def test_who_speaks_of_dying_is_pointed_to_help(text):
    assert environment.care_help_text in crisis_line(text)
    assert "don't diagnose" in crisis_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "This heat is killing me",
        "I'm dying to see the new season",
        "wanna die laughing at this",
        "My phone died",
        "Have you seen Suicide Squad?",
        "I cut myself a slice of cake",
        "I killed the boss in level nine",
        "I want to diet again",
    ],
)
def test_everyday_words_are_no_crisis(text):
    assert crisis_line(text) == ""
